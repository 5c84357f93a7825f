"""Terraform output of the least role for the operator, and a client that has it."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.model.hcl import quoted
from toolkit.model.operator_needs import OperatorNeeds


def render_hcl(operator: OperatorNeeds) -> str:
    """Return a role and a CLIENT-CREDENTIALS client, ending with a line break."""
    return "\n".join(_lines(operator)) + "\n"


def _lines(operator: OperatorNeeds) -> Iterator[str]:
    for reason in operator.unknown:
        yield f"# Not known: {_one_line(reason.reference)}."
    legacy = [name for name in operator.permissions if name.count(":") != 2]
    yield 'resource "genesyscloud_auth_role" "terraform" {'
    yield '  name = "Terraform"'
    if legacy:
        yield f"  permissions = [{', '.join(map(quoted, legacy))}]"
    policies: dict[tuple[str, str], list[str]] = {}
    for name in operator.permissions:
        if name not in legacy:
            domain, entity, action = name.split(":")
            policies.setdefault((domain, entity), []).append(action)
    for (domain, entity), actions in policies.items():
        yield "  permission_policies {"
        yield f"    domain      = {quoted(domain)}"
        yield f"    entity_name = {quoted(entity)}"
        yield f"    action_set  = [{', '.join(map(quoted, actions))}]"
        yield "  }"
    yield "}"
    yield ""
    yield "# Scopes have no effect on this grant type. A user-grant client needs:"
    yield f"# {', '.join(operator.scopes)}"
    yield 'resource "genesyscloud_oauth_client" "terraform" {'
    yield '  name                  = "Terraform"'
    yield '  authorized_grant_type = "CLIENT-CREDENTIALS"'
    yield "  roles {"
    yield "    role_id     = genesyscloud_auth_role.terraform.id"
    yield '    division_id = "*" # in one division alone it would see only what is in that one'
    yield "  }"
    yield "}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
