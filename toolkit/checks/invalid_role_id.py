"""A role or a division that is given by something other than its id."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from toolkit.judging.check_context import CheckContext
from toolkit.judging.check_interface import BuiltIn, Finding
from toolkit.lazily import pattern
from toolkit.model.clients import ALL_DIVISIONS, Client, Grant, Location, is_uuid
from toolkit.model.findings import Severity
from toolkit.model.inventory import Inventory

_PERMISSION: Final = pattern(r"[\w*]+:[\w*]+:[\w*]+", re.ASCII)


def find(inventory: Inventory, _: CheckContext) -> Iterator[Finding]:
    if inventory.kind not in ("hcl", "plan"):
        return  # In a state or a live org, the platform has accepted the value, so it is an id.
    names = {role.name: role.label for role in inventory.roles if isinstance(role.name, str)}
    for client in inventory.clients:
        told = dict.fromkeys(each for grant in client.grants for each in _invalid(grant, names))
        if told:
            yield Finding(client, f"{'; '.join(told)}.", _location(client, names))


def _invalid(grant: Grant, names: dict[str, str]) -> Iterator[str]:
    role_id, division = grant.role.id, grant.division
    if grant.role.origin == "undefined" and role_id is not None and not is_uuid(role_id):
        what = "which is not the id of a role"
        if role_id in names:
            what = f"which is the name of {names[role_id]}, not its id"
        elif _PERMISSION.fullmatch(role_id):
            what = "which is a permission, not the id of a role that grants it"
        yield f'role_id is "{role_id}", {what}'
    if isinstance(division, str) and division != ALL_DIVISIONS and not is_uuid(division):
        yield f'division_id is "{division}", which is not the id of a division'


def _location(client: Client, names: dict[str, str]) -> Location | None:
    invalid = (grant for grant in client.grants if any(_invalid(grant, names)))
    return next((grant.location for grant in invalid if grant.location), client.where("roles"))


CHECK = BuiltIn(
    id="invalid-role-id",
    title="A role or division is not given by its id",
    severity=Severity.ERROR,
    why="Terraform and the provider accept any text. The platform then refuses the client at "
    "apply, because no such role exists.",
    fix="Give the id: role_id = genesyscloud_auth_role.NAME.id, or "
    "data.genesyscloud_auth_role.NAME.id for a role that this Terraform does not create. "
    'Leave division_id out for the home division; "*" is every division.',
    find=find,
)
