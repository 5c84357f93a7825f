"""`check --inventory` through the command line: the contents of the sources, no verdicts."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from toolkit.errors import ExitCode
from toolkit.reporters import inventory_formats
from toolkit.reporters.inventory_document import json_schema

MAIN = """
variable "scopes" { type = set(string) }
data "genesyscloud_auth_role" "agent" { name = "Agent" }
resource "genesyscloud_oauth_client" "recorder" {
  name                  = "recorder"
  authorized_grant_type = "CODE"
  scopes                = var.scopes
  client_secret         = "s3cr3t"
}
resource "genesyscloud_oauth_client" "service" {
  name                  = "recording-service"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles { role_id = data.genesyscloud_auth_role.agent.id }
}
"""
POLICY = """
version: 1
name: ours
rules:
  - {id: R1, title: t, forbid: {scopes: ["*"]}}
roles:
  - {name: Agent, permissions: ["conversation:call:view"]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "main.tf").write_text(MAIN)
    (tmp_path / "ours.yaml").write_text(POLICY)
    return str(tmp_path)


def shown(result: Any) -> Any:
    document = json.loads(result.stdout)
    jsonschema.validate(document, json_schema())
    return document


def test_shows_what_is_not_known_and_judges_nothing(invoke: Any, folder: str) -> None:
    result = invoke("check", "--inventory", folder)
    assert result.exit_code == ExitCode.OK
    assert "scopes      not known: var.scopes (decided by --var" in " ".join(
        result.stdout.split("\n")
    )
    assert "client_secret: set; sensitive, so not shown" in result.stdout
    assert "s3cr3t" not in result.stdout
    assert "REC001" not in result.stdout


def test_takes_the_variables_and_the_roles_of_the_policy(invoke: Any, folder: str) -> None:
    result = invoke(
        "check", "--inventory", folder, "-f", "json", "--var", 'scopes=["a"]',
        "-p", f"{folder}/ours.yaml",
    )  # fmt: skip
    assert result.exit_code == ExitCode.OK
    recorder, service = shown(result)["sources"][0]["clients"]
    assert recorder["scopes"] == {"members": ["a"], "unknown": []}
    role = service["roles"][0]["role"]
    assert role["origin"] == "policy"
    assert [p["pattern"] for p in role["permissions"]] == ["conversation:call:view"]
    assert "s3cr3t" not in result.stdout


def test_goes_into_files_too(invoke: Any, folder: str, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    result = invoke("check", "--inventory", folder, "-f", f"json={out}", "-f", "text")
    assert result.stdout.startswith(f"{folder}: hcl, 2 clients, 1 role\n")
    assert json.loads(out.read_bytes())["command"] == "check --inventory"


def test_reads_stdin(invoke: Any) -> None:
    state = {"version": 4, "serial": 1, "lineage": "x", "resources": []}
    result = invoke("check", "--inventory", "-", input=json.dumps(state))
    assert result.exit_code == ExitCode.OK
    assert result.stdout.startswith("-: state, 0 clients, 0 roles\n")


def test_one_source_that_cannot_be_read_hides_no_other(invoke: Any, folder: str) -> None:
    result = invoke("check", "--inventory", folder, f"{folder}/gone", "-f", "json")
    assert result.exit_code == ExitCode.INPUT
    document = shown(result)
    assert len(document["sources"]) == len(document["errors"]) == 1


@pytest.mark.parametrize("args", [["-p", "nonsense"], ["--var-file", "gone.tfvars"]])
def test_json_stays_an_inventory_on_an_error(invoke: Any, folder: str, args: list[str]) -> None:
    result = invoke("check", "--inventory", folder, "-f", "json", *args)
    assert result.exit_code == ExitCode.INPUT
    assert len(shown(result)["errors"]) == 1


def test_nothing_but_errors_leaves_stdout_to_machines(invoke: Any, tmp_path: Path) -> None:
    result = invoke("check", "--inventory", str(tmp_path / "gone"))
    assert result.exit_code == ExitCode.INPUT
    assert result.stdout == ""
    assert "no such file or folder" in result.stderr


def test_a_format_without_inventories_is_refused(
    invoke: Any, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inventory_formats, "INVENTORY_FORMATS", {"text": None})
    result = invoke("check", "--inventory", folder, "-f", "json")
    assert result.exit_code == ExitCode.INPUT
    assert "an inventory has no format 'json'" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--select", "REC001"),
        ("--ignore", "REC001"),
        ("--client", "x"),
        ("--unknown", "report"),
        ("--fail-on", "never"),
        ("--baseline", "known.json"),
        ("--write-baseline", "known.json"),
        ("--today", "2026-01-01"),
    ],
)
def test_what_is_about_judging_is_refused(
    invoke: Any, folder: str, arguments: tuple[str, str]
) -> None:
    result = invoke("check", "--inventory", folder, "-f", "json", *arguments)
    assert result.exit_code == ExitCode.INPUT
    message = f"--inventory judges nothing, so {arguments[0]} would change nothing"
    assert f"error: {message}\n" in result.stderr
    (error,) = json.loads(result.stdout)["errors"]
    assert error["message"] == message


def test_the_digests_cover_the_state_beside_that_was_used(invoke: Any, tmp_path: Path) -> None:
    role = "10000000-0000-4000-8000-000000000001"
    root = tmp_path / "root"
    root.mkdir()
    (root / "main.tf").write_text(
        f"""
resource "genesyscloud_oauth_client" "c" {{
  name                  = "c"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {{ role_id = "{role}" }}
}}
"""
    )

    def heads(*source: str) -> list[str]:
        result = invoke("check", *source, "--inventory", "-f", "csv")
        return [each for each in result.stdout.splitlines() if each.startswith("#")]

    for source in (root, root / "main.tf"):
        assert not [each for each in heads(str(source)) if each.startswith("# state ")]
    instance = {"attributes": {"id": role, "name": "R"}}
    found = {"mode": "managed", "type": "genesyscloud_auth_role", "name": "r"}
    data = json.dumps({"version": 4, "resources": [{**found, "instances": [instance]}]})
    (root / "terraform.tfstate").write_text(data)
    digest = hashlib.sha256(data.encode()).hexdigest()
    for source in (root, root / "main.tf"):
        head = heads(str(source))
        assert f"# state {root}/terraform.tfstate: sha256 {digest}" in head
        # Files that were used to resolve values are listed too.
        assert any(each.startswith("# note: ") and "second source" in each for each in head)


def test_the_digests_cover_whatever_files_decide(invoke: Any, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "main.tf").write_text('variable "x" {}\n')
    (root / "more.tf").write_text("locals {}\n")
    (tmp_path / "prod.tfvars").write_text('x = "a"\n')
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("prod/main.tf", "locals {}\n")

    def digests(*arguments: str) -> dict[str, str]:
        result = invoke("check", *arguments, "--inventory", "-f", "csv")
        lines = [each for each in result.stdout.splitlines() if ": sha256 " in each]
        return dict(each.removeprefix("# ").split(": sha256 ") for each in lines)

    whole = digests(str(root))[f"source {root}"]
    found = digests(str(root / "main.tf"), "--var-file", str(tmp_path / "prod.tfvars"))
    assert found[f"source {root}"] == whole
    content = hashlib.sha256((root / "main.tf").read_bytes()).hexdigest()
    assert found[f"source {root}/main.tf"] == content
    values = hashlib.sha256((tmp_path / "prod.tfvars").read_bytes()).hexdigest()
    assert found[f"var-file {tmp_path}/prod.tfvars"] == values
    packed = digests(f"{tmp_path}/export.zip/prod")[f"source {tmp_path}/export.zip/prod"]
    one = hashlib.sha256(b"locals {}\n").hexdigest()
    assert packed == hashlib.sha256(f"{one}  main.tf\n".encode()).hexdigest()
    zipped = digests(f"{tmp_path}/export.zip")[f"source {tmp_path}/export.zip"]
    assert zipped == hashlib.sha256((tmp_path / "export.zip").read_bytes()).hexdigest()


def test_the_head_has_the_digests_of_sources_and_policies(invoke: Any, tmp_path: Path) -> None:
    folder = tmp_path / "terraform"
    (folder / "sub").mkdir(parents=True)
    (folder / ".terraform").mkdir()
    content = b"locals { a = 1 }\n"
    for name in ("main.tf", "sub/a.tf", ".terraform/x.tf", "notes.txt"):
        (folder / name).write_bytes(content)
    policy = tmp_path / "ours.yaml"
    policy.write_text("version: 1\nname: o\nrules: [{id: R, title: t, forbid: {scopes: [x]}}]\n")
    one = hashlib.sha256(content).hexdigest()
    whole = hashlib.sha256(f"{one}  main.tf\n{one}  sub/a.tf\n".encode()).hexdigest()
    result = invoke("check", str(folder), "--inventory", "-f", "csv", "-p", str(policy))
    assert result.exit_code == ExitCode.OK
    assert result.stdout.splitlines()[1:3] == [
        f"# source {folder}: sha256 {whole}",
        f"# policy {policy}: sha256 {hashlib.sha256(policy.read_bytes()).hexdigest()}",
    ]
