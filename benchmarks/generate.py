"""Writes the large case: 1,000 clients and 50 roles in ten files, as HCL and as a plan's JSON.

A second version has every tenth client changed: `changed/hcl`, and `changed/plan.json`, which
updates these clients and leaves the others as they are. Deterministic: the same arguments give the
same bytes. About a third of the clients violate the policy.
"""

from __future__ import annotations

import argparse
import json
import uuid
from pathlib import Path
from typing import Any

SCOPES = ["recording:session:write", "recordingSession"]
FILLER = ["conversations", "users:readonly", "analytics:readonly", "routing:readonly"]
PROVIDER = """terraform {
  required_providers {
    genesyscloud = {
      source = "mypurecloud/genesyscloud"
    }
  }
}
"""


def role_block(number: int) -> str:
    action = '"write"' if number % 3 else '"view"'
    return f"""resource "genesyscloud_auth_role" "role_{number}" {{
  name        = "Recording role {number}"
  description = "Generated role number {number}"
  permission_policies {{
    domain      = "recording"
    entity_name = "session"
    action_set  = [{action}]
  }}
  permission_policies {{
    domain      = "conversation"
    entity_name = "call"
    action_set  = ["view", "record"]
  }}
}}
"""


#: Scopes that changed clients get in addition, one each.
MORE = [
    "alerting", "architect", "assistants", "billing", "calendar", "chat", "coaching", "content",
    "devices", "dialog", "events", "external-contacts", "fax", "gamification", "groups", "journey",
    "knowledge", "language-understanding", "learning", "locations", "messaging", "notifications",
    "outbound", "presence", "quality", "recordings", "response-management", "scripts", "search",
    "sms", "speech-and-text-analytics", "stations", "telephony", "upload", "users", "voicemail",
]  # fmt: skip


def is_changed(number: int) -> bool:
    """Whether it is one of the changed tenth: half of them change roles, half scopes."""
    return number % 20 in (0, 5)


def client_scopes(number: int, *, changed: bool = False) -> list[str]:
    more = [MORE[number % len(MORE)]] if changed and is_changed(number) else []
    return FILLER + more + (SCOPES if number % 8 > 2 else SCOPES[:1])


def client_role(number: int, roles: int, *, changed: bool = False) -> int:
    return (number + (changed and is_changed(number))) % roles


def client_block(number: int, roles: int, *, changed: bool = False) -> str:
    head = f"""resource "genesyscloud_oauth_client" "client_{number}" {{
  name                          = "recorder-{number}"
  description                   = "Generated client number {number}"
  access_token_validity_seconds = 86400
"""
    if number % 4:
        listed = ", ".join(f'"{scope}"' for scope in client_scopes(number, changed=changed))
        body = f"""  authorized_grant_type         = "CODE"
  registered_redirect_uris      = ["https://recorder-{number}.example.com/callback"]
  scopes                        = [{listed}]
"""
    else:
        body = f"""  authorized_grant_type         = "CLIENT-CREDENTIALS"
  roles {{
    role_id     = genesyscloud_auth_role.role_{client_role(number, roles, changed=changed)}.id
    division_id = "*"
  }}
"""
    return head + body + "}\n"


def write_hcl(folder: Path, clients: int, roles: int, files: int, *, changed: bool = False) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "versions.tf").write_text(PROVIDER)
    (folder / "roles.tf").write_text("".join(role_block(n) for n in range(roles)))
    for file in range(files):
        blocks = (client_block(n, roles, changed=changed) for n in range(file, clients, files))
        (folder / f"clients_{file}.tf").write_text("".join(blocks))


def change(kind: str, name: str, after: dict[str, Any], unknown: dict[str, Any]) -> dict[str, Any]:
    return {
        "address": f"{kind}.{name}",
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider_name": "registry.terraform.io/mypurecloud/genesyscloud",
        "change": {
            "actions": ["create"],
            "before": None,
            "after": after,
            "after_unknown": unknown,
            "before_sensitive": False,
            "after_sensitive": {"roles": [], "scopes": []},
        },
    }


def plan_role(number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    action = "write" if number % 3 else "view"
    policies = [
        {"domain": "recording", "entity_name": "session", "action_set": [action], "conditions": []},
        {
            "domain": "conversation",
            "entity_name": "call",
            "action_set": ["record", "view"],
            "conditions": [],
        },
    ]
    after = {
        "name": f"Recording role {number}",
        "description": f"Generated role number {number}",
        "permissions": None,
        "default_role_id": None,
        "permission_policies": policies,
    }
    unknown = {"id": True, "permission_policies": [{"action_set": [False]}, {"action_set": []}]}
    return after, unknown


def plan_client(number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    user = bool(number % 4)
    after: dict[str, Any] = {
        "name": f"recorder-{number}",
        "description": f"Generated client number {number}",
        "access_token_validity_seconds": 86400,
        "authorized_grant_type": "CODE" if user else "CLIENT-CREDENTIALS",
        "registered_redirect_uris": (
            [f"https://recorder-{number}.example.com/callback"] if user else None
        ),
        "scopes": client_scopes(number) if user else None,
        "roles": [] if user else [{"division_id": "*"}],
        "state": "active",
        "directory_client_secret": None,
        "expose_client_secret": False,
        "integration_credential_name": None,
    }
    roles = [] if user else [{"role_id": True}]
    return after, {"id": True, "client_id": True, "client_secret": True, "roles": roles}


def configured_client(number: int, roles: int) -> dict[str, Any]:
    expressions: dict[str, Any] = {"name": {"constant_value": f"recorder-{number}"}}
    if not number % 4:
        role = f"genesyscloud_auth_role.role_{number % roles}"
        expressions["roles"] = [
            {
                "role_id": {"references": [f"{role}.id", role]},
                "division_id": {"constant_value": "*"},
            }
        ]
    return {
        "address": f"genesyscloud_oauth_client.client_{number}",
        "mode": "managed",
        "type": "genesyscloud_oauth_client",
        "name": f"client_{number}",
        "provider_config_key": "genesyscloud",
        "expressions": expressions,
        "schema_version": 0,
    }


def plan(clients: int, roles: int) -> dict[str, Any]:
    changes = [change("genesyscloud_auth_role", f"role_{n}", *plan_role(n)) for n in range(roles)]
    changes += [
        change("genesyscloud_oauth_client", f"client_{n}", *plan_client(n)) for n in range(clients)
    ]
    planned = [
        {key: entry[key] for key in ("address", "mode", "type", "name", "provider_name")}
        | {"schema_version": 0, "values": entry["change"]["after"], "sensitive_values": {}}
        for entry in changes
    ]
    configured = [
        {
            "address": f"genesyscloud_auth_role.role_{n}",
            "mode": "managed",
            "type": "genesyscloud_auth_role",
            "name": f"role_{n}",
            "provider_config_key": "genesyscloud",
            "expressions": {"name": {"constant_value": f"Recording role {n}"}},
            "schema_version": 0,
        }
        for n in range(roles)
    ]
    configured += [configured_client(n, roles) for n in range(clients)]
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": configured}},
        "timestamp": "2026-01-01T00:00:00Z",
        "applyable": True,
        "complete": True,
        "errored": False,
    }


def made(kind: str, name: str) -> str:
    """Return the id of an existing object."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{kind}.{name}"))


def existing(values: dict[str, Any], kind: str, number: int, role: int | None) -> dict[str, Any]:
    """Return planned values as they are after the apply."""
    own = made(kind, f"{'role' if role is None else 'client'}_{number}")
    known = {**values, "id": own}
    if role is None:
        return known
    granted = made("genesyscloud_auth_role", f"role_{role}")
    roles = [{**each, "role_id": granted} for each in values["roles"]]
    return {**known, "client_id": own, "client_secret": "", "roles": roles}


def changed_plan(clients: int, roles: int) -> dict[str, Any]:
    """Return the plan of the changes, with the state before them."""
    lines, prior = [], []
    for kind, count, planned in (
        ("genesyscloud_auth_role", roles, plan_role),
        ("genesyscloud_oauth_client", clients, plan_client),
    ):
        for n in range(count):
            values, _ = planned(n)
            is_role = planned is plan_role
            before = existing(values, kind, n, None if is_role else n % roles)
            after = before
            if not is_role and is_changed(n):
                after = existing(values, kind, n, client_role(n, roles, changed=True))
                if n % 4:
                    after["scopes"] = client_scopes(n, changed=True)
            line = change(kind, f"{'role' if is_role else 'client'}_{n}", after, {})
            line["change"] |= {
                "actions": ["no-op" if after == before else "update"],
                "before": before,
            }
            lines.append(line)
            prior.append(
                {key: line[key] for key in ("address", "mode", "type", "name", "provider_name")}
                | {"schema_version": 0, "values": before, "sensitive_values": {}}
            )
    document = plan(clients, roles)
    return document | {
        "resource_changes": lines,
        "prior_state": {"format_version": "1.0", "values": {"root_module": {"resources": prior}}},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--roles", type=int, default=50)
    parser.add_argument("--files", type=int, default=10)
    arguments = parser.parse_args()
    write_hcl(arguments.folder / "hcl", arguments.clients, arguments.roles, arguments.files)
    size = arguments.clients, arguments.roles, arguments.files
    changed = arguments.folder / "changed"
    write_hcl(changed / "hcl", *size, changed=True)
    for folder, planned in ((arguments.folder, plan), (changed, changed_plan)):
        document = json.dumps(planned(*size[:2]), separators=(",", ":"))
        (folder / "plan.json").write_text(document)


if __name__ == "__main__":
    main()
