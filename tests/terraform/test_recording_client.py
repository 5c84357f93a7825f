"""The module grants what the contracts require, and what its own tests and tables say."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.needs import needed
from tests.standin_provider.fixtures import standin_config, workspace
from tests.standin_provider.workspace import Workspace
from toolkit.contracts.contract import Operation, Step
from toolkit.contracts.reader import load_contract
from toolkit.errors import ExitCode
from toolkit.model.clients import Client
from toolkit.model.permissions import scope_covers
from toolkit.workflows import check, inventory

__all__ = ["standin_config", "workspace"]

TERRAFORM = Path(__file__).parent.parent.parent / "terraform"
MODULE = TERRAFORM / "modules" / "recording-client"
USES = ("recording-session", "call-recording")
#: Without a redirect URI, the module refuses a client that people log in to in a browser.
REDIRECTS = ["https://example.com/"]
COMBINATIONS = [("recording-session",), ("call-recording",), USES]
PERSON = ("CODE", "TOKEN", "SAML2-BEARER", "PASSWORD")
README = (MODULE / "README.md").read_text(encoding="utf-8")


def client_for(uses: Iterable[str], grant_type: str = "CLIENT-CREDENTIALS") -> Client:
    """Return the client that the toolkit reads for this call of the module."""
    variables = [
        ("var", "name=recorder"),
        ("var", f"uses={json.dumps(list(uses))}"),
        ("var", f"grant_type={grant_type}"),
        ("var", f"redirect_uris={json.dumps(REDIRECTS if grant_type in PERSON else [])}"),
    ]
    (found,) = inventory([str(MODULE)], variables=variables).inventories
    (client,) = found.clients
    return client


def start_of(use: str) -> Operation:
    start = load_contract(use).step(Step.START)
    assert start is not None
    return start


def needed_scopes(uses: Iterable[str]) -> set[str]:
    """Return the scopes of the starts; each contract has only one way to be allowed."""
    found: set[str] = set()
    for use in uses:
        (alternative,) = start_of(use).scopes or ()
        found.update(alternative)
    return found


def needed_permissions(uses: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for use in uses:
        permissions = start_of(use).permissions
        assert permissions is not None
        (name,) = permissions.names
        found.add(name)
    return found


@pytest.mark.parametrize("uses", COMBINATIONS)
def test_a_service_holds_exactly_the_permissions_of_the_contracts(uses: tuple[str, ...]) -> None:
    client = client_for(uses)
    (grant,) = client.grants
    held = {permission.pattern for permission in grant.role.permissions}
    assert held == needed_permissions(uses)
    assert client.scopes.members == ()
    assert client.scopes.complete
    assert grant.role.unknown == ()


@pytest.mark.parametrize("grant_type", PERSON)
@pytest.mark.parametrize("uses", COMBINATIONS)
def test_a_person_gets_exactly_the_scopes_of_the_contracts(
    uses: tuple[str, ...], grant_type: str
) -> None:
    client = client_for(uses, grant_type)
    assert set(client.scopes.members) == needed_scopes(uses)
    assert client.scopes.complete
    assert client.grants == ()


@pytest.mark.parametrize("use", USES)
def test_that_is_enough_for_everything_else_in_the_contract(use: str) -> None:
    scopes, permissions = needed_scopes([use]), needed_permissions([use])
    for operation in load_contract(use).operations:
        assert any(
            all(any(scope_covers(held, scope) for held in scopes) for scope in alternative)
            for alternative in operation.scopes or ()
        ), operation.id
        assert operation.permissions is not None
        assert set(operation.permissions.names) <= permissions, operation.id


@pytest.mark.parametrize("grant_type", ["CLIENT-CREDENTIALS", *PERSON])
def test_the_shipped_policy_has_nothing_to_say(grant_type: str) -> None:
    variables = [("var", "name=recorder"), ("var", f"grant_type={grant_type}")]
    if grant_type in PERSON:
        variables.append(("var", f"redirect_uris={json.dumps(REDIRECTS)}"))
    report = check([str(MODULE)], variables=variables)
    assert report.exit_code is ExitCode.OK
    assert {result.verdict.value for result in report.results} <= {"pass", "not-applicable"}
    assert "REC001" in {r.rule for r in report.results if r.verdict.value == "pass"}


def table(heading: str) -> dict[str, str]:
    """Return the table below a README heading: the first column, and the rest of each row."""
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").partition(" | ") for line in section.splitlines() if line[:1] == "|"]
    return {name.strip("`"): rest for name, _, rest in rows[2:]}


def declared(kind: str, file: str) -> dict[str, str]:
    text = (MODULE / file).read_text(encoding="utf-8")
    return dict(re.findall(rf'^{kind} "(\w+)" {{\n(.*?)^}}', text, re.DOTALL | re.MULTILINE))


def test_the_readme_lists_every_input_with_its_type_and_default() -> None:
    variables = declared("variable", "variables.tf")
    rows = table("Inputs")
    assert set(rows) == set(variables)
    for name, body in variables.items():
        (kind,) = re.findall(r"^  type += (.*)$", body, re.MULTILINE)
        default = re.findall(r"^  default += (.*)$", body, re.MULTILINE)
        shown = f"`{default[0]}`" if default else "required"
        assert rows[name].startswith(f"{kind} | {shown} | "), name
        assert "description" in body


def test_the_readme_lists_every_output_and_one_is_secret() -> None:
    outputs = declared("output", "outputs.tf")
    assert set(table("Outputs")) == set(outputs)
    assert [name for name, body in outputs.items() if "sensitive   = true" in body] == [
        "client_secret"
    ]


def test_the_readme_says_what_each_use_needs() -> None:
    for use in USES:
        (row,) = re.findall(rf"^\| `{use}` \| (.*) \| (.*) \|$", README, re.MULTILINE)
        assert set(re.findall(r"`([^`]+)`", row[0])) == needed_permissions([use])
        assert set(re.findall(r"`([^`]+)`", row[1])) == needed_scopes([use])


@pytest.mark.terraform
def test_all_terraform_is_formatted() -> None:
    done = subprocess.run(
        [needed("terraform"), "fmt", "-check", "-recursive", "-diff", str(TERRAFORM)],
        env={},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


@pytest.mark.terraform
def test_the_module_is_valid_and_its_own_tests_pass(workspace: Workspace) -> None:
    shutil.copytree(MODULE, workspace.directory, dirs_exist_ok=True)
    workspace.init()
    workspace.run("validate", "-no-color")
    said = workspace.run("test", "-no-color").stdout
    runs = re.findall(r'^run "', "".join(p.read_text() for p in MODULE.glob("tests/*")), re.M)
    assert f"Success! {len(runs)} passed, 0 failed." in said


@pytest.mark.terraform
def test_a_plan_and_a_state_of_it_are_judged_the_same(workspace: Workspace) -> None:
    uses = {"one": ["recording-session"], "both": list(USES)}
    calls = "\n".join(
        f'module "{name}_{index}" {{\n'
        f'  source = "./recording-client"\n  name = "recorder {name} {index}"\n'
        f"  uses = {json.dumps(what)}\n"
        f'  grant_type = "{grant}"\n'
        f"  redirect_uris = {json.dumps(['https://example.com/'] if index else [])}\n}}"
        for (name, what), (index, grant) in itertools.product(
            uses.items(), enumerate(["CLIENT-CREDENTIALS", *PERSON])
        )
    )
    shutil.copytree(MODULE, workspace.directory / "recording-client")
    workspace.write(calls)
    workspace.init()
    verdicts = set()
    files = {"plan.json": workspace.plan(), "state.json": workspace.apply()}
    for name, document in files.items():
        path = workspace.directory / name
        path.write_text(json.dumps(document), encoding="utf-8")
        report = check([str(path)])
        assert report.exit_code is ExitCode.OK
        assert report.clients == 10
        verdicts.add(frozenset((r.address, r.rule, r.verdict) for r in report.results))
    assert len(verdicts) == 1
