"""The stand-in provider against an HTTP server, with the real terraform."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from .workspace import Workspace, values

pytestmark = pytest.mark.terraform

TOKEN = "made-by-the-test"
CONFIG = """
resource "genesyscloud_auth_role" "recorder" {
  name = "Recorder"
  permission_policies {
    domain      = "conversation"
    entity_name = "call"
    action_set  = ["record"]
    conditions {
      conjunction = "OR"
      terms {
        variable_name = "Conversation.queues"
        operator      = "IN"
        operands {
          type    = "USER"
          user_id = "u-1"
        }
      }
    }
  }
}
data "genesyscloud_auth_role" "supervisor" {
  name = "Supervisor"
}
resource "genesyscloud_oauth_client" "recorder" {
  name                  = "recorder"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  description           = "%s"
  expose_client_secret  = true
  roles {
    role_id = genesyscloud_auth_role.recorder.id
  }
  roles {
    role_id     = data.genesyscloud_auth_role.supervisor.id
    division_id = "*"
  }
}
"""


@dataclass
class Api:
    """A small part of the platform: what it stores, which calls it received, and which
    it refuses.
    """

    stored: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    refuse: str = ""
    port: int = 0

    def provider(self, **settings: str) -> str:
        lines = "\n".join(f'  {name} = "{value}"' for name, value in settings.items())
        return f"""
provider "genesyscloud" {{
  aws_region = "us-east-1"
{lines}
  gateway {{
    protocol = "http"
    host     = "127.0.0.1"
    port     = "{self.port}"
  }}
}}
"""

    def answer(self, method: str, target: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        path = urlsplit(target).path
        self.calls.append(f"{method} {target}")
        if f"{method} {path}" == self.refuse:
            return 403, {"message": "No such permission", "code": "missing.permissions"}
        if path == "/api/v2/authorization/divisions/home":
            return 200, {"id": "home-division", "name": "Home", "homeDivision": True}
        if method == "POST":
            identifier = f"{path.rsplit('/', 1)[1]}-{len(self.stored) + 1}"
            self.stored[f"{path}/{identifier}"] = {**body, "id": identifier}
            return 200, {**self.stored[f"{path}/{identifier}"], "secret": "s3cret"}
        if method == "GET" and (name := parse_qs(urlsplit(target).query).get("name")):
            entities = [{"id": "x", "name": f"{name[0]} 2"}, {"id": "found", "name": name[0]}]
            return 200, {"entities": entities}
        if path not in self.stored:
            return 404, {"message": "gone", "code": "not.found"}
        if method == "DELETE":
            del self.stored[path]
            return 204, {}
        if method == "PUT":
            self.stored[path] |= body
        return 200, self.stored[path]


class _Handler(BaseHTTPRequestHandler):
    api: Api

    def _serve(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        sent = self.headers["Authorization"]
        if self.path == "/oauth/token":
            self.api.calls.append(f"POST /oauth/token {raw.decode()}")
            good = sent == "Basic " + base64.b64encode(b"operator:pass").decode()
            status, answer = (200, {"access_token": TOKEN}) if good else (400, _INVALID_CLIENT)
        elif sent != f"Bearer {TOKEN}":
            status, answer = 401, {"message": "No authentication", "code": "bad.credentials"}
        else:
            status, answer = self.api.answer(self.command, self.path, json.loads(raw or b"{}"))
        payload = b"" if status == 204 else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("ININ-Correlation-Id", "correlation-1")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        return None


_INVALID_CLIENT = {"error": "invalid_client", "error_description": "authentication failed"}


@contextmanager
def _serving(api: Api) -> Iterator[None]:
    handler = type("Handler", (_Handler,), {"api": api})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        api.port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


@pytest.fixture
def api() -> Iterator[Api]:
    api = Api()
    with _serving(api):
        yield api


def test_the_whole_life_of_a_client(workspace: Workspace, api: Api) -> None:
    provider = api.provider(access_token=TOKEN)
    workspace.write(provider + CONFIG % "first")
    workspace.init()
    workspace.plan()
    state = values(workspace.apply())

    client = state["genesyscloud_oauth_client.recorder"]
    assert client["client_secret"] == "s3cret"
    assert {role["role_id"]: role["division_id"] for role in client["roles"]} == {
        "roles-1": "home-division",
        "found": "*",
    }
    body = api.stored["/api/v2/oauth/clients/clients-2"]
    assert body["authorizedGrantType"] == "CLIENT-CREDENTIALS"
    assert body["accessTokenValiditySeconds"] == 86400
    (policy,) = api.stored["/api/v2/authorization/roles/roles-1"]["permissionPolicies"]
    assert policy["resourceConditionNode"]["terms"][0]["operands"] == [
        {"type": "USER", "user": {"id": "u-1"}}
    ]
    workspace.run("plan", "-detailed-exitcode")

    workspace.write(provider + CONFIG % "second")
    workspace.plan()
    workspace.apply()
    assert api.stored["/api/v2/oauth/clients/clients-2"]["description"] == "second"

    # A change by hand is drift, and a deleted object is created again.
    api.stored["/api/v2/oauth/clients/clients-2"]["scope"] = ["users"]
    (drift,) = workspace.plan()["resource_drift"]
    assert drift["change"]["after"]["scopes"] == ["users"]
    del api.stored["/api/v2/oauth/clients/clients-2"]
    workspace.run("plan", "-detailed-exitcode", expect=2)

    workspace.destroy()
    assert api.stored == {}
    assert not any("token" in call for call in api.calls)


def test_import_reads_from_the_server(workspace: Workspace, api: Api) -> None:
    workspace.write(
        api.provider(access_token=TOKEN)
        + 'resource "genesyscloud_oauth_client" "c" {\n'
        + '  name = "c"\n  authorized_grant_type = "CODE"\n}\n'
    )
    workspace.init()
    api.stored["/api/v2/oauth/clients/c-9"] = {
        "id": "c-9",
        "name": "c",
        "authorizedGrantType": "CODE",
        "accessTokenValiditySeconds": 86400,
        "state": "active",
    }
    workspace.run("import", "genesyscloud_oauth_client.c", "c-9")
    workspace.run("plan", "-detailed-exitcode")


def test_the_environment_names_the_oauth_client(workspace: Workspace, api: Api) -> None:
    environ = {
        "GENESYSCLOUD_OAUTHCLIENT_ID": "operator",
        "GENESYSCLOUD_OAUTHCLIENT_SECRET": "pass",
    }
    workspace = replace(workspace, environ=environ)
    workspace.write(api.provider() + 'data "genesyscloud_auth_division_home" "home" {}')
    workspace.init()
    workspace.plan()

    assert api.calls == [
        "POST /oauth/token grant_type=client_credentials",
        "GET /api/v2/authorization/divisions/home",
    ]


def test_a_refused_login_is_a_diagnostic(workspace: Workspace, api: Api) -> None:
    workspace.write(
        api.provider(oauthclient_id="operator", oauthclient_secret="wrong")
        + 'data "genesyscloud_auth_division_home" "home" {}'
    )
    workspace.init()
    error = workspace.run("plan", "-no-color", expect=1).stderr
    assert "Failed to log in" in error
    assert '"errorMessage": "authentication failed"' in _unwrapped(error)


def test_a_refused_call_has_json_in_its_diagnostic(workspace: Workspace, api: Api) -> None:
    workspace.write(api.provider(access_token=TOKEN) + CONFIG % "x")
    workspace.init()
    workspace.plan()
    api.refuse = "POST /api/v2/oauth/clients"
    result = workspace.run("apply", "-json", "plan.out", expect=1)

    diagnostics = [
        line["diagnostic"]
        for line in map(json.loads, result.stdout.splitlines())
        if line["type"] == "diagnostic"
    ]
    (diagnostic,) = diagnostics
    assert json.loads(diagnostic["detail"]) == {
        "resourceType": "genesyscloud_oauth_client",
        "method": "POST",
        "path": "/api/v2/oauth/clients",
        "statusCode": 403,
        "errorMessage": "No such permission",
        "correlationId": "correlation-1",
    }
    # The role was created before the client failed, and must stay in the state.
    assert list(values(workspace.state())) == [
        "data.genesyscloud_auth_role.supervisor",
        "genesyscloud_auth_role.recorder",
    ]


def _unwrapped(text: str) -> str:
    return " ".join(text.split())
