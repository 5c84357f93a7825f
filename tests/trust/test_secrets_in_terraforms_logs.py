"""Secrets in the logs of Terraform and the provider: there is a warning, and they are not passed
on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.provision.commands import environment, run
from tests.provision.test_commands import acting
from tests.provision.test_commands import folder as folder
from tests.standin_provider.fixtures import standin_config, workspace
from tests.standin_provider.workspace import Workspace

pytestmark = pytest.mark.slow

__all__ = ["folder", "standin_config", "workspace"]

SECRET = "canary-51ee-0042"
#: Lines as Go programs log them, each with a secret that the toolkit was not told.
LINES = (
    "2026-11-29T10:00:00Z [DEBUG] provider.stdio: map[clientId:c0ffee clientSecret:{}]",
    '2026-11-29T10:00:00Z [TRACE] body: {{"name": "x", "secret": "{}", "state": "active"}}',
    '[DEBUG] @message="{{\\"clientSecret\\":\\"{}\\",\\"id\\":1}}"',
    "[INFO] fields[client_secret] = {}",
    "Authorization: Bearer {}",
    "map[Authorization:[Basic {}] Accept:[application/json]]",
    "POST /oauth/token grant_type=client_credentials&client_secret={}&x=y",
    'access_token = "{}"',
    "and again {} without a name",
)
LOGGING = """
    pass
if command in ("plan", "apply"):
    for line in LINES:
        for part in (line[:40], line[40:], "\\n"):
            sys.stderr.write(part)
            sys.stderr.flush()
    sys.stderr.write("kept: id c0ffee, and the last line " + LINES[0])
"""


def logging(folder: Path, **environ: str) -> dict[str, str]:
    lines = [line.format(SECRET) for line in LINES]
    extra = LOGGING.replace("LINES", repr(lines))
    return acting(folder, extra=extra.strip()) | environ


@pytest.mark.parametrize(
    "name",
    ["TF_LOG", "TF_LOG_CORE", "TF_LOG_PROVIDER", "TF_LOG_SDK", "TF_LOG_PROVIDER_GENESYSCLOUD"],
)
@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"]], ids=["plan", "apply"])
def test_what_is_logged_is_warned_of_and_masked(
    command: list[str], name: str, folder: Path
) -> None:
    environ = logging(folder, **{name: "DEBUG"})
    done = run(*command, str(folder), "-f", "json", environ=environ)
    assert done.status == 0, done.stderr
    assert SECRET not in done.stderr + done.stdout
    assert done.stderr.startswith(f"warning: {name} has the secrets of clients written into logs")
    assert done.stderr.count("[redacted]") >= len(LINES)
    assert "kept: id c0ffee, and the last line" in done.stderr
    assert "clientId:c0ffee clientSecret:[redacted]]" in done.stderr
    assert [each["code"] for each in done.report["notes"]].count("secrets-in-logs") == 1


def test_a_file_of_logs_is_warned_of(folder: Path) -> None:
    environ = acting(folder) | {"TF_LOG": "TRACE", "TF_LOG_PATH": "terraform.log"}
    done = run("plan", str(folder), environ=environ)
    assert done.stderr.startswith("warning: TF_LOG and TF_LOG_PATH have the secrets of clients")


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"TF_LOG": "OFF"},
        {"TF_LOG": ""},
        {"TF_LOG_CORE": "OFF"},
        {"TF_LOG_PATH": "terraform.log"},
        {"GENESYSCLOUD_SDK_DEBUG": "false"},
    ],
)
def test_what_logs_no_secret_is_not_warned_of(environ: dict[str, str], folder: Path) -> None:
    done = run("plan", str(folder), "-f", "json", environ=acting(folder) | environ)
    assert "warning" not in done.stderr
    assert "secrets-in-logs" not in done.stdout


def test_a_failure_that_was_logged_is_told_without_secrets(folder: Path) -> None:
    """The report repeats Terraform's output, with its log lines in between."""
    lines = [line.format(SECRET) for line in LINES]
    failing = f"""
    pass
if command == "plan":
    print("Error: Oh", *{lines!r}, sep="\\n", file=sys.stderr)
    sys.exit(1)
"""
    environ = acting(folder, extra=failing.strip()) | {"TF_LOG": "DEBUG"}
    done = run("plan", str(folder), "-f", "json", environ=environ)
    assert done.report["errors"][0]["hint"].startswith("Terraform says: Oh ")
    assert SECRET not in done.stdout + done.stderr


@pytest.mark.terraform
@pytest.mark.parametrize("name", ["TF_LOG_CORE", "TF_LOG"])
@pytest.mark.parametrize("level", ["TRACE", "JSON"])
def test_what_terraform_itself_logs_of_its_arguments_is_masked(
    name: str, level: str, workspace: Workspace
) -> None:
    workspace.write('variable "pin" {}\nvariable "client_secret" {}\n')
    environ = environment(TF_CLI_CONFIG_FILE=str(workspace.cli_config), **{name: level})
    values = (f"it's {SECRET}", f'{SECRET} "x" \\ y')
    variables = [f"--var={var}={value}" for var in ("pin", "client_secret") for value in values]
    done = run("plan", str(workspace.directory), *variables, environ=environ)
    assert done.stderr.startswith(f"warning: {name} has the secrets of clients written into logs")
    assert "CLI command args" in done.stderr
    assert SECRET not in done.stdout + done.stderr


def configured(expression: object) -> dict[str, Any]:
    provider = {"name": "genesyscloud", "expressions": {"sdk_debug": expression}}
    return {"configuration": {"provider_config": {"genesyscloud": provider}}}


@pytest.mark.parametrize(
    ("expression", "warned"),
    [
        ({"constant_value": True}, True),
        ({"references": ["var.debug"]}, True),
        ({"constant_value": False}, False),
        (None, False),
    ],
)
@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"]], ids=["plan", "apply"])
def test_the_providers_own_trace_is_warned_of(
    command: list[str], expression: object, warned: bool, folder: Path
) -> None:
    environ = acting(folder, **configured(expression))
    done = run(*command, str(folder), "-f", "json", environ=environ)
    assert done.status == 0, done.stderr
    told = [each["message"] for each in done.report["notes"] if each["code"] == "secrets-in-logs"]
    assert len(told) == warned
    assert all("sdk_debug of genesyscloud" in each for each in told)


def test_the_providers_trace_by_the_environment_is_warned_of(folder: Path) -> None:
    done = run("plan", str(folder), environ=acting(folder) | {"GENESYSCLOUD_SDK_DEBUG": "true"})
    assert done.stderr.startswith("warning: GENESYSCLOUD_SDK_DEBUG has the secrets of clients")
