"""Plays a program that pauses, or records a snippet, on the mock, and records its requests.

No probe writes with these contracts, so the results of `explain` for them depend on recordings
alone. The program is naive: it reads, sends its request whatever it has read, and reads again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

from toolkit.mock.scenario import Scenario
from toolkit.mock.scenarios import load_scenario
from toolkit.mock.server import running
from toolkit.model.report import Report
from toolkit.workflows import explain

#: The request of each contract: its path below the call, and its body.
REQUESTS = {
    "snippet": (
        "POST",
        "/participants/{participant}/snippet/record",
        {"type": "snippet", "record": True},
    ),
    "recording-state": ("PUT", "/recordingstate", {"recordingState": "paused"}),
}
_LOG_IN = "/oauth/token"
_BOGUS = "undefined"


def explained(contract: str, grant: str, folder: Path, *scenarios: str) -> Report:
    """Return the report of `explain` on the program's calls, without naming the contract."""
    scenario = load_scenario(*scenarios)
    with running(scenario, clock=lambda: 0.0) as url:
        entries = list(_played(url, scenario, contract, grant))
    for second, entry in enumerate(entries):
        entry["startedDateTime"] = f"2026-07-01T10:00:{second:02}Z"
    path = folder / "x.har"
    path.write_text(json.dumps({"log": {"entries": entries}}))
    return explain(har=str(path))


def _played(url: str, scenario: Scenario, contract: str, grant: str) -> Iterator[dict[str, Any]]:
    target, token = scenario.target, scenario.subjects.user.token
    if grant == "client-credentials":
        who = scenario.subjects.client_credentials
        form = {"grant_type": "client_credentials"}
        answer = requests.post(url + _LOG_IN, data=form, auth=(who.client, who.secret), timeout=30)
        yield _entry(answer, None)
        token = answer.json().get("access_token", _BOGUS)
    call = f"/api/v2/conversations/calls/{target.conversation}"
    method, below, body = REQUESTS[contract]
    yield _sent(url, "GET", "/api/v2/tokens/me", token)
    yield _sent(url, "GET", "/api/v2/authorization/subjects/me", token)
    yield _sent(url, "GET", call, token)
    yield _sent(url, method, call + below.format(participant=target.participant), token, body)
    yield _sent(url, "GET", call, token)


def _sent(url: str, method: str, path: str, token: str, body: Any = None) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"}
    return _entry(
        requests.request(method, url + path, headers=headers, json=body, timeout=30), body
    )


def _entry(answer: requests.Response, body: Any) -> dict[str, Any]:
    sent = answer.request
    request: dict[str, Any] = {
        "method": sent.method,
        "url": sent.url,
        "headers": [{"name": name, "value": value} for name, value in sent.headers.items()],
        "bodySize": len(sent.body or b""),
    }
    if sent.body:
        text = json.dumps(body) if body is not None else str(sent.body)
        request["postData"] = {"mimeType": sent.headers["Content-Type"], "text": text}
    return {
        "request": request,
        "response": {"status": answer.status_code, "content": {"text": answer.text}},
    }
