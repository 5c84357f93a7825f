"""Settings that write a client's secret to Terraform's state or to disk."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.judging.check_context import CheckContext
from toolkit.judging.check_interface import BuiltIn, Finding, Undecided
from toolkit.model.clients import Client
from toolkit.model.findings import Severity
from toolkit.model.inventory import Inventory
from toolkit.model.plurals import joined
from toolkit.model.values import AttributeValue, Unknown

_EXPOSE, _SECRET, _DIRECTORY = "expose_client_secret", "client_secret", "directory_client_secret"
_NAMES = (_EXPOSE, _DIRECTORY, _SECRET)


def find(inventory: Inventory, _: CheckContext) -> Iterator[Finding | Undecided]:
    if inventory.kind == "live":
        return  # The data of an org does not come from a state.
    for client in inventory.clients:
        if client.attributes.keys().isdisjoint(_NAMES):
            continue
        exposing = [name for name in _NAMES if _exposes(client, name)]
        if exposing:
            kept = [f"the fields of {use.phrase}" for use in client.used_by if use.keeps_secret]
            through = joined([*exposing, *kept])
            message = f"Writes its secret to state or disk, through {through}."
            yield Finding(client, message, client.where(exposing[0]))
            continue
        # An unknown client_secret is not a reason for doubt: the provider sets it at apply, and
        # only if expose_client_secret is true.
        values = (client.attribute(name) for name in (_EXPOSE, _DIRECTORY))
        doubts = tuple(value for value in values if isinstance(value, Unknown))
        if doubts:
            yield Undecided(client, doubts)


def _exposes(client: Client, name: str) -> bool:
    value: AttributeValue = client.attribute(name)
    if name == _EXPOSE:
        return value is True or value == "true"
    return value not in (None, "") and not isinstance(value, Unknown)


CHECK = BuiltIn(
    id="secret-in-state",
    title="The client's secret ends up in state or on disk",
    severity=Severity.WARNING,
    why="More people and machines can read state and files than a secret store.",
    fix="Leave out expose_client_secret, client_secret and directory_client_secret; "
    "integration_credential_name stores the secret in the platform instead.",
    find=find,
)
