"""`init` and `config`: from a folder of Terraform to a check without an argument."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.cli.conftest import Invoke
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
    """Two teams with three root modules each; those of the first have three environments."""
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
    assert "recording-policy.yaml: there already, and nothing is overwritten" in done.stderr
    assert (fleet / "recording-policy.yaml").read_text() == "ours"
    assert not (fleet / "recording-toolkit.toml").exists()


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
