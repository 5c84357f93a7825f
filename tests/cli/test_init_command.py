"""`init` and `config`: from a folder of Terraform to a check without arguments."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest
import yaml
from msgspec.structs import replace

from tests.cli.conftest import Invoke
from tests.workflows.orgs import MACHINE, READY, operator, org_of
from toolkit.mock.scenario import Fault
from toolkit.mock.scenarios import load_scenario
from toolkit.workflows.initial_files import PIPELINES

CLIENT = """\
resource "genesyscloud_oauth_client" "{label}" {{
  name                  = "{label}"
  authorized_grant_type = "CODE"
  scopes                = {scopes}
}}
"""
VARIABLE = 'variable "scopes" { type = set(string) }\n'


def client(label: str, scopes: str = "var.scopes") -> str:
    return CLIENT.format(label=label, scopes=scopes)


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two teams with three root modules each; the first team has three environments."""
    (tmp_path / ".git").mkdir()
    for name in ("a/desk", "a/kiosk", "a/ivr"):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "main.tf").write_text(VARIABLE + client("recorder"))
        for environment in ("dev", "staging", "prod"):
            good = '["recording:session:write", "recordingSession"]'
            (folder / f"{environment}.tfvars").write_text(f"scopes = {good}\n")
    for name in ("b/one", "b/two", "b/three"):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "main.tf").write_text(client("viewer", '["users:readonly"]'))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def unwrapped(text: str) -> str:
    """Return the lines of a terminal with what was broken at 80 columns put together."""
    return text.replace("\n    ", " ")


def test_what_it_writes_makes_the_next_check_need_no_argument(invoke: Invoke, fleet: Path) -> None:
    done = invoke("init", "--yes")
    assert done.exit_code == 0, done.stderr
    assert "b/one: genesyscloud_oauth_client.viewer (viewer, CODE): recording-session no" in (
        done.stdout
    )
    configuration = tomllib.loads((fleet / "recording-toolkit.toml").read_text())
    assert len(configuration["targets"]) == 9
    checked = invoke("check", "--select", "REC001", "-f", "json")
    assert checked.exit_code == 0, checked.stderr
    assert json.loads(checked.stdout)["summary"]["clients"] == 9
    tested = invoke("policy", "test", "recording-policy.yaml")
    assert tested.exit_code == 0, tested.stdout


def test_a_change_that_breaks_prod_only_is_told_of_prod_only(invoke: Invoke, fleet: Path) -> None:
    invoke("init", "--yes")
    (fleet / "a/kiosk/prod.tfvars").write_text('scopes = ["recordingSession"]\n')
    done = invoke("check", "-f", "json")
    assert done.exit_code == 1
    failed = [r for r in json.loads(done.stdout)["results"] if r["verdict"] == "fail"]
    assert {(r["environment"], r["rule"]) for r in failed} == {("a-kiosk-prod", "REC001")}


def test_nothing_is_overwritten(invoke: Invoke, fleet: Path) -> None:
    (fleet / "recording-policy.yaml").write_text("ours")
    done = invoke("init", "--yes")
    assert done.exit_code == 2
    assert "recording-policy.yaml: already exists; nothing is overwritten" in done.stderr
    assert (fleet / "recording-policy.yaml").read_text() == "ours"
    assert not (fleet / "recording-toolkit.toml").exists()


def test_a_pipeline_that_is_missing_is_added_to_what_is_there(invoke: Invoke, fleet: Path) -> None:
    assert invoke("init", "--yes", "--ci", "github").exit_code == 0
    (fleet / "recording-policy.yaml").write_text("ours")
    done = invoke("init", "--yes", "--ci", "gitlab")
    assert (done.exit_code, done.stdout) == (0, "wrote .gitlab-ci.yml\n")
    assert (fleet / "recording-policy.yaml").read_text() == "ours"
    again = invoke("init", "--ci", "gitlab", "--ci", "azure")
    assert again.exit_code == 2
    assert ".gitlab-ci.yml: already exists; nothing is overwritten" in again.stderr
    assert not (fleet / "azure-pipelines.yml").exists()


def test_its_lines_fit_a_terminal(invoke: Invoke, fleet: Path) -> None:
    (fleet / "a/kiosk/prod.tfvars").write_text('scopes = ["recordingSession"]\n')
    lines = invoke("init", "--yes").stdout.splitlines()
    assert max(map(len, lines)) <= 80


def test_its_policy_names_the_command_that_tests_it(invoke: Invoke, fleet: Path) -> None:
    invoke("init", "--yes")
    first = (fleet / "recording-policy.test.yaml").read_text().splitlines()[0]
    command = first.removeprefix("# Run it with: recording-toolkit ").split()
    done = invoke(*command)
    assert done.exit_code == 0
    assert done.stdout.startswith("recording:")


def test_what_files_of_variables_set_says_who_records(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    for name, scopes in (
        ("quality/prod", '["recording:session:write", "recordingSession"]'),
        ("other/prod", '["users:readonly"]'),
    ):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "main.tf").write_text(VARIABLE + client("screen"))
        (tmp_path / name / "prod.tfvars").write_text(f"scopes = {scopes}\n")
    (tmp_path / "quality/prod/dev.tfvars").write_text('scopes = ["users:readonly"]\n')
    monkeypatch.chdir(tmp_path)
    done = invoke("init", "--yes")
    assert done.exit_code == 0, done.stderr
    assert "recording-session no with dev.tfvars and yes with prod.tfvars" in unwrapped(done.stdout)
    targets = tomllib.loads((tmp_path / "recording-toolkit.toml").read_text())["targets"]
    assert [each["name"] for each in targets] == ["dev", "prod"]
    left = "left out: other/prod: genesyscloud_oauth_client.screen, and 'check' does not look at"
    assert left in done.stderr
    assert "--record ADDRESS" in done.stderr


def test_the_name_of_a_target_has_no_word_twice(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("quality/prod", "voice/prod"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "main.tf").write_text(VARIABLE + client("recorder"))
        (tmp_path / name / "prod.tfvars").write_text('scopes = ["recordingSession"]\n')
    monkeypatch.chdir(tmp_path)
    assert invoke("init", "--yes").exit_code == 0
    targets = tomllib.loads((tmp_path / "recording-toolkit.toml").read_text())["targets"]
    assert [each["name"] for each in targets] == ["quality-prod", "voice-prod"]
    again = invoke("init", "--yes")
    assert again.exit_code == 2
    assert "There is a configuration already." in again.stderr


def test_without_a_terminal_it_wants_to_be_told(invoke: Invoke, fleet: Path) -> None:
    done = invoke("init")
    assert done.exit_code == 2
    assert "nobody can say which of these clients record" in done.stderr
    assert not (fleet / "recording-toolkit.toml").exists()


def test_clients_are_named_with_their_contract(invoke: Invoke, fleet: Path) -> None:
    address = "genesyscloud_oauth_client.viewer"
    done = invoke("init", "--record", address, "--contract", "call-recording")
    assert done.exit_code == 0, done.stderr
    policy = yaml.safe_load((fleet / "recording-policy.yaml").read_text())
    assert policy["contracts"] == ["call-recording"]
    assert policy["rules"][0]["clients"] == {"address": [address]}
    assert invoke("policy", "test", "recording-policy.yaml").exit_code == 0
    wrong = invoke("init", "--record", "nobody")
    assert "--record nobody: there is no such client" in wrong.stderr


def test_a_folder_without_a_client_is_told(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(VARIABLE)
    done = invoke("init", str(tmp_path), "--yes")
    assert done.exit_code == 2
    assert "there is no genesyscloud_oauth_client in it" in done.stderr


@pytest.mark.parametrize("name", PIPELINES)
def test_a_pipeline_is_written_on_request(invoke: Invoke, fleet: Path, name: str) -> None:
    done = invoke("init", "--yes", "--ci", name)
    assert done.exit_code == 0, done.stderr
    path, _ = PIPELINES[name]
    text = (fleet / path).read_text()
    assert yaml.safe_load(text)
    assert "recording-toolkit check" in text


def test_config_show_says_what_is_in_force_and_where_from(invoke: Invoke, fleet: Path) -> None:
    assert invoke("config", "show").stdout == "# no configuration: every option has its default\n"
    invoke("init", "--yes")
    shown = invoke("config", "show", "--target", "a-desk-prod").stdout
    assert 'policy = ["recording-policy.yaml"] # recording-toolkit.toml' in shown
    assert 'var-file = ["a/desk/prod.tfvars"] # target a-desk-prod' in shown


def test_the_schema_takes_what_init_writes(invoke: Invoke, fleet: Path) -> None:
    invoke("init", "--yes")
    schema = json.loads(invoke("config", "schema").stdout)
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    written = tomllib.loads((fleet / "recording-toolkit.toml").read_text())
    assert [*validator.iter_errors(written)] == []
    assert [*validator.iter_errors({"policies": "x"})]


LOOKED_UP = """\
data "genesyscloud_auth_role" "r" {
  name = "Recorder"
}
resource "genesyscloud_oauth_client" "machine" {
  name                  = "recorder-machine"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = data.genesyscloud_auth_role.r.id
  }
}
"""
ROLES = "/api/v2/authorization/roles"
CLIENTS = "/api/v2/oauth/clients"


@pytest.fixture
def looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A client with a role that only the org defines, and a client with an unknown name."""
    for name in (*operator(), "GENESYSCLOUD_ACCESS_TOKEN", "GENESYSCLOUD_REGION"):
        monkeypatch.delenv(name, raising=False)
    named = client("viewer", '["users:readonly"]').replace(' "viewer"\n', " var.name\n")
    (tmp_path / "main.tf").write_text(f'{LOOKED_UP}variable "name" {{}}\n{named}')
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.server
def test_the_org_says_what_its_clients_and_those_of_the_folder_can_do(
    invoke: Invoke, looked_up: Path
) -> None:
    alone = invoke("init", "--yes", "--record", "nobody")
    machine = "genesyscloud_oauth_client.machine (recorder-machine, CLIENT-CREDENTIALS)"
    assert f".: {machine}: recording-session unknown, call-recording unknown\n" in unwrapped(
        alone.stdout
    )
    with org_of(load_scenario("permission-missing")) as org:
        asked = ("init", "--live", "--api-url", org.url, "--yes")
        done = invoke(*asked, env=operator())
        sent = {(r["method"], r["path"]) for r in org.captured()}
    assert done.exit_code == 0, done.stderr
    host = org.url.partition("//")[2]
    # The org's role with this name does not grant the start of a session.
    assert f".: {machine}: recording-session no, call-recording no\n" in unwrapped(done.stdout)
    assert f"org Mock organisation ({READY.organization.id}), {host}" in done.stdout
    told = [line for line in unwrapped(done.stdout).splitlines() if line.startswith(f"{host}: ")]
    assert len(told) == len(READY.clients)
    own = f"{host}: {MACHINE} (recorder-machine, CLIENT-CREDENTIALS): "
    (line,) = [line for line in told if line.startswith(own)]
    assert line.endswith(
        "recording-session no, call-recording no; the name of genesyscloud_oauth_client.machine"
    )
    assert (
        sum(
            line.endswith("; no client of this Terraform is known to have its name")
            for line in told
        )
        == len(told) - 1
    )
    assert {method for method, path in sent if path != "/oauth/token"} == {"GET", "DELETE"}
    secret = READY.subjects.operator.secret
    texts = [path.read_text() for path in looked_up.iterdir()]
    assert not any(secret in text for text in (done.stdout, done.stderr, *texts))


@pytest.mark.server
def test_who_records_in_the_org_already_is_suggested(invoke: Invoke, looked_up: Path) -> None:
    """This works even if neither the folder nor the client's name shows that it records."""
    named = client("desk").replace('"desk"\n', '"bystander-person"\n')
    (looked_up / "main.tf").write_text(VARIABLE + named)
    assert "no client is known to record" in invoke("init", "--yes").stderr
    with org_of() as org:
        done = invoke("init", "--live", "--api-url", org.url, "--yes", env=operator())
    assert done.exit_code == 0, done.stderr
    assert "genesyscloud_oauth_client.desk (bystander-person, CODE): recording-session unknown" in (
        unwrapped(done.stdout)
    )
    policy = yaml.safe_load((looked_up / "recording-policy.yaml").read_text())
    assert policy["rules"][0]["clients"] == {"address": ["genesyscloud_oauth_client.desk"]}


@pytest.mark.server
def test_what_the_operator_may_not_read_is_said(invoke: Invoke, looked_up: Path) -> None:
    refused = Fault(kind="status", status=403, path=ROLES)
    with org_of(replace(READY, faults=(refused,))) as org:
        done = invoke("init", "--live", "--api-url", org.url, "--yes", env=operator())
    assert done.exit_code == 0, done.stderr
    assert "note: " in done.stderr
    assert f"refused the operator {ROLES} (403)" in done.stderr
    refused = Fault(kind="status", status=403, path=CLIENTS)
    with org_of(replace(READY, faults=(refused,))) as org:
        done = invoke("init", "--live", "--api-url", org.url, "--yes", env=operator())
    assert done.exit_code != 0
    assert CLIENTS in done.stderr


@pytest.mark.server
def test_an_org_that_does_not_answer_is_an_error_and_nothing_is_written(
    invoke: Invoke, looked_up: Path
) -> None:
    with org_of() as org:
        wrong = operator() | {"GENESYSCLOUD_OAUTHCLIENT_SECRET": "canary-5150"}
        done = invoke("init", "--live", "--api-url", org.url, "--yes", env=wrong)
    assert done.exit_code == 2
    assert "the operator's credentials are refused" in done.stderr
    assert "canary-5150" not in done.stdout + done.stderr
    gone = invoke("init", "--live", "--api-url", org.url, "--yes", env=operator())
    assert gone.exit_code == 4
    assert [path.name for path in looked_up.iterdir()] == ["main.tf"]


@pytest.mark.server
def test_a_folder_without_terraform_still_says_what_the_org_has(
    invoke: Invoke, looked_up: Path
) -> None:
    (looked_up / "main.tf").unlink()
    with org_of() as org:
        done = invoke("init", "--live", "--api-url", org.url, "--yes", env=operator())
    assert done.exit_code == 2
    assert "no Terraform files here" in done.stderr
    assert f"{MACHINE} (recorder-machine, CLIENT-CREDENTIALS): recording-session yes" in unwrapped(
        done.stdout
    )


def test_where_an_org_is_changes_nothing_without_it(invoke: Invoke, looked_up: Path) -> None:
    done = invoke("init", "--region", "us-east-1", "--yes")
    assert done.exit_code == 2
    assert "Give --region with --live." in done.stderr
    nobody = invoke("init", "--live", "--region", "us-east-1", "--yes")
    assert nobody.exit_code == 2
    assert "GENESYSCLOUD_OAUTHCLIENT_ID" in nobody.stderr


def test_it_is_bounded_as_a_check_is(invoke: Invoke, looked_up: Path) -> None:
    helped = invoke("init", "--help").stdout
    for option in ("--live", "--region", "--ca-bundle", "--timeout", "--max-memory"):
        assert option in helped
