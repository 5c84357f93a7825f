"""Prints how to probe a scenario: credentials, ids and command lines, ready to copy."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from typing import Any

from toolkit.mock.scenario import Scenario

#: The probe finds this cause only if it is told which client is meant.
_WRONG_CLIENT = "auth.wrong-client"
_ADDRESS = "genesyscloud_oauth_client.recorder"


def needs(scenario: Scenario) -> Iterator[str]:
    """Yield what a probe needs beyond one of the credentials and the ids, one line each."""
    if scenario.grants == ("user",):
        yield "with a user's token"
    elif scenario.grants == ("client-credentials",):
        yield "with an id and a secret"
    if scenario.target.payload is not None:
        yield "with --payload, by session"
    if _WRONG_CLIENT in scenario.causes:
        yield "with --client and --source: a state that has the client which is meant"


def url_of(host: str, port: int) -> str:
    """Return the URL of a server; an IPv6 address is put in brackets."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def how_to_probe(scenario: Scenario, url: str) -> str:
    """Yield lines for a shell, for the scenario served at `url`."""
    return "\n".join(_lines(scenario, url)) + "\n"


def _lines(scenario: Scenario, url: str) -> Iterator[str]:
    user, machine = scenario.subjects.user, scenario.subjects.client_credentials
    kinds = scenario.grants
    if "user" in kinds:
        yield "# As a client that a person logs in to:"
        yield f"export RECORDING_TOOLKIT_ACCESS_TOKEN={shlex.quote(user.token)}"
    if len(kinds) > 1:
        yield "# Or, not both, as a client that logs in for itself:"
    if "client-credentials" in kinds:
        mark = "# " if len(kinds) > 1 else ""
        yield f"{mark}export RECORDING_TOOLKIT_CLIENT_ID={shlex.quote(machine.client)}"
        yield f"{mark}export RECORDING_TOOLKIT_CLIENT_SECRET={shlex.quote(machine.secret)}"
    target, more = scenario.target, []
    if target.payload is not None:
        body = json.dumps(target.payload)
        yield f"echo {shlex.quote(body)} > payload.json"
        more.append("  --payload payload.json \\")
    if _WRONG_CLIENT in scenario.causes:
        yield f"echo {shlex.quote(json.dumps(_state(scenario)))} > terraform.tfstate"
        more.append(f"  --client {_ADDRESS} --source terraform.tfstate \\")
    probe = [f"recording-toolkit probe --api-url {url} --yes \\", *more]
    # Printed even if the org has no such API: that is then the diagnosis.
    yield from probe
    yield f"  --session-id {shlex.quote(target.session)}"
    if "call-recording" in scenario.contracts and target.payload is None:
        yield from probe
        yield f"  --contract call-recording --conversation-id {shlex.quote(target.conversation)} \\"
        yield f"  --participant-id {shlex.quote(target.participant)}"


def _state(scenario: Scenario) -> dict[str, Any]:
    """Return a state as after an apply, with another client than that of the credentials."""
    subjects = scenario.subjects
    known = {subjects.user.client, subjects.client_credentials.client, subjects.operator.client}
    token = next((t.client for t in scenario.tokens if t.id == subjects.user.token), "")
    meant = next(c for c in scenario.clients if c.id not in {*known, token})
    kind, _, name = _ADDRESS.partition(".")
    return {
        "version": 4,
        "terraform_version": "1.9.0",
        "resources": [
            {
                "mode": "managed",
                "type": kind,
                "name": name,
                "provider": 'provider["registry.terraform.io/mypurecloud/genesyscloud"]',
                "instances": [{"attributes": {"id": meant.id, "name": meant.name}}],
            }
        ],
    }
