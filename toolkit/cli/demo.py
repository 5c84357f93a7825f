"""`demo`: a diagnosis and its fix on the mock, without any prerequisites."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.mock import require_server
from toolkit.cli.run import Run, wants_colour
from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from toolkit.model.report import Report

#: The client of the original forum thread: its only scope is recording:modify.
_SCENARIO = "scope-modify-only"
_TERRAFORM = """resource "genesyscloud_oauth_client" "recorder" {
  name                  = "recorder-person"
  authorized_grant_type = "CODE"
  scopes                = %s
}
"""


@click.command(
    "demo",
    short_help="Show a diagnosis and its cure, on the mock.",
    epilog="""\b
Examples:
  recording-toolkit demo

\b
Exit status: 0 when the story ended as it should; 1 when it did not; 2 when the
mock's packages are not installed.
""",
)
@click.pass_obj
def command(run: Run) -> int:
    """Show a diagnosis and its cure, on a mock of Genesys Cloud that runs for it.

    Checks the Terraform of a client that lacks scopes, probes that client, adds the scopes, logs
    in again, checks and probes: the recording starts with a 202. No account and no network is
    needed.
    """
    require_server()
    from toolkit.mock.scenarios import load_scenario
    from toolkit.mock.server import running

    scenario = load_scenario(_SCENARIO)
    with running(scenario) as url:
        return _story(run, url, scenario)


def _story(run: Run, url: str, scenario: Any) -> int:
    from toolkit.contracts.reader import load_contract

    client = next(c for c in scenario.clients if c.id == scenario.subjects.user.client)
    start = load_contract("recording-session").operation("startRecordingSession")
    needed = [*start.scopes[0]] if start is not None and start.scopes else []
    _say(run, f"A mock Genesys Cloud runs at {url}.")
    _say(run, "1. The policy, before apply: the client has the scope recording:modify.")
    before = _check(run, [*client.scopes])
    _say(run, "2. The probe, after an apply that nobody checked.")
    broken = _probe(run, url, scenario, scenario.subjects.user.token)
    _say(run, f"3. The client gets the scopes {' and '.join(needed)}, as the fix says.")
    token = _mend(url, scenario, needed)
    after = _check(run, needed)
    _say(run, "4. The probe again, after a new log-in: a token keeps the scopes it was made with.")
    mended = _probe(run, url, scenario, token)
    codes = [before.exit_code, broken.exit_code, after.exit_code, mended.exit_code]
    good = codes == [ExitCode.VIOLATION, ExitCode.VIOLATION, ExitCode.OK, ExitCode.OK]
    status = next((step.status for step in mended.steps if step.name == "start"), None)
    _say(run, f"The start answers {status}." if good else "The story did not end as it should.")
    return (ExitCode.OK if good else ExitCode.VIOLATION).value


def _say(run: Run, text: str) -> None:
    from toolkit.reporters.terminal import wrapped

    rule = "=" * 80
    run.write("\n".join(["", rule, *wrapped(text, first="", rest="   "), rule, "", ""]))


def _show(run: Run, report: Report) -> Report:
    from toolkit.reporters import text

    run.write(text.render(report, colour=wants_colour(sys.stdout)))
    return report


def _check(run: Run, scopes: list[str]) -> Report:
    import tempfile
    from pathlib import Path

    from toolkit.workflows import check

    here = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="recording-toolkit-") as folder:
        Path(folder, "main.tf").write_text(_TERRAFORM % json.dumps(scopes), encoding="utf-8")
        try:
            # So that the report names the file without the temporary folder.
            os.chdir(folder)
            report = check(["main.tf"])
        finally:
            os.chdir(here)
    return _show(run, report)


def _probe(run: Run, url: str, scenario: Any, token: str) -> Report:
    from toolkit.genesys.credentials import SUBJECT_TOKEN
    from toolkit.workflows import OrgConnection, ProbeRequest, probe

    report = probe(
        ProbeRequest(session_id=scenario.target.session),
        OrgConnection(api_url=url, environ={SUBJECT_TOKEN: token}),
    )
    return _show(run, report)


def _mend(url: str, scenario: Any, scopes: list[str]) -> str:
    """Add the scopes as the operator, through the API that Terraform uses; return a new token."""
    from toolkit.genesys.api import Api, failed
    from toolkit.genesys.credentials import ClientSecret
    from toolkit.genesys.regions import find_hosts
    from toolkit.genesys.transport import Transport

    operator = scenario.subjects.operator
    with Transport(environ={}) as transport:
        api = Api(transport, find_hosts({}, api_url=url))
        api.log_in(ClientSecret(operator.client, operator.secret))
        client = scenario.subjects.user.client
        path = f"/api/v2/oauth/clients/{client}"
        reply = api.get(path)
        if reply.ok:
            body = {**reply.fields, "scope": scopes}
            reply = api.send_once("PUT", path, body)
        if reply.ok:
            reply = api.send_once("POST", "/__mock__/tokens", {"client": client})
        api.give_back()
    if not reply.ok:
        raise failed(reply)
    return str(reply.fields["access_token"])
