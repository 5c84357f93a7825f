"""An operation that may refuse every CLIENT-CREDENTIALS client, because it needs a user."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.contracts.contract import UserContext
from toolkit.judging.check_context import CheckContext, requirements_of, wanted_of
from toolkit.judging.check_interface import BuiltIn, Finding, Undecided
from toolkit.judging.grant_types import kinds_of
from toolkit.judging.verdict import unique
from toolkit.model.clients import CLIENT_CREDENTIALS
from toolkit.model.findings import Severity
from toolkit.model.inventory import Inventory
from toolkit.model.plurals import joined


def find(inventory: Inventory, context: CheckContext) -> Iterator[Finding | Undecided]:
    doubted = {
        name: operation.user_context
        for name, operation in context.operations.items()
        if operation.user_context is not UserContext.NO
    }
    if not doubted:
        return
    requirements = requirements_of(context)
    for client in inventory.clients:
        kinds = kinds_of(client.grant_type)
        if not kinds.credentials:
            continue
        wanted = wanted_of(client, requirements, context)
        asked = {n: why for n, why in wanted.operations.items() if n in doubted} if wanted else {}
        names = [name for name, why in asked.items() if not why]
        # Only rules that may not select the client require these operations.
        doubts = unique(reason for why in asked.values() for reason in why)
        if kinds.doubts and asked:
            yield Undecided(client, (*kinds.doubts, *doubts))
            continue
        if doubts:
            yield Undecided(client, doubts)
        if not names:
            continue
        surely = all(doubted[name] is UserContext.REQUIRED for name in names)
        message = (
            f"{joined(names)} {'refuses' if surely else 'may refuse'} this client, "
            f"whatever its roles grant: a {CLIENT_CREDENTIALS} call has no user (400 "
            "not.a.user)."
        )
        yield Finding(client, message, client.where("authorized_grant_type"))


CHECK = BuiltIn(
    id="user-context-suspected",
    title=f"An operation may refuse every {CLIENT_CREDENTIALS} client",
    severity=Severity.WARNING,
    why="The platform listed the refusal not.a.user for this call in 2018. Whether that "
    "still holds is not known; no permission helps.",
    fix="Try it with 'recording-toolkit probe'. If it is refused, use a user grant, such as CODE.",
    find=find,
)
