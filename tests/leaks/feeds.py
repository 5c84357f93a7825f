"""The input of each command, with secrets wherever one can enter it.

A command without a feed fails the test: add one that says how secrets get into it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from .canaries import Planted, echoing

#: Programs that serve until they are stopped run as separate processes.
SERVERS: Final = ("mock",)


@dataclass(frozen=True)
class Run:
    """Arguments after the command's name. If `looked`, the input must not be refused."""

    name: str
    arguments: tuple[str, ...]
    environ: dict[str, str] = field(default_factory=dict)
    stdin: bytes | None = None
    looked: bool = False


@dataclass(frozen=True)
class Feeding:
    """The surroundings of a feed: an empty folder, its secrets, and what must end after it."""

    folder: Path
    planted: Planted
    stack: ExitStack

    def write(self, name: str, content: Any) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
        return str(path)

    def secret(self, where: str) -> str:
        return self.planted.one(where)

    def environ(self) -> dict[str, str]:
        """Return the environment of a pipeline, whether or not the command uses it."""
        names = (
            *("GENESYSCLOUD_OAUTHCLIENT_ID", "GENESYSCLOUD_OAUTHCLIENT_SECRET"),
            *("GENESYSCLOUD_ACCESS_TOKEN", "RECORDING_TOOLKIT_CLIENT_SECRET"),
            *("TF_VAR_password", "TF_VAR_undeclared", "TF_TOKEN_app_terraform_io"),
            *("GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY"),
        )
        found = {name: self.secret(name.lower().replace("_", "-")) for name in names}
        # An id is public; the secrets are the other two.
        return found | {"RECORDING_TOOLKIT_CLIENT_ID": "client-id"}


# -- check ---------------------------------------------------------------------------------------


def _terraform(feed: Feeding) -> str:
    secret = feed.secret
    return f"""\
variable "password" {{
  type      = string
  sensitive = true
}}

variable "listed" {{
  type      = list(string)
  sensitive = true
  default   = ["{secret("hcl-sensitive-list")}"]
}}

locals {{
  password = "{secret("hcl-local")}"
}}

resource "genesyscloud_oauth_client" "a" {{
  name                  = "a"
  authorized_grant_type = "CODE"
  scopes                = ["users"]
  client_secret         = "{secret("hcl-client-secret")}"
}}

resource "genesyscloud_oauth_client" "b" {{
  name                    = "b"
  authorized_grant_type   = "CODE"
  scopes                  = concat(var.listed, ["${{var.password}}"])
  description             = "${{var.password}}"
  directory_client_secret = local.password
  expose_client_secret    = true
}}

resource "genesyscloud_oauth_client" "c" {{
  name                  = sensitive("{secret("hcl-sensitive-call")}")
  authorized_grant_type = "CLIENT-CREDENTIALS"
  state                 = var.password
  roles {{
    role_id = genesyscloud_oauth_client.a.client_secret
  }}
}}

resource "genesyscloud_auth_division" "s" {{
  name = sensitive("{secret("hcl-division-name")}")
}}

resource "genesyscloud_auth_role" "s" {{
  name        = sensitive("{secret("hcl-role-name")}")
  permissions = [sensitive("{secret("hcl-legacy")}")]
  permission_policies {{
    domain      = "recording"
    entity_name = sensitive("{secret("hcl-entity")}")
    action_set  = ["view", "*"]
    conditions {{
      conjunction = "AND"
      terms {{
        variable_name = "Conversation.queues"
        operator      = "EQ"
        operands {{
          type  = "SCALAR"
          value = sensitive("{secret("hcl-operand")}")
        }}
      }}
    }}
  }}
  permission_policies {{
    domain      = "recording"
    entity_name = sensitive("{secret("hcl-other-entity")}")
    action_set  = ["*", "delete"]
  }}
}}

resource "genesyscloud_oauth_client" "d" {{
  name                  = "d"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {{
    role_id     = genesyscloud_auth_role.s.id
    division_id = sensitive("{secret("hcl-division")}")
  }}
  roles {{
    role_id     = sensitive("{secret("hcl-role")}")
    division_id = genesyscloud_auth_division.s.id
  }}
}}

resource "random_password" "p" {{
  keepers = {{ seed = "{secret("hcl-other-resource")}" }}
}}

provider "genesyscloud" {{
  oauthclient_secret = "{secret("hcl-provider")}"
}}
"""


def _client_values(feed: Feeding) -> dict[str, Any]:
    return {
        "name": "a",
        "authorized_grant_type": "CODE",
        "scopes": ["users"],
        "description": feed.secret("sensitive-description"),
        "client_secret": feed.secret("client-secret"),
        "directory_client_secret": feed.secret("directory-secret"),
        "expose_client_secret": True,
    }


_SENSITIVE: Final = {"description": True, "client_secret": True}
_ADDRESS: Final = "genesyscloud_oauth_client.a"
_PROVIDER: Final = "registry.terraform.io/mypurecloud/genesyscloud"


def _resource(feed: Feeding) -> dict[str, Any]:
    return {
        "address": _ADDRESS,
        "mode": "managed",
        "type": "genesyscloud_oauth_client",
        "name": "a",
        "provider_name": _PROVIDER,
        "values": _client_values(feed),
        "sensitive_values": _SENSITIVE,
    }


def _other(feed: Feeding) -> dict[str, Any]:
    return {
        "address": "random_password.p",
        "mode": "managed",
        "type": "random_password",
        "name": "p",
        "provider_name": "registry.terraform.io/hashicorp/random",
        "values": {"result": feed.secret("other-resource")},
        "sensitive_values": {"result": True},
    }


def _state(feed: Feeding) -> dict[str, Any]:
    return {
        "format_version": "1.0",
        "terraform_version": "1.11.4",
        "values": {
            "outputs": {"token": {"sensitive": True, "value": feed.secret("output")}},
            "root_module": {"resources": [_resource(feed), _other(feed)]},
        },
    }


def _raw_state(feed: Feeding) -> dict[str, Any]:
    return {
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 1,
        "lineage": "l",
        "outputs": {"token": {"value": feed.secret("raw-output"), "type": "string"}},
        "resources": [
            {
                "mode": "managed",
                "type": kind,
                "name": "a",
                "provider": f'provider["{_PROVIDER}"]',
                "instances": [
                    {
                        "schema_version": 1,
                        "attributes": values,
                        "private": feed.secret("private"),
                        "sensitive_attributes": [[{"type": "get_attr", "value": "description"}]],
                    }
                ],
            }
            for kind, values in (
                ("genesyscloud_oauth_client", _client_values(feed)),
                ("random_password", {"result": feed.secret("raw-other")}),
            )
        ],
    }


def _plan(feed: Feeding) -> dict[str, Any]:
    change = {
        "actions": ["update"],
        "before": _client_values(feed),
        "after": _client_values(feed),
        "after_unknown": {},
        "before_sensitive": _SENSITIVE,
        "after_sensitive": _SENSITIVE,
    }
    planned = _resource(feed)
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "variables": {"password": {"value": feed.secret("plan-variable")}},
        "planned_values": {"root_module": {"resources": [planned, _other(feed)]}},
        "prior_state": _state(feed),
        "resource_changes": [
            {key: planned[key] for key in ("address", "mode", "type", "name", "provider_name")}
            | {"change": change}
        ],
        "configuration": {
            "provider_config": {
                "genesyscloud": {
                    "name": "genesyscloud",
                    "expressions": {
                        "oauthclient_secret": {"constant_value": feed.secret("plan-provider")}
                    },
                }
            },
            "root_module": {
                "variables": {"password": {"default": feed.secret("plan-default")}},
                "resources": [
                    {
                        **{key: planned[key] for key in ("address", "mode", "type", "name")},
                        "provider_config_key": "genesyscloud",
                        "expressions": {
                            "client_secret": {"constant_value": feed.secret("plan-constant")}
                        },
                        "schema_version": 1,
                    }
                ],
            },
        },
    }


_LOOKING: Final = """\
version: 1
name: looks at what is secret
rules:
  - id: LOOK
    title: Looks at what is sensitive
    settings:
      client_secret: {matches: "^x"}
      directory_client_secret: {equals: x}
      description: {matches: "^x"}
      state: {equals: active}
  - id: SCOPES
    title: Looks at scopes
    forbid: {scopes: ["c*y-*"], permissions: ["*:*:*"]}
  - id: MAY
    title: Looks at permissions
    require: {permissions: {any_of: ["recording:recording:view"], division: all}}
"""


def check(feed: Feeding) -> Iterator[Run]:
    environ = feed.environ()
    policies = ("-p", "recording-session", "-p", feed.write("policy.yaml", _LOOKING))
    text = _terraform(feed)
    feed.write("tf/main.tf", text)
    tree = str(feed.folder / "tf")
    one_line = {
        "name": "a",
        "authorized_grant_type": "CODE",
        "scopes": ["users"],
        "client_secret": feed.secret("json-syntax"),
    }
    feed.write("js/main.tf.json", {"resource": {"genesyscloud_oauth_client": {"a": one_line}}})
    yield Run("JSON syntax on one line", (str(feed.folder / "js"), *policies), environ)
    variable = ("--var", f"password={feed.secret('var')}")
    values = feed.write("secret.tfvars", f'password = "{feed.secret("tfvars")}"\n')
    yield Run("HCL", (tree, *policies), environ)
    yield Run("HCL with --var", (tree, *variable, *policies), environ, looked=True)
    yield Run("HCL with --var-file", (tree, "--var-file", values, *policies), environ)
    yield Run("inventory", (tree, *variable, "--inventory"), environ)
    for name, document in (("state", _state), ("raw state", _raw_state), ("plan", _plan)):
        data = json.dumps(document(feed))
        path = feed.write(f"{name}.json", data)
        yield Run(name, (path, *policies), environ, looked=True)
        yield Run(f"{name} on stdin", ("-", *policies), environ, data.encode())
        yield Run(f"{name} with source", (path, "--source-dir", tree, *policies), environ)
        yield Run(f"inventory of {name}", (path, "--inventory"), environ)
        broken = feed.write(f"{name} cut.json", data[: len(data) * 2 // 3])
        yield Run(f"{name}, cut off", (broken,), environ)
        known = str(feed.folder / f"{name} known.json")
        yield Run(f"{name}, baseline", (path, "--write-baseline", known, *policies), environ)
    feed.write("broken/main.tf", text + f'\nresource "x" {{ "{feed.secret("broken-hcl")}" = = }}')
    yield Run("broken HCL", (str(feed.folder / "broken"),), environ)
    wrong = feed.write("wrong.tfvars", f'password = = "{feed.secret("broken-tfvars")}"\n')
    yield Run("broken tfvars", (tree, "--var-file", wrong), environ)
    undeclared = f"nothing={feed.secret('undeclared')}"
    yield Run("undeclared variable", (tree, "--var", undeclared), environ)
    yield from _live(feed)


# -- probe and explain ---------------------------------------------------------------------------


def probe(feed: Feeding) -> Iterator[Run]:
    event = {
        "id": "conversation",
        "participants": [{"id": "p", "address": feed.secret("event-number")}],
        "token": feed.secret("event-token"),
    }
    path = feed.write("event.json", event)
    for ways in (
        {"login": 400},
        {"GET": 401},
        {"GET": 403},
        {"GET": 404},
        {"POST": 400},
        {"POST": 403},
        {"POST": 500},
        {"POST": 202},
    ):
        url = feed.stack.enter_context(echoing(feed.secret("echo"), **ways))
        for mode in (("--preflight",), ("--yes",)):
            session = () if mode == ("--preflight",) else ("--session-id", "s", "--event", path)
            arguments = ("--api-url", url, *session, *mode)
            yield Run(f"{ways} {mode}", arguments, feed.environ(), looked=True)
    token = feed.environ() | {"RECORDING_TOOLKIT_ACCESS_TOKEN": feed.secret("subject-token")}
    yield Run("both kinds", ("--preflight", "--region", "us-east-1"), token)
    del token["RECORDING_TOOLKIT_CLIENT_ID"], token["RECORDING_TOOLKIT_CLIENT_SECRET"]
    url = feed.stack.enter_context(echoing(feed.secret("echo"), POST=403))
    yield Run("a token", ("--api-url", url, "--session-id", "s", "--yes"), token)
    userinfo = url.replace("http://", f"http://user:{feed.secret('userinfo')}@")
    yield Run("a URL with a password", ("--api-url", userinfo, "--preflight"), token)
    query = f"{url}/?access_token={feed.secret('query')}"
    yield Run("a URL with a token", ("--api-url", query, "--preflight"), token)
    proxy = f"http://user:{feed.secret('proxy')}@127.0.0.1:9"
    behind = token | {"HTTP_PROXY": proxy, "HTTPS_PROXY": proxy, "http_proxy": proxy}
    remote = ("--api-url", "http://api.example", "--preflight")
    yield Run("a proxy", (*remote, "--allow-http"), behind)
    yield Run("another machine over http", remote, token)
    blank = token | {"RECORDING_TOOLKIT_ACCESS_TOKEN": f"{feed.secret('blank')} x"}
    yield Run("a token with a blank", ("--api-url", url, "--preflight"), blank)
    payload = feed.write("payload.json", f'{{"recordingType": "{feed.secret("cut-payload")}"')
    arguments = ("--api-url", url, "--session-id", "s", "--payload", payload, "--yes")
    yield Run("a payload that is cut off", arguments, token)


def _har(feed: Feeding, status: int) -> dict[str, Any]:
    secret = feed.secret
    session = "https://api.mypurecloud.com/api/v2/recording-sessions/s"

    def headers(where: str) -> list[dict[str, str]]:
        return [
            {"name": "Authorization", "value": f"Bearer {secret(where)}"},
            {"name": "Cookie", "value": secret("cookie")},
            {"name": "Set-Cookie", "value": secret("set-cookie")},
            {"name": "Content-Type", "value": "application/json"},
        ]

    def entry(method: str, url: str, body: Any, status: int, answer: Any) -> dict[str, Any]:
        text = json.dumps(body)
        return {
            "startedDateTime": "2026-01-01T00:00:00Z",
            "time": 5,
            "request": {
                "method": method,
                "url": f"{url}?access_token={secret('query')}",
                "headers": headers("har-request"),
                "cookies": [{"name": "s", "value": secret("har-cookie")}],
                "queryString": [{"name": "access_token", "value": secret("har-query")}],
                "postData": {"mimeType": "application/json", "text": text},
            },
            "response": {
                "status": status,
                "statusText": secret("status-text"),
                "headers": headers("har-answer"),
                "content": {"mimeType": "application/json", "text": json.dumps(answer)},
            },
        }

    refused = {
        "message": f"refused {secret('har-message')}",
        "code": "bad.request",
        "status": status,
        "contextId": secret("har-context"),
    }
    active = {"id": "s", "state": "active", "conversationId": "c", "agent": secret("har-person")}
    login = "https://login.mypurecloud.com/oauth/token"
    granted = {"access_token": secret("har-token"), "refresh_token": secret("har-refresh")}
    start = {"recordingType": "call", "note": secret("har-payload")}
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "x", "version": "1"},
            "entries": [
                entry("POST", login, {"client_secret": secret("har-login")}, 200, granted),
                entry("GET", session, {}, 200, active),
                entry("POST", f"{session}/start", start, status, refused),
            ],
        }
    }


def explain(feed: Feeding) -> Iterator[Run]:
    for status in (202, 400, 401, 403, 500):
        path = feed.write(f"{status}.har", _har(feed, status))
        yield Run(f"HAR of {status}", ("--har", path), feed.environ(), looked=True)
    cut = json.dumps(_har(feed, 400))
    path = feed.write("cut.har", cut[: len(cut) // 2])
    yield Run("HAR, cut off", ("--har", path), feed.environ())
    payload = feed.write("payload.json", {"recordingType": "call", "x": feed.secret("payload")})
    answer = feed.write(
        "answer.json", {"status": 400, "code": "bad.request", "message": feed.secret("answer")}
    )
    session = feed.write("session.json", {"id": "s", "state": "active", "x": feed.secret("s")})
    arguments = ("--payload", payload, "--response", answer, "--session", session)
    yield Run("payload and answer", arguments, feed.environ(), looked=True)


# -- the org and Terraform -----------------------------------------------------------------------


def verify(feed: Feeding) -> Iterator[Run]:
    environ = feed.environ()
    document = _state(feed)
    document["values"]["root_module"]["resources"][0]["values"]["id"] = "client-id"
    path = feed.write("state.json", document)
    for ways in ({}, {"login": 400}, {"GET": 401}, {"GET": 403}, {"GET": 404}, {"GET": 500}):
        url = feed.stack.enter_context(echoing(feed.secret("echo"), **ways))
        yield Run(f"state, {ways}", (path, "--api-url", url, "--preflight"), environ)
    yield Run("on stdin", ("-", "--api-url", url), environ, json.dumps(_raw_state(feed)).encode())


def _live(feed: Feeding) -> Iterator[Run]:
    for ways in ({}, {"login": 400}, {"GET": 401}, {"GET": 403}, {"GET": 500}):
        url = feed.stack.enter_context(echoing(feed.secret("echo"), **ways))
        yield Run(f"live, {ways}", ("--live", "--api-url", url), feed.environ())


#: Prints its version, makes a plan, and shows the plan beside it; an apply fails.
_STAND_IN: Final = """\
#!/bin/sh
here=$(dirname "$0")
for word in "$@"; do case "$word" in
  -out=*) : > "${word#-out=}" ;;
  version) echo '{"terraform_version": "1.11.4"}'; exit 0 ;;
  show) cat "$here/shown.json"; exit 0 ;;
  apply) exit 1 ;;
esac; done
"""


def provisioning(*more: str) -> Callable[[Feeding], Iterator[Run]]:
    """Return a feed with a Terraform stand-in that prints nothing.

    Terraform's own output is passed on unchanged.
    """

    def feed_terraform(feed: Feeding) -> Iterator[Run]:
        binary = Path(feed.write("bin/terraform", _STAND_IN))
        binary.chmod(0o755)
        feed.write("bin/shown.json", _plan(feed))
        feed.write("tf/main.tf", _terraform(feed))
        tree = str(feed.folder / "tf")
        program = ("--terraform-bin", str(binary), *more)
        variable = ("--var", f"password={feed.secret('var')}")
        values = feed.write("secret.tfvars", f'password = "{feed.secret("tfvars")}"\n')
        yield Run("a plan", (tree, *program, *variable), feed.environ(), looked=True)
        passing = feed.write("passing.yaml", _PASSING)
        files = ("--var-file", values, "-p", passing)
        yield Run("a plan that passes", (tree, *program, *files), feed.environ())
        none = ("--terraform-bin", str(feed.folder / "none"), *more)
        yield Run("no terraform", (tree, *none, *variable), feed.environ())

    return feed_terraform


_PASSING: Final = """\
version: 1
name: asks for nothing
rules:
  - {id: ANY, title: Any client, settings: {state: {equals: active}}}
"""


def derive(feed: Feeding) -> Iterator[Run]:
    path = feed.write("calls.har", _har(feed, 400))
    known = ("--contract", "recording-session")
    yield Run("from a HAR", ("--from-har", path, *known), feed.environ(), looked=True)
    out = str(feed.folder / "derived")
    yield Run("into files", ("--from-har", path, *known, "--out", out), feed.environ(), looked=True)


def compiling(feed: Feeding) -> Iterator[Run]:
    out = str(feed.folder / "catalog.gz")
    url = feed.stack.enter_context(echoing(feed.secret("echo")))
    userinfo = url.replace("http://", f"http://user:{feed.secret('userinfo')}@")
    for address in (url, userinfo, f"{url}/?access_token={feed.secret('query')}"):
        yield Run("an address", (address, "-o", out), feed.environ())
    document = {"swagger": "2.0", "paths": {}, "x": feed.secret("document")}
    yield Run("a file", (feed.write("api.json", document), "-o", out), feed.environ())


# -- the others ----------------------------------------------------------------------------------


def _policy(*arguments: str) -> Callable[[Feeding], Iterator[Run]]:
    """Return a feed of a policy command. These print policies; the environment has the secrets."""

    def feed_policy(feed: Feeding) -> Iterator[Run]:
        yield Run(" ".join(arguments) or "shipped", arguments, feed.environ())

    return feed_policy


def _policy_test(feed: Feeding) -> Iterator[Run]:
    """Cases contain Terraform, whose sensitive values are secrets like any other."""
    feed.write("ours.yaml", _LOOKING.replace("name: looks at what is secret", "name: ours"))
    document = {
        "version": 1,
        "cases": [
            {
                "name": "sensitive",
                "terraform": _terraform(feed),
                "variables": {"password": feed.secret("case-variable")},
                "expect": {"genesyscloud_oauth_client.a": {"LOOK": "pass"}},
            }
        ],
    }
    path = feed.write("ours.test.yaml", document)
    yield Run("shipped", (), feed.environ())
    yield Run("a case with secrets", (path,), feed.environ(), looked=True)


def demo(feed: Feeding) -> Iterator[Run]:
    yield Run("the story", (), feed.environ())


def comparing(feed: Feeding) -> Iterator[Run]:
    feed.write("before/main.tf", _terraform(feed))
    feed.write("after/main.tf", _terraform(feed).replace("users", "recordings"))
    sources = (str(feed.folder / "before"), str(feed.folder / "after"))
    yield Run("folders", (*sources, "--var", f"password={feed.secret('var')}"), feed.environ())
    plan = feed.write("plan.json", json.dumps(_plan(feed)))
    yield Run("a plan", (plan,), feed.environ())


def setting_up(feed: Feeding) -> Iterator[Run]:
    feed.write("tf/main.tf", _terraform(feed))
    folder = str(feed.folder / "tf")
    yield Run("a folder", (folder, "--yes"), feed.environ())
    for each in _live(feed):
        feed.write("live/main.tf", _terraform(feed))
        own = (str(feed.folder / "live"), "--yes", *each.arguments)
        yield Run(f"a folder, {each.name}", own, each.environ)


def operating(feed: Feeding) -> Iterator[Run]:
    feed.write("tf/main.tf", _terraform(feed))
    yield Run("a folder", (str(feed.folder / "tf"),), feed.environ())
    plan = feed.write("plan.json", json.dumps(_plan(feed)))
    yield Run("a plan", (plan,), feed.environ())


FEEDS: Final[dict[str, Callable[[Feeding], Iterator[Run]]]] = {
    "check": check,
    "plan": provisioning(),
    "apply": provisioning("--yes"),
    "verify": verify,
    "probe": probe,
    "explain": explain,
    "demo": demo,
    "policy lint": _policy("recording-session"),
    "policy test": _policy_test,
    "policy show": _policy(),
    "policy schema": _policy(),
    "policy derive": derive,
    "catalog show": _policy("recording:modify"),
    "catalog search": _policy("recording", "start"),
    "catalog compile": compiling,
    "config show": _policy(),
    "config schema": _policy(),
    "diff": comparing,
    "init": setting_up,
    "operator": operating,
}
