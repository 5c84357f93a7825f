"""An inactive client gets no tokens; in an org it may also be disabled."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.judging.check_context import CheckContext
from toolkit.judging.check_interface import BuiltIn, Finding, Undecided
from toolkit.model.findings import SettingOutcome, Severity
from toolkit.model.inventory import Inventory
from toolkit.model.values import Unknown

#: Terraform can set the first; the org sets the second, which also ends the client's tokens.
_STATES = ("inactive", "disabled")


def find(inventory: Inventory, _: CheckContext) -> Iterator[Finding | Undecided]:
    for client in inventory.clients:
        state = client.attribute("state")
        if isinstance(state, Unknown):
            yield Undecided(client, (state,))
        elif state in _STATES:
            setting = SettingOutcome("state", '"active"', f'"{state}"')
            message = f"Is {state}: it gets no tokens.{client.deletion}"
            yield Finding(client, message, client.where("state"), setting=setting)


CHECK = BuiltIn(
    id="client-inactive",
    title="The client is inactive",
    severity=Severity.WARNING,
    why="An inactive client cannot get a token, so nothing that relies on it works, and the "
    "platform will delete it.",
    fix='Set state to "active", or remove the client.',
    find=find,
)
