"""For each unknown: the input that its reason names does decide it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from tests.sources import plans
from toolkit.model.findings import Verdict
from toolkit.sources import remedies
from toolkit.sources.read_requests import Execution
from toolkit.workflows import check

ID = "10000000-0000-4000-8000-000000000001"
POLICY = """version: 1
name: p
rules:
  - id: R
    title: t
    require: {{scopes: {{all_of: [s]}}, permissions: {{all_of: ["recording:x:view"]}}}}
checks: {{client-without-scopes: off, client-without-roles: off, invalid-role-id: off}}
roles: [{roles}]
"""
USER = """
resource "genesyscloud_oauth_client" "c" {
  name                  = "c"
  authorized_grant_type = "CODE"
  scopes                = %s
}
"""
MACHINE = """
resource "genesyscloud_oauth_client" "c" {
  name                  = "c"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  %s
}
"""
GRANTED = MACHINE % "roles { role_id = %s }"
LOOKED_UP = 'data "genesyscloud_auth_role" "r" { name = "Viewer" }\n'
ROLE = """
resource "genesyscloud_auth_role" "r" {
  name = "r"
  permission_policies {
    domain      = "recording"
    entity_name = "x"
    action_set  = ["view"]
  }
}
"""
REGISTRY = "acme/clients/genesyscloud"


class Input(Struct):
    """The input of a check: files by their path, the roles that the policy knows, and options."""

    files: dict[str, str]
    source: str = "."
    roles: str = ""
    options: dict[str, Any] = {}
    repository: str = "."


def hcl(text: str, **more: Any) -> Input:
    return Input({"main.tf": text}, **more)


def document(found: object, **more: Any) -> Input:
    return Input({"found.json": json.dumps(found)}, source="found.json", **more)


def planned(scopes: Any = ("s",), **more: Any) -> dict[str, Any]:
    after = {"name": "c", "authorized_grant_type": "CODE", "scopes": list(scopes)}
    return plans.plan([plans.change("c", after, **more)])


def state(**attributes: Any) -> dict[str, Any]:
    known = {"id": ID, "name": "c", "authorized_grant_type": "CODE", "scopes": ["s"], **attributes}
    return stated(("genesyscloud_oauth_client", "c", known))


def stated(*resources: tuple[str, str, Any]) -> dict[str, Any]:
    return {
        "version": 4,
        "resources": [
            {"mode": "managed", "type": kind, "name": name, "instances": [{"attributes": each}]}
            for kind, name, each in resources
        ],
    }


def role_in_state(name: str, action: str = "view") -> tuple[str, str, Any]:
    policy = {"domain": "recording", "entity_name": "x", "action_set": [action], "conditions": []}
    known = {"id": ID, "name": name, "permission_policies": [policy]}
    return ("genesyscloud_auth_role", name, known)


def machine_in_state() -> tuple[str, str, Any]:
    grants = [{"role_id": ID, "division_id": ""}]
    known = {"name": "c", "authorized_grant_type": "CLIENT-CREDENTIALS", "roles": grants}
    return ("genesyscloud_oauth_client", "c", known)


def call(source: str, version: str = "") -> str:
    return f'module "m" {{\n  source = "{source}"\n{version}}}\n'


def installed(key: str = "m") -> dict[str, str]:
    entry = {
        "Key": key,
        "Source": f"registry.terraform.io/{REGISTRY}",
        "Version": "1.0.0",
        "Dir": ".terraform/modules/m",
    }
    return {
        ".terraform/modules/modules.json": json.dumps({"Modules": [entry]}),
        ".terraform/modules/m/main.tf": USER % '["s"]',
    }


PINNED = call(REGISTRY, '  version = "1.0.0"\n')
DYNAMIC = """dynamic "roles" {
    for_each = [genesyscloud_auth_role.r.id]
    content { role_id = roles.value }
  }"""
WITH_DYNAMIC = plans.plan(
    [
        plans.change(
            "c",
            {"name": "c", "authorized_grant_type": "CLIENT-CREDENTIALS"},
            {"roles": True},
        ),
        plans.change(
            "r",
            {"name": "r", "permission_policies": [
                {"domain": "recording", "entity_name": "x", "action_set": ["view"],
                 "conditions": []}]},
            {"id": True},
            type_="genesyscloud_auth_role",
        ),
    ],
    {"resources": [plans.configured("c"), plans.configured("r", type_="genesyscloud_auth_role")]},
)  # fmt: skip

OTHER_ID = ID.replace("1", "2")
KEPT_ID = ID.replace("1", "3")


def in_division(division: str) -> dict[str, Any]:
    """A plan that grants a role in a division, and destroys one of two."""
    grants = [{"role_id": ID, "division_id": division}]
    made = plans.change("d", type_="genesyscloud_auth_division", actions=["delete"])
    made["change"] |= {"before": {"id": OTHER_ID, "name": "d", "home": False}}
    kept = {"id": KEPT_ID, "name": "k", "home": False}
    return plans.plan(
        [
            plans.client("c", grants, [{}]),
            plans.role("x", ID, actions=["no-op"]),
            made,
            plans.change("k", kept, type_="genesyscloud_auth_division", actions=["no-op"]),
        ]
    )


#: OpenTofu reads the second file, and Terraform does not.
OF_BOTH = {
    "main.tf": USER % '["s"]',
    "x_override.tofu": USER.replace('name                  = "c"', "") % '["t"]',
}

#: An input that leaves a result unknown, and the same with what the reason names.
CASES: dict[str, tuple[Input, Input]] = {
    remedies.A_PLAN: (
        hcl(USER % '[plantimestamp() == "x" ? "t" : "s"]'),
        document(planned()),
    ),
    remedies.A_VARIABLE: (
        hcl('variable "scopes" { type = set(string) }\n' + USER % "var.scopes"),
        hcl(
            'variable "scopes" { type = set(string) }\n' + USER % "var.scopes",
            options={"variables": [("var", 'scopes=["s"]')]},
        ),
    ),
    remedies.A_WORKSPACE: (
        hcl(USER % '[terraform.workspace == "prod" ? "s" : "t"]'),
        hcl(
            USER % '[terraform.workspace == "prod" ? "s" : "t"]',
            options={"execution": Execution(workspace="prod")},
        ),
    ),
    remedies.A_VERSION: (
        Input(OF_BOTH),
        Input(OF_BOTH, options={"execution": Execution(terraform_version="1.11.4")}),
    ),
    remedies.AFTER_APPLY: (
        hcl('resource "random_pet" "p" {}\n' + USER % "[random_pet.p.id]"),
        document(state()),
    ),
    remedies.WHEN_NOT_DEFERRED: (
        document(
            plans.plan(
                [], deferred_changes=[{"reason": "x", "resource_change": plans.change("c", None)}]
            )
        ),
        document(planned()),
    ),
    remedies.SOURCE_DIR: (
        document(WITH_DYNAMIC),
        Input(
            {"found.json": json.dumps(WITH_DYNAMIC), "main.tf": ROLE + MACHINE % DYNAMIC},
            source="found.json",
            options={"source_dir": "."},
        ),
    ),
    remedies.NOT_SENSITIVE: (
        document(planned(sensitive={"scopes": True})),
        document(planned()),
    ),
    remedies.ROLE_ELSEWHERE: (
        hcl(GRANTED % f'"{ID}"'),
        hcl(GRANTED % f'"{ID}"', roles=f'{{id: "{ID}", permissions: ["recording:x:view"]}}'),
    ),
    remedies.LOOKED_UP_ROLE: (
        hcl(LOOKED_UP + GRANTED % "data.genesyscloud_auth_role.r.id"),
        hcl(
            LOOKED_UP + GRANTED % "data.genesyscloud_auth_role.r.id",
            roles='{name: Viewer, permissions: ["recording:x:view"]}',
        ),
    ),
    remedies.A_ROLE_ID: (
        hcl(ROLE + GRANTED % '"Viewer"'),
        hcl(ROLE + GRANTED % "genesyscloud_auth_role.r.id"),
    ),
    remedies.A_STAYING_ROLE: (
        Input(
            {
                "main.tf": GRANTED % f'"{ID}"',
                "terraform.tfstate": json.dumps(stated(role_in_state("r"))),
            }
        ),
        Input(
            {
                "main.tf": ROLE + GRANTED % "genesyscloud_auth_role.r.id",
                "terraform.tfstate": json.dumps(stated(role_in_state("r"))),
            }
        ),
    ),
    remedies.A_STAYING_DIVISION: (
        document(in_division(OTHER_ID)),
        document(in_division(KEPT_ID)),
    ),
    remedies.ONE_RESOURCE: (
        document(stated(machine_in_state(), role_in_state("a"), role_in_state("b", "add"))),
        document(stated(machine_in_state(), role_in_state("a"))),
    ),
    remedies.READABLE_STATE: (
        document(stated(("genesyscloud_oauth_client", "c", None))),
        document(state()),
    ),
    remedies.TERRAFORM_INIT: (
        hcl(PINNED, options={"execution": Execution(trusts_installed=True)}),
        Input(
            {"main.tf": PINNED, **installed()},
            options={"execution": Execution(trusts_installed=True)},
        ),
    ),
    remedies.TRUSTED: (
        Input({"main.tf": PINNED, **installed()}, repository=""),
        Input(
            {"main.tf": PINNED, **installed()},
            repository="",
            options={"execution": Execution(trusts_installed=True)},
        ),
    ),
    remedies.OUTER_FOLDER: (
        Input(
            {"in/main.tf": call("../out"), "out/main.tf": USER % '["s"]'},
            source="in",
            repository="in",
        ),
        Input({"in/main.tf": call("../out"), "out/main.tf": USER % '["s"]'}, source="in"),
    ),
    remedies.MODULE_SOURCE: (
        hcl(call("./nowhere")),
        Input({"main.tf": call("./m"), "m/main.tf": USER % '["s"]'}),
    ),
    remedies.MODULE_FILES: (
        Input({"main.tf": call("./m"), "m/README": ""}),
        Input({"main.tf": call("./m"), "m/README": "", "m/main.tf": USER % '["s"]'}),
    ),
}
NAMES = {value: name for name, value in vars(remedies).items() if name.isupper()}


def test_every_reason_has_a_case() -> None:
    assert set(CASES) == set(NAMES)


def open_ones(given: Input, folder: Path, chdir: Callable[[Path], None]) -> set[str]:
    """Return what the unknown results of a check name as deciding."""
    for path, content in given.files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    if given.repository:
        where = str(folder / given.repository)
        subprocess.run(["git", "init", "-q", where], check=True)
    (folder / "policy.yaml").write_text(POLICY.format(roles=given.roles))
    chdir(folder)
    report = check(given.source, policies=["policy.yaml"], **given.options)
    assert not report.errors
    judged = [r for r in report.results if r.rule in ("R", "unread-module")]
    assert judged
    unknown = [r for r in judged if r.verdict is Verdict.UNKNOWN and r.address is not None]
    assert all(result.reasons for result in unknown)
    return {reason.decided_by for result in unknown for reason in result.reasons}


@pytest.mark.parametrize("decided_by", CASES, ids=lambda each: NAMES[each])
def test_the_input_that_is_named_decides(
    decided_by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = CASES[decided_by]
    assert open_ones(before, tmp_path / "before", monkeypatch.chdir) == {decided_by}
    assert open_ones(after, tmp_path / "after", monkeypatch.chdir) == set()


OPEN_ROLES = """
variable "actions" { type = set(string) }
variable "others" { type = set(string) }
variable "domain" { type = string }
resource "genesyscloud_auth_role" "elsewhere" {
  name = "elsewhere"
  permission_policies {
    domain      = "routing"
    entity_name = "queue"
    action_set  = var.actions
  }
}
resource "genesyscloud_auth_role" "there" {
  name = "there"
  permission_policies {
    domain      = "recording"
    entity_name = "*"
    action_set  = var.others
  }
  permission_policies {
    domain      = "routing"
    entity_name = "queue"
    action_set  = var.others
  }
}
resource "genesyscloud_auth_role" "anywhere" {
  name = "anywhere"
  permission_policies {
    domain      = var.domain
    entity_name = "x"
    action_set  = ["view"]
  }
}
"""


@pytest.mark.parametrize(
    ("roles", "verdict", "listed"),
    [
        # An action of another domain, whatever it is, does not grant the required permission.
        (["elsewhere"], Verdict.FAIL, set()),
        (["elsewhere", "there"], Verdict.UNKNOWN, {"var.others"}),
        (["elsewhere", "anywhere"], Verdict.UNKNOWN, {"var.domain"}),
        (["anywhere", "there"], Verdict.UNKNOWN, {"var.domain", "var.others"}),
    ],
)
def test_reasons_are_those_that_would_change_the_verdict(
    roles: list[str], verdict: Verdict, listed: set[str], tmp_path: Path
) -> None:
    grants = "\n".join(f"roles {{ role_id = genesyscloud_auth_role.{each}.id }}" for each in roles)
    (tmp_path / "main.tf").write_text(OPEN_ROLES + MACHINE % grants)
    (tmp_path / "policy.yaml").write_text(POLICY.format(roles=""))
    report = check(tmp_path, policies=[tmp_path / "policy.yaml"], select=["R"])
    (found,) = report.results
    assert (found.verdict, {each.reference for each in found.reasons}) == (verdict, listed)


def test_what_a_rule_forbids_is_not_open_for_another_domain(tmp_path: Path) -> None:
    grant = "roles { role_id = genesyscloud_auth_role.elsewhere.id }"
    (tmp_path / "main.tf").write_text(OPEN_ROLES + MACHINE % grant)
    (tmp_path / "policy.yaml").write_text(
        "version: 1\nname: p\nrules:\n"
        '  - {id: A, title: t, forbid: {permissions: ["recording:*:delete"]}}\n'
        '  - {id: B, title: t, forbid: {permissions: ["*:queue:delete"]}}\n'
    )
    report = check(tmp_path, policies=[tmp_path / "policy.yaml"], select=["A", "B"])
    assert {each.rule: each.verdict for each in report.results} == {
        "A": Verdict.PASS,
        "B": Verdict.UNKNOWN,
    }
