"""The platform's SDKs for Python and Node make every call in the docs, on the mock.

`npm install --prefix tests/node` installs the one for Node.
"""

from __future__ import annotations

import importlib
import json
import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.mock.conftest import Org
from tests.needs import NODE, node_package

pytestmark = [pytest.mark.server, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
#: An example in the docs of an application's own calls; the mock does not serve it.
NOT_SERVED = {"GET /api/v2/users/me"}
_CALL = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE)\s+(/api/v2/[A-Za-z0-9{}/_-]+[A-Za-z0-9}])")


def shown() -> set[str]:
    """Return the calls in the pages, without placeholders for ids."""
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    found = {
        plain(method, path)
        for page in pages
        for method, path in _CALL.findall(page.read_text(encoding="utf-8"))
    }
    return found - NOT_SERVED


def plain(method: str, path: str) -> str:
    parts = re.sub(r"\{\w+\}|/[0-9][0-9a-f-]*(?=/|$)", "/{}", path)
    return f"{method} {re.sub('/+', '/', parts)}"


def made(org: Org) -> set[str]:
    return {plain(each["method"], each["path"]) for each in org.captured()}


def test_the_pages_show_calls() -> None:
    assert "PATCH /api/v2/conversations/calls/{}/participants/{}" in shown()
    assert "POST /api/v2/recording-sessions/{}/start" in shown()


def test_the_python_sdk(org: Org) -> None:
    # Imported here, because it takes seconds.
    sdk: Any = importlib.import_module("PureCloudPlatformClientV2")

    address, target = urlsplit(org.url), org.scenario.target
    client = sdk.ApiClient()
    client.set_gateway(address.hostname, address.scheme, address.port, "", "")
    who = org.scenario.subjects.operator
    client.get_client_credentials_token(who.client, who.secret)
    calls, access = sdk.ConversationsApi(client), sdk.AuthorizationApi(client)

    def generic(method: str, path: str, body: Any = None) -> Any:
        ids = {"sessionId": target.session}
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        return client.call_api(
            path, method, ids, {}, headers, body=body, response_type="object",
            auth_settings=["PureCloud OAuth"],
        )  # fmt: skip

    def state() -> Any:
        return calls.get_conversations_call(target.conversation).participants[0]

    assert sdk.TokensApi(client).get_tokens_me().o_auth_client.id == who.client
    assert access.get_authorization_subjects_me(include_full_roles=True).grants
    found = access.get_authorization_roles(permission=["conversation:call:record"]).entities
    assert [role.name for role in found] == ["Mock administrator", "Recorder"]
    ids = target.conversation, target.participant
    calls.patch_conversations_call_participant(*ids, {"recording": True})
    assert state().recorders_state.adhoc_state == "ACTIVE"
    pause = sdk.SetRecordingState()
    pause.recording_state = "PAUSED"
    calls.put_conversations_call_recordingstate(target.conversation, pause)
    assert state().secure_pause is True
    calls.patch_conversations_call_participant(*ids, {"recording": False})
    snippet = sdk.SnippetRecordingRequest()
    snippet.type, snippet.record = "snippet", True
    calls.post_conversations_call_participant_snippet_record(*ids, snippet)
    assert state().recorders_state.snippet_state == "ACTIVE"
    oauth, machine = sdk.OAuthApi(client), org.scenario.subjects.client_credentials.client
    assert oauth.post_oauth_client_secret(machine).secret
    # Programs send back what they read, with the change in it.
    read = oauth.get_oauth_client(machine)
    read.description = "changed"
    assert oauth.put_oauth_client(machine, read).description == "changed"
    role = access.get_authorization_role(org.scenario.roles[1].id)
    role.description = "changed"
    assert access.put_authorization_role(role.id, role).description == "changed"
    south = sdk.ObjectsApi(client).post_authorization_divisions({"name": "South"})
    assert south.name == "South"
    assert generic("GET", "/api/v2/recording-sessions")["total"] == 1
    assert generic("GET", "/api/v2/recording-sessions/{sessionId}")["state"] == "active"
    assert generic("POST", "/api/v2/recording-sessions/{sessionId}/start", org.payload)["id"]
    assert shown() - made(org) == set()


def test_the_node_sdk(org: Org) -> None:
    node = node_package("purecloud-platform-client-v2")
    address, target, who = urlsplit(org.url), org.scenario.target, org.scenario.subjects.operator
    ran = subprocess.run(
        [
            node, "sdk.cjs", str(address.hostname), str(address.port), who.client, who.secret,
            target.session, target.conversation, target.participant,
        ],
        cwd=NODE, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {
        "me": who.client,
        "grants": 1,
        "clients": 5,
        "roles": ["Mock administrator", "Recorder"],
        "role": "changed",
        "client": "changed",
        "secret": True,
        "division": "South",
        "started": "ACTIVE",
        "paused": True,
        "snippet": "ACTIVE",
        "sessions": 1,
        "session": "active",
        "recording": True,
        "refused": 400,
        "invented": ["undefined", "undefined"],
    }
    assert shown() - made(org) == set()
