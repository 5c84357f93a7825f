"""The contracts against the mock: generated requests find no 5xx and no answer outside
a contract.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.mock.conftest import OpenOrg, Org
from toolkit.mock.scenario import Fault
from toolkit.mock.scenarios import load_scenario

pytestmark = pytest.mark.server

CONTRACTS = ("recording-session", "call-recording", "recording-state", "snippet")


def schemathesis(
    org: Org, config: Path, folder: str, name: str, *options: str
) -> subprocess.CompletedProcess[str]:
    """Run the command: exit status 0 means nothing found, 1 something found."""
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"]
    with as_file(files(folder) / f"{name}.yaml") as document:
        return subprocess.run(
            [
                *command,
                str(document),
                f"--url={org.url}",
                f"--header=Authorization: Bearer {org.token('operator')}",
                "--generation-deterministic",
                "--no-color",
                "--request-timeout=60",
                "--suppress-health-check=too_slow",
                # A payload can fit its schema and still be about another conversation.
                "--exclude-checks=positive_data_acceptance",
                *options,
            ],
            # It keeps a folder of its own where it runs.
            cwd=config.parent,
            capture_output=True,
            text=True,
            check=False,
        )


def known_ids(org: Org, folder: Path, **others: str) -> Path:
    """Return a configuration in which every request uses ids of the scenario, and `others`."""
    target = org.scenario.target
    config = folder / "schemathesis.toml"
    config.write_text(
        "[parameters]\n"
        f'sessionId = "{target.session}"\n'
        f'conversationId = "{target.conversation}"\n'
        f'participantId = "{target.participant}"\n'
        + "".join(f'{name} = "{value}"\n' for name, value in others.items())
    )
    return config


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_contract_holds(org: Org, tmp_path: Path, name: str) -> None:
    options = ("--phases=examples,coverage,fuzzing", "--max-examples=15")
    done = schemathesis(org, known_ids(org, tmp_path), "toolkit.contracts", name, *options)
    assert done.returncode == 0, done.stdout
    statuses = {request["status"] for request in org.captured()}
    # The requests were neither all refused nor all accepted: they got as far as the sessions.
    assert {400, 415} <= statuses
    assert statuses & {200, 202}
    assert not {status for status in statuses if status is None or status >= 500}


def test_ids_that_do_not_exist(org: Org, tmp_path: Path) -> None:
    empty = tmp_path / "schemathesis.toml"
    empty.write_text("")
    options = ("--phases=fuzzing", "--max-examples=10")
    done = schemathesis(org, empty, "toolkit.contracts", "call-recording", *options)
    assert done.returncode == 0, done.stdout
    assert 404 in {request["status"] for request in org.captured()}


def test_the_administration_holds(org: Org, tmp_path: Path) -> None:
    # These revoke what all other calls need, the caller's token or its grants, so each has a run of
    # its own.
    own = ("deleteTokensMe", "postAuthorizationSubjectBulkreplace")
    options = [f"--exclude-operation-id={each}" for each in own]
    options += ["--phases=fuzzing", "--max-examples=5"]
    done = schemathesis(org, known_ids(org, tmp_path), "toolkit.mock", "platform", *options)
    assert done.returncode == 0, done.stdout
    assert {200, 400, 404} <= {request["status"] for request in org.captured()}


@pytest.mark.parametrize(
    ("operation", "path", "statuses"),
    [
        ("postAuthorizationSubjectBulkreplace", "/bulkreplace", {204, 400}),
        ("deleteTokensMe", "/tokens/me", {200}),
    ],
)
def test_what_takes_from_its_caller_holds_too(
    org: Org, tmp_path: Path, operation: str, path: str, statuses: set[int]
) -> None:
    ids = known_ids(org, tmp_path, subjectId=org.scenario.subjects.client_credentials.client)
    options = [f"--include-operation-id={operation}", "--phases=fuzzing", "--max-examples=30"]
    done = schemathesis(org, ids, "toolkit.mock", "platform", *options)
    assert done.returncode == 0, done.stdout
    found = {each["status"] for each in org.captured() if each["path"].endswith(path)}
    assert statuses <= found


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 200, "body": {"sessions": []}},
        {"kind": "status", "status": 418},
    ],
)
def test_a_mock_that_breaks_its_contract_is_found(
    open_org: OpenOrg, tmp_path: Path, fault: dict[str, Any]
) -> None:
    path = "/api/v2/recording-sessions"
    faults = (msgspec.convert({"path": path, "method": "GET", **fault}, Fault),)
    org = open_org(scenario=msgspec.structs.replace(load_scenario("ready"), faults=faults))
    options = ("--phases=fuzzing", "--max-examples=3", "--include-method=GET")
    done = schemathesis(
        org, known_ids(org, tmp_path), "toolkit.contracts", "recording-session", *options
    )
    assert done.returncode == 1, done.stdout
