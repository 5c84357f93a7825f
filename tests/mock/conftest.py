"""A real server for every test that asks for one, and a client for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from toolkit.mock.scenario import Credentials, Scenario
from toolkit.mock.scenarios import load_scenario
from toolkit.mock.server import running

#: In seconds. No test measures the speed of a machine.
TIMEOUT = 60


@dataclass
class Org:
    """A running mock, with an HTTP client."""

    url: str
    scenario: Scenario
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        # The developer's proxy or .netrc must not affect a test.
        self.session.trust_env = False

    def log_in(self, who: Credentials) -> requests.Response:
        return self.session.post(
            f"{self.url}/oauth/token",
            auth=(who.client, who.secret),
            data={"grant_type": "client_credentials"},
            timeout=TIMEOUT,
        )

    def token(self, kind: str) -> str:
        """Return a token of the scenario's ``operator``, ``client_credentials`` or ``user``."""
        who: Credentials = getattr(self.scenario.subjects, kind)
        return who.token or str(self.log_in(who).json()["access_token"])

    def call(
        self, method: str, path: str, token: str | None = None, **more: Any
    ) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= more.pop("headers", {})
        return self.session.request(
            method, self.url + path, headers=headers, timeout=TIMEOUT, **more
        )

    @property
    def start_path(self) -> str:
        return f"/api/v2/recording-sessions/{self.scenario.target.session}/start"

    @property
    def participant_path(self) -> str:
        target = self.scenario.target
        calls = f"/api/v2/conversations/calls/{target.conversation}"
        return f"{calls}/participants/{target.participant}"

    @property
    def payload(self) -> Any:
        target = self.scenario.target
        if target.payload is not None:
            return target.payload
        return {
            "recordingType": "call",
            "mediaTypes": ["audio"],
            "sessionUri": f"{self.url}/api/v2/conversations/{target.conversation}",
        }

    def start(self, token: str, **more: Any) -> requests.Response:
        more.setdefault("json", self.payload)
        return self.call("POST", self.start_path, token, **more)

    def patch(self, token: str, recording: bool = True) -> requests.Response:
        return self.call("PATCH", self.participant_path, token, json={"recording": recording})

    def state(self, token: str) -> str:
        path = f"/api/v2/recording-sessions/{self.scenario.target.session}"
        return str(self.call("GET", path, token).json()["state"])

    def captured(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call("GET", "/__mock__/requests").json()["requests"]
        return found


OpenOrg = Callable[..., Org]


@pytest.fixture
def open_org() -> Iterator[OpenOrg]:
    """Return a function that starts a server of the named scenarios, or of a scenario."""
    with ExitStack() as stack:

        def start(*names: str, scenario: Scenario | None = None) -> Org:
            chosen = scenario or load_scenario(*(names or ("ready",)))
            org = Org(stack.enter_context(running(chosen)), chosen)
            stack.callback(org.session.close)
            return org

        yield start


@pytest.fixture
def org(open_org: OpenOrg) -> Org:
    """The org without faults."""
    return open_org("ready")
