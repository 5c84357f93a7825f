"""The length of reports: on a real org's size, and on a large repository without clients."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from toolkit.model.report import Report
from toolkit.reporters import text
from toolkit.workflows.run_check import check

SCREEN = 40
GRANTS = ("CODE", "TOKEN", "SAML2-BEARER", "PASSWORD", "CLIENT-CREDENTIALS", "CLIENT-CREDENTIALS")


def export(folder: Path) -> None:
    """Write 42 clients of all grant types, and 26 adopted roles of which twenty have wildcards."""
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


def identifier(number: int) -> str:
    return f"10000000-0000-4000-8000-{number:012}"


def flat(name: str, value: object) -> dict[str, str]:
    """Return an attribute as the exporter writes it into a state: sets by hash, every scalar a
    string.
    """
    if isinstance(value, list):
        parts = {f"{name}.#": str(len(value))}
        for number, each in enumerate(value):
            parts |= flat(f"{name}.{3_000_000_000 + number}", each)
        return parts
    if isinstance(value, dict):
        return {k: v for key, each in value.items() for k, v in flat(f"{name}.{key}", each).items()}
    return {name: str(value)}


def with_state(folder: Path, version: int) -> None:
    """Write the export with raw ids instead of references, and beside it the state with
    these ids.
    """
    path = folder / "genesyscloud.tf.json"
    resources = json.loads(path.read_text())["resource"]
    roles = resources.pop("genesyscloud_auth_role")
    ids = {f"${{genesyscloud_auth_role.{name}.id}}": identifier(n) for n, name in enumerate(roles)}
    for client in resources["genesyscloud_oauth_client"].values():
        for grant in client.get("roles", ()):
            grant["role_id"] = ids[grant["role_id"]]
    path.write_text(json.dumps({"resource": resources}))
    kinds = {"genesyscloud_auth_role": roles, **resources}
    attributes = {
        (kind, name): {
            "id": identifier(number + 100 * at),
            **{k: v for key, value in each.items() for k, v in flat(key, value).items()},
        }
        for at, (kind, named) in enumerate(kinds.items())
        for number, (name, each) in enumerate(named.items())
    }
    state: dict[str, object] = {"version": version, "serial": 1, "lineage": "x"}
    if version == 3:
        found = {
            f"{kind}.{name}": {"type": kind, "primary": {"id": each["id"], "attributes": each}}
            for (kind, name), each in attributes.items()
        }
        state["modules"] = [{"path": ["root"], "resources": found}]
    else:
        state["resources"] = [
            {"mode": "managed", "type": kind, "name": name,
             "instances": [{"schema_version": 1, "attributes_flat": each}]}
            for (kind, name), each in attributes.items()
        ]  # fmt: skip
    (folder / "terraform.tfstate").write_text(json.dumps(state))


def shown(folder: Path, **more: object) -> tuple[list[str], Report]:
    report = check([str(folder)], policies=["call-recording"], **more)  # type: ignore[arg-type]
    return text.render(report).splitlines(), report


@pytest.mark.parametrize("clients", [(), ("*",)])
def test_an_org_is_read_on_a_few_screens(tmp_path: Path, clients: tuple[str, ...]) -> None:
    export(tmp_path)
    lines, _ = shown(tmp_path, clients=clients)
    assert len(lines) <= 150
    last = "\n".join(lines[-SCREEN:])
    assert "first error: CALL001: recorder-0" in last


def outcomes(report: Report) -> dict[tuple[str, str], tuple[str, bool]]:
    """Return results by rule and client; a role that is known by id only is the same role, whatever
    its name.
    """
    return {
        (r.rule, r.client or ""): (r.verdict.value, report.counts(r))
        for r in report.results
        if r.client is not None
    }


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("named", [".", "terraform.tfstate", "both"])
def test_an_org_is_as_short_through_its_state(tmp_path: Path, version: int, named: str) -> None:
    export(tmp_path)
    _, whole = shown(tmp_path)
    with_state(tmp_path, version)
    sources = [tmp_path, tmp_path / "terraform.tfstate"] if named == "both" else [tmp_path / named]
    report = check(sources, policies=["call-recording"])
    lines = text.render(report).splitlines()
    assert len(lines) <= 150
    assert "first error: CALL001: " in "\n".join(lines[-SCREEN:])
    assert report.clients == 42
    assert outcomes(report) == outcomes(whole)
    failing = [r for r in report.results if r.rule in ("CALL001", "CALL003")]
    assert len(failing) == 2 * 42, "two findings for each client"


def test_each_wildcard_role_is_one_finding(tmp_path: Path) -> None:
    export(tmp_path)
    _, report = shown(tmp_path)
    found = [r for r in report.results if r.rule == "wildcard-permission"]
    held = {f"genesyscloud_auth_role.Role_{n}" for n in range(20)}
    assert {r.address for r in found} <= held
    assert len({r.address for r in found}) == len(found)
    rules = {r.rule for r in report.results}
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
    unread = [r for r in report.results if r.rule == "unread-module"]
    assert len(unread) == roots * min(calls, 40)
