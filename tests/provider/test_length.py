"""How much a person has to read: a real org's size, and a large repository without clients."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from toolkit.reporters import text
from toolkit.workflows.policy_check import check

SCREEN = 40
GRANTS = ("CODE", "TOKEN", "SAML2-BEARER", "PASSWORD", "CLIENT-CREDENTIALS", "CLIENT-CREDENTIALS")


def export(folder: Path) -> None:
    """42 clients of all grant types, and 26 adopted roles of which twenty have wildcards."""
    roles = {
        f"Role_{n}": {
            "name": f"Role {n}",
            "default_role_id": f"role-{n}",
            "permissions": ["group_creation"],
            "permission_policies": [
                {"domain": "recording", "entity_name": "*" if n < 20 else "recording",
                 "action_set": ["*"] if n < 20 else ["view"]},
                {"domain": "oddity", "entity_name": f"thing{n}", "action_set": ["view"]},
            ],
        }
        for n in range(26)
    }  # fmt: skip
    clients = {}
    for n in range(42):
        grant = GRANTS[n % len(GRANTS)]
        one = {
            "name": f"recorder-{n}",
            "authorized_grant_type": grant,
            "access_token_validity_seconds": 200_000,
            "state": "active",
        }
        if grant == "CLIENT-CREDENTIALS":
            one["roles"] = [
                {"role_id": f"${{genesyscloud_auth_role.Role_{n % 26}.id}}", "division_id": "*"},
                {"role_id": f"${{genesyscloud_auth_role.Role_{(n + 7) % 26}.id}}"},
            ]
        else:
            one["scopes"] = ["users"]
        clients[f"recorder-{n}"] = one
    resources = {"genesyscloud_auth_role": roles, "genesyscloud_oauth_client": clients}
    (folder / "genesyscloud.tf.json").write_text(json.dumps({"resource": resources}))


def shown(folder: Path, **more: object) -> tuple[list[str], object]:
    report = check([str(folder)], policies=["call-recording"], **more)  # type: ignore[arg-type]
    return text.render(report).splitlines(), report


@pytest.mark.parametrize("clients", [(), ("*",)])
def test_an_org_is_read_on_a_few_screens(tmp_path: Path, clients: tuple[str, ...]) -> None:
    export(tmp_path)
    lines, _ = shown(tmp_path, clients=clients)
    assert len(lines) <= 150
    last = "\n".join(lines[-SCREEN:])
    assert "first error: CALL001: recorder-0" in last


def test_each_wildcard_role_is_one_finding(tmp_path: Path) -> None:
    export(tmp_path)
    _, report = shown(tmp_path)
    found = [r for r in report.results if r.rule == "wildcard-permission"]  # type: ignore[attr-defined]
    held = {f"genesyscloud_auth_role.Role_{n}" for n in range(20)}
    assert {r.address for r in found} <= held
    assert len({r.address for r in found}) == len(found)
    rules = {r.rule for r in report.results}  # type: ignore[attr-defined]
    assert "unpublished-permission" not in rules


@pytest.mark.parametrize("roots", [1, 160])
def test_unread_modules_are_a_screen_or_two(tmp_path: Path, roots: int) -> None:
    calls = 1_600 // roots
    for root in range(roots):
        folder = tmp_path / f"root{root:03}"
        folder.mkdir()
        (folder / "main.tf").write_text(
            'provider "aws" {}\n'
            + "\n".join(
                f'module "m{n}" {{\n  source = "terraform-aws-modules/m{(root + n) % 40}/aws"\n'
                '  version = "1.0.0"\n}'
                for n in range(calls)
            )
        )
    lines, report = shown(tmp_path)
    assert len(lines) <= 60
    unread = [r for r in report.results if r.rule == "unread-module"]  # type: ignore[attr-defined]
    assert len(unread) == roots * min(calls, 40)
