"""`verify` and `check --live` on the command line: reports, bad input, exit statuses, secrets."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click.testing
import jsonschema
import msgspec
import pytest

import toolkit.reporters
from tests.genesys.servers import answering, serving
from tests.mock.conftest import Org
from tests.workflows.orgs import (
    MACHINE_ADDRESS,
    READY,
    RECORDER_ROLE,
    change,
    machine,
    operator,
    org_of,
    policies,
    role_path,
    state,
    the_machine,
    the_person,
    the_role,
    written,
)
from toolkit.cli import cli
from toolkit.genesys.credentials import OPERATOR_ID, OPERATOR_SECRET, OPERATOR_TOKEN
from toolkit.mock.scenario import Fault
from toolkit.mock.scenarios import load_scenario

pytestmark = pytest.mark.server

CANARY = "canary-77aa"
SESSION = ("--session-id", READY.target.session)
SCHEMA = json.loads(
    (Path(toolkit.reporters.__file__).parent / "report.schema.json").read_text(encoding="utf-8")
)


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("RECORDING_TOOLKIT_", "GENESYSCLOUD_")) or "PROXY" in name.upper():
            monkeypatch.delenv(name)


@pytest.fixture
def org() -> Iterator[Org]:
    with org_of() as found:
        yield found


@pytest.fixture
def path(tmp_path: Path) -> str:
    return written(tmp_path, the_role(), the_machine(), the_person())


def call(*args: str, **environ: str) -> click.testing.Result:
    return click.testing.CliRunner().invoke(cli, args, env=dict(environ))


def only_line(result: click.testing.Result) -> str:
    """Return the error. It is one line and one hint, without a traceback."""
    error, *rest = result.stderr.splitlines()
    assert error.startswith("error: ")
    assert len(rest) == 1
    assert rest[0].startswith("hint: ")
    return f"{error}\n{rest[0]}"


def test_a_state_that_the_org_agrees_with(org: Org, path: str) -> None:
    result = call("verify", path, "--api-url", org.url, **operator())
    assert result.exit_code == 0
    assert "in-sync" in result.stdout
    assert "No start was tried" in result.stdout
    assert result.stdout.endswith("exit 0: everything was decided, and is fine\n")


def test_the_state_may_come_through_a_pipe(org: Org) -> None:
    data = state(the_role(), the_machine())
    args = ("verify", "-", "--api-url", org.url)
    result = click.testing.CliRunner().invoke(cli, args, env=operator(), input=data)
    assert result.exit_code == 0


def test_text_and_json_show_both_what_differs_and_the_diagnosis(
    org: Org, path: str, tmp_path: Path
) -> None:
    kept = policies(*READY.roles[1].permissions[1:])
    change(org, role_path(RECORDER_ROLE), permissionPolicies=kept)
    out = tmp_path / "report.json"
    result = call(
        "verify", path, "--api-url", org.url, *SESSION, "--yes", "-f", "text", "-f", f"json={out}",
        **operator(), **machine(),
    )  # fmt: skip
    assert result.exit_code == 1
    assert "FAIL role-permission-removed (error)" in result.stdout
    assert "MISCONFIGURED permission.missing (proven)" in result.stdout
    last = "exit 1: something is violated; a misconfiguration was diagnosed"
    assert result.stdout.splitlines()[-1] == last
    document = json.loads(out.read_text())
    jsonschema.validate(document, SCHEMA)
    assert document["command"] == "verify"
    assert document["verdict"] == "misconfigured"
    (drift,) = [r for r in document["results"] if r["kind"] == "drift" and r["verdict"] == "fail"]
    assert (drift["rule"], drift["address"]) == ("role-permission-removed", MACHINE_ADDRESS)
    assert drift["missing"] == [
        {"kind": "permission", "any_of": ["recording:session:write"], "division": None}
    ]
    assert drift["fix"]


def test_a_start_needs_a_yes(org: Org, path: str) -> None:
    result = call("verify", path, "--api-url", org.url, *SESSION, **operator(), **machine())
    assert result.exit_code == 2
    assert "nobody to ask" in only_line(result)
    assert org.captured() == []


def test_a_probe_that_is_asked_for_needs_the_clients_credentials(org: Org, path: str) -> None:
    result = call("verify", path, "--api-url", org.url, *SESSION, "--yes", **operator())
    assert result.exit_code == 2
    assert "only the operator's credentials are set" in result.stderr
    assert "--as-operator" not in result.stderr
    assert org.captured() == []


BAD_STATES: list[tuple[bytes, str]] = [
    (b"", "empty input"),
    (b"{}", "neither a Terraform plan nor a state"),
    (b'{"format_version": "1.0"', "ends too early"),
    (
        b'{"format_version": "1.2", "planned_values": {}, "resource_changes": []}',
        "this is a plan, not a state",
    ),
    (b'{"format_version": "1.0", "terraform_version": "1.11.4"}', "no genesyscloud_oauth_client"),
    (state(the_role()), "there is no genesyscloud_oauth_client in this state"),
    (b"PK\x03\x04 tfplan", "this is a saved plan, not JSON"),
]


@pytest.mark.parametrize(("data", "line"), BAD_STATES, ids=[line for _, line in BAD_STATES])
def test_what_is_no_state(data: bytes, line: str, tmp_path: Path, org: Org) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(data)
    result = call("verify", str(path), "--api-url", org.url, **operator())
    assert result.exit_code == 2
    assert line in only_line(result)
    assert org.captured() == []


def test_a_state_in_an_archive_is_read_and_the_archive_itself_is_none(
    tmp_path: Path, org: Org
) -> None:
    packed = tmp_path / "export.zip"
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("main.tf", "")
        file.writestr("terraform.tfstate", state(the_role()))
    result = call("verify", str(packed), "--api-url", org.url, **operator())
    assert result.exit_code == 2
    assert "this is Terraform, not a state" in result.stderr
    assert f"{packed}/terraform.tfstate" in result.stderr
    result = call("verify", f"{packed}/terraform.tfstate", "--api-url", org.url, **operator())
    assert "there is no genesyscloud_oauth_client in this state" in result.stderr


def test_a_folder_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    result = call("verify", str(tmp_path), "--region", "us-east-1", **operator())
    assert (result.exit_code, "this is Terraform, not a state" in only_line(result)) == (2, True)
    result = call("verify", str(tmp_path / "gone"), "--region", "us-east-1", **operator())
    assert (result.exit_code, "no such file" in result.stderr) == (2, True)


@pytest.mark.parametrize("command", [("verify", "STATE"), ("check", "--live")])
@pytest.mark.parametrize(
    ("environ", "options", "line"),
    [
        ({}, ("--region", "us-east-1"), OPERATOR_ID),
        ({OPERATOR_ID: "x"}, ("--region", "us-east-1"), f"{OPERATOR_SECRET} is not"),
        (operator(), (), "no region is named"),
        (operator(), ("--region", "eu-west-9"), "there is no region 'eu-west-9'"),
        (operator(), ("--api-url", "ftp://x"), "--api-url is not a URL"),
        (operator(), ("--api-url", "https://x", "--ca-bundle", "/gone"), "/gone: no such file"),
        ({OPERATOR_TOKEN: "a b"}, ("--region", "us-east-1"), "a character that no credential has"),
    ],
)
def test_what_is_missing_to_reach_an_org(
    command: tuple[str, ...],
    environ: dict[str, str],
    options: tuple[str, ...],
    line: str,
    path: str,
) -> None:
    args = [path if arg == "STATE" else arg for arg in command]
    result = call(*args, *options, **environ)
    assert result.exit_code == 2
    assert line in only_line(result)


@pytest.mark.parametrize("command", [("verify", "STATE"), ("check", "--live")])
@pytest.mark.parametrize(
    ("fault", "line", "hint"),
    [
        (Fault(kind="html", path="/api/v2/*"), "is not JSON but 'text/html'", "proxy"),
        (Fault(kind="status", status=401, path="/api/v2/*"), "answers 401", "Log in again"),
        (Fault(kind="status", status=404, path="/api/v2/*"), "answers 404", "Is this the API"),
        (Fault(kind="truncated", path="/api/v2/*"), "ends before its end", "Try again"),
        (Fault(kind="status", status=200, body=[1], path="/api/v2/*"), "not one of the API's", ""),
        (Fault(kind="html", path="/oauth/token"), "/oauth/token", "proxy"),
        (Fault(kind="status", status=301, path="/oauth/token"), "redirects to", "proxy"),
    ],
    ids=lambda value: f"{value.kind}-{value.path}" if isinstance(value, Fault) else "",
)
def test_an_api_that_is_none_or_fails(
    command: tuple[str, ...], fault: Fault, line: str, hint: str, path: str
) -> None:
    args = [path if arg == "STATE" else arg for arg in command]
    with org_of(msgspec.structs.replace(READY, faults=(fault,))) as org:
        result = call(*args, "--api-url", org.url, **operator())
    assert result.exit_code == (2 if fault.status == 401 else 4), result.output
    assert line in result.stderr
    assert hint in result.stderr


def test_nothing_listens(path: str) -> None:
    with serving(answering(b"")) as served:
        url = served.url
    result = call("verify", path, "--api-url", url, **operator())
    assert result.exit_code == 4
    assert "cannot be connected to" in only_line(result)


def test_an_expired_token(org: Org, path: str) -> None:
    for args in (("verify", path), ("check", "--live")):
        result = call(*args, "--api-url", org.url, **{OPERATOR_TOKEN: "expired-" + CANARY})
        assert result.exit_code == 2
        assert "answers 401 'bad.credentials'" in only_line(result)
        assert CANARY not in result.output


def test_the_json_of_an_error_is_a_report(path: str) -> None:
    result = call("verify", path, "-f", "json", "--region", "eu-west-1")
    assert result.exit_code == 2
    document = json.loads(result.stdout)
    jsonschema.validate(document, SCHEMA)
    assert document["command"] == "verify"
    assert document["errors"][0]["hint"].startswith(f"Set {OPERATOR_ID}")


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_gets_out(form: str, tmp_path: Path) -> None:
    """No secret of the state, of API responses or of the environment is shown anywhere."""
    leaky = {
        "id": READY.clients[1].id,
        "name": "recorder-machine",
        "secret": CANARY,
        "clientSecret": CANARY,
        "authorizedGrantType": "CLIENT-CREDENTIALS",
        "accessTokenValiditySeconds": 86400,
        "state": "active",
        "scope": [],
        "roleDivisions": [],
        "createdBy": {"name": CANARY},
    }
    listing = {"entities": [leaky], "pageCount": 1, "total": 1}
    faults = (
        Fault(kind="status", status=200, path="/api/v2/oauth/clients", body=listing),
        Fault(kind="status", status=200, path="/api/v2/oauth/clients/*", body=leaky),
    )
    secretive = the_machine(
        client_secret=CANARY, directory_client_secret=CANARY, expose_client_secret=True
    )
    path = written(tmp_path, the_role(), secretive)
    with org_of(msgspec.structs.replace(READY, faults=faults)) as org:
        for args in (("verify", path), ("check", "--live"), ("check", "--live", "--inventory")):
            result = call(*args, "--api-url", org.url, "-f", form, **operator())
            assert "recorder-machine" in result.stdout
            assert CANARY not in result.output
            assert "mock-secret" not in result.output
            assert "mock-token" not in result.output
    result = call("verify", path, "--api-url", org.url, "-f", form, **operator())
    assert CANARY not in result.output


def test_what_the_state_exposes_is_still_said(tmp_path: Path, org: Org) -> None:
    path = written(tmp_path, the_role(), the_machine(expose_client_secret=True))
    result = call("verify", path, "--api-url", org.url, **operator())
    assert "secret-in-state" in result.stdout


# check --live


PASSED = ("REC001", "pass")


def test_an_org_that_has_no_terraform_yet(org: Org) -> None:
    result = call("check", "--live", "--api-url", org.url, "-f", "json", **operator())
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    root = org.url.removeprefix("http://")
    assert document["sources"] == [{"root": root, "kind": "live", "clients": 5}]
    able = {r["client"] for r in document["results"] if (r["rule"], r["verdict"]) == PASSED}
    assert able >= {"recorder-machine", "recorder-person"}


def test_an_org_without_any_client() -> None:
    empty = {"entities": [], "pageCount": 0, "total": 0}
    fault = Fault(kind="status", status=200, path="/api/v2/oauth/clients", body=empty)
    with org_of(msgspec.structs.replace(READY, faults=(fault,))) as org:
        result = call("check", "--live", "--api-url", org.url, **operator())
    assert result.exit_code == 3
    assert "NO CLIENT" in result.stdout
    assert "NOTHING WAS CHECKED" in result.stdout


def test_where_an_org_is_needs_one_to_be_asked(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("")
    result = call("check", str(tmp_path), "--region", "eu-west-1")
    assert result.exit_code == 2
    assert "--live" in only_line(result)


def test_one_403_is_named_and_the_rest_stands() -> None:
    fault = Fault(kind="status", status=403, path="/api/v2/authorization/roles")
    again = Fault(kind="status", status=403, path="/api/v2/authorization/subjects/*")
    with org_of(msgspec.structs.replace(READY, faults=(fault, again))) as org:
        result = call("check", "--live", "--api-url", org.url, "-f", "json", **operator())
    assert result.exit_code == 3
    document = json.loads(result.stdout)
    by_client = {r["client"]: r for r in document["results"] if r["rule"] == "REC001"}
    assert by_client["recorder-person"]["verdict"] == "pass"
    assert by_client["recorder-machine"]["verdict"] == "unknown"
    reasons: list[Any] = by_client["recorder-machine"]["reasons"]
    assert reasons[0]["decided_by"] == "the permission authorization:role:view for the operator"
    assert [note["code"] for note in document["notes"]].count("live-refused") == 2


def test_without_the_clients_nothing_stands() -> None:
    fault = Fault(kind="status", status=403, path="/api/v2/oauth/clients")
    with org_of(msgspec.structs.replace(READY, faults=(fault,))) as org:
        result = call("check", "--live", "--api-url", org.url, **operator())
    assert result.exit_code == 2
    assert "answers 403" in result.stderr
    assert "oauth:client:view" in only_line(result)


@pytest.mark.parametrize("command", [("check", "--live"), ("verify", "STATE")])
@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({**operator(), OPERATOR_SECRET: "wrong"}, "the operator's credentials are refused"),
        ({OPERATOR_TOKEN: "wrong"}, "answers 401"),
    ],
)
def test_credentials_of_the_operator_that_are_refused_are_the_input(
    org: Org, path: str, command: tuple[str, str], wrong: dict[str, str], says: str
) -> None:
    words = [path if word == "STATE" else word for word in command]
    result = call(*words, "--api-url", org.url, **wrong)
    assert result.exit_code == 2
    assert says in only_line(result)


def test_the_drift_scenario_is_listed() -> None:
    assert "permission-settling" in call("mock", "--list").stdout
    assert load_scenario("permission-settling").causes == ("none",)


def test_a_target_of_the_configuration_brings_policies_and_its_name(
    org: Org, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "strict.yaml").write_text(
        "version: 1\nname: strict\nrules:\n"
        '  - {id: OURS9, title: None, severity: error, forbid: {permissions: ["recording:*:*"]}}\n'
    )
    (tmp_path / "recording-toolkit.toml").write_text(
        f'[[targets]]\nname = "prod"\nroot = {json.dumps(path)}\npolicy = "strict.yaml"\n'
    )
    where = ("--api-url", org.url, "-f", "json")
    environ = operator()
    done = call("verify", "--target", "prod", *where, **environ)
    assert done.exit_code == 1, done.output
    document = json.loads(done.stdout)
    assert {each["environment"] for each in document["results"]} == {"prod"}
    assert "OURS9" in {each["rule"] for each in document["results"]}
    assert call("verify", *where, **environ).exit_code == 2


@pytest.mark.parametrize("command", ["verify", "check", "probe"])
def test_a_report_says_which_org_was_asked_and_when(org: Org, path: str, command: str) -> None:
    args = {"verify": (path,), "check": ("--live",), "probe": ("--preflight", "--as-operator")}
    asked = (command, *args[command], "--api-url", org.url)
    told = json.loads(call(*asked, "-f", "json", **operator()).stdout)["org"]
    given = READY.organization
    assert (told["id"], told["name"]) == (given.id, given.name)
    assert told["host"] == org.url.removeprefix("http://")
    assert datetime.fromisoformat(told["time"]).tzinfo is not None
    assert told["catalog"].startswith("20")
    for name in ("text", "markdown", "html"):
        shown = " ".join(call(*asked, "-f", name, **operator()).stdout.split()).replace("\\", "")
        assert f"{given.name} ({given.id})" in shown, (name, shown[:2000])
