"""The whole story with the real terraform and the mock org, step by step.

    python -m tests.e2e.story

A client is planned and refused, fixed, planned, applied, and starts a recording; then someone
removes one of its rights by hand, and it can no longer start one. It runs once for a
CLIENT-CREDENTIALS client, and once for a user-grant client. Only the org and the provider are
simulated. `make e2e` runs it, and so does a test.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import requests
from msgspec import structs

from tests.standin_provider.install import install
from toolkit.mock.scenario import Scenario
from toolkit.mock.scenarios import load_scenario
from toolkit.mock.server import running

Say = Callable[[str], None]

_MODULE: Final = (
    Path(__file__).resolve().parent.parent.parent / "terraform" / "modules" / "recording-client"
)
#: A session that has not been started; the first one has.
_OTHER_SESSION: Final = "00000000-0000-4000-8000-00000000005f"
#: The developer's variables must not reach the story.
_FOREIGN: Final = ("TF_", "GENESYSCLOUD_", "RECORDING_TOOLKIT_")
_CONFIGURATION: Final = """\
terraform {
  required_providers {
    genesyscloud = { source = "mypurecloud/genesyscloud" }
  }
}
provider "genesyscloud" {
  gateway {
    protocol = "http"
    host     = "127.0.0.1"
    port     = "%(port)s"
  }
}
variable "uses" { type = set(string) }
module "recorder" {
  source               = "%(module)s"
  name                 = "recording-%(name)s"
  uses                 = var.uses
  %(settings)s
}
output "client_id" { value = module.recorder.client_id }
output "client_secret" {
  value     = module.recorder.client_secret
  sensitive = true
}
"""


class StoryError(Exception):
    """A step that did not end as it should."""


@dataclass(frozen=True)
class Kind:
    """A kind of client: its settings in Terraform, and how to get credentials for it."""

    name: str
    grant_type: str
    settings: str
    lacks: str
    cause: str
    credentials: Callable[[Stage], Mapping[str, str]]


@dataclass(frozen=True)
class Stage:
    """A folder of Terraform, its org, and the commands of a user."""

    folder: Path
    url: str
    scenario: Scenario
    cli_config: Path
    say: Say

    def environ(self, **more: str) -> dict[str, str]:
        """Return the operator's environment, with additional variables."""
        own = {name: text for name, text in os.environ.items() if not name.startswith(_FOREIGN)}
        operator = self.scenario.subjects.operator
        return {
            **own,
            "TF_CLI_CONFIG_FILE": str(self.cli_config),
            "CHECKPOINT_DISABLE": "1",
            "GENESYSCLOUD_OAUTHCLIENT_ID": operator.client,
            "GENESYSCLOUD_OAUTHCLIENT_SECRET": operator.secret,
            **more,
        }

    def toolkit(self, *arguments: str, exits: int, **environ: str) -> dict[str, Any]:
        """Return the report of a command; raises StoryError for another exit status
        than `exits`.
        """
        done = subprocess.run(
            [sys.executable, "-m", "toolkit", *arguments, "-f", "json"],
            env=self.environ(**environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        shown = " ".join(map(_short, arguments))
        self.say(f"recording-toolkit {shown}: exit {done.returncode}")
        require(done.returncode == exits, f"exit {exits} was expected\n{done.stderr}{done.stdout}")
        report: dict[str, Any] = json.loads(done.stdout)
        return report

    def output(self, name: str) -> str:
        """Return an output of the Terraform, as the operator reads it."""
        return subprocess.run(
            ["terraform", f"-chdir={self.folder}", "output", "-raw", name],
            env=self.environ(),
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout

    def probe(self, session: str, exits: int, **subject: str) -> dict[str, Any]:
        target = ("--session-id", session, "--yes", "--api-url", self.url)
        return self.toolkit("probe", *target, exits=exits, **subject)

    def api(self, method: str, path: str, body: object = None) -> Any:
        """Call the API as the operator, by hand."""
        with requests.Session() as session:
            session.trust_env = False
            operator = self.scenario.subjects.operator
            token = session.post(
                f"{self.url}/oauth/token",
                auth=(operator.client, operator.secret),
                data={"grant_type": "client_credentials"},
                timeout=10,
            ).json()["access_token"]
            headers = {"Authorization": f"Bearer {token}"}
            reply = session.request(method, self.url + path, headers=headers, json=body, timeout=10)
            reply.raise_for_status()
            return reply.json() if reply.content else None


def _short(word: str) -> str:
    """Return a word of a command line, without parts that are specific to this run."""
    if word.startswith("/"):
        return Path(word).name
    return word if len(word) <= 30 or "=" in word else f"{word[:8]}..."


def require(held: bool, otherwise: str) -> None:
    if not held:
        raise StoryError(otherwise)


def _own_secret(stage: Stage) -> Mapping[str, str]:
    return {
        "RECORDING_TOOLKIT_CLIENT_ID": stage.output("client_id"),
        "RECORDING_TOOLKIT_CLIENT_SECRET": stage.output("client_secret"),
    }


def _logged_in(stage: Stage) -> Mapping[str, str]:
    minted = stage.api("POST", "/__mock__/tokens", {"client": stage.output("client_id")})
    return {"RECORDING_TOOLKIT_ACCESS_TOKEN": minted["access_token"]}


KINDS: Final = (
    Kind(
        "service",
        "CLIENT-CREDENTIALS",
        "expose_client_secret = true",
        "recording:session:write",
        "permission.missing",
        _own_secret,
    ),
    Kind(
        "desk",
        "CODE",
        'grant_type = "CODE"\n  redirect_uris = ["https://desk.example.com/callback"]',
        "recordingSession",
        "scope.missing",
        _logged_in,
    ),
)


def configuration(kind: Kind, url: str) -> str:
    """Return the Terraform of such a client, in the org at this URL."""
    return _CONFIGURATION % {
        "port": url.rpartition(":")[2],
        "module": _MODULE,
        "name": kind.name,
        "settings": kind.settings,
    }


def tell(kind: Kind, folder: Path, cli_config: Path, say: Say) -> None:
    """Run the story in an empty folder; raises StoryError at the step that went wrong."""
    ready = load_scenario("ready")
    other = structs.replace(ready.sessions[0], id=_OTHER_SESSION)
    scenario = structs.replace(ready, sessions=(*ready.sessions, other))
    with running(scenario) as url:
        stage = Stage(folder, url, scenario, cli_config, say)
        say(f"A {kind.grant_type} client, and an org at {url}")
        (folder / "main.tf").write_text(configuration(kind, url), encoding="utf-8")
        before = len(stage.api("GET", "/api/v2/oauth/clients")["entities"])
        _refused(stage, kind, before)
        client = _applied(stage, kind, before)
        _started(stage, kind)
        _taken_away(stage, kind, client)


def _refused(stage: Stage, kind: Kind, before: int) -> None:
    say, folder = stage.say, str(stage.folder)
    say("It is for the recording of calls only; the policy asks for recording sessions")
    wrong = ("--var", 'uses=["call-recording"]')
    report = stage.toolkit("plan", folder, *wrong, exits=1)
    (failed,) = [r for r in report["results"] if r["verdict"] == "fail" and r["rule"] == "REC001"]
    missing = [name for each in failed["missing"] for name in each["any_of"]]
    require(kind.lacks in missing, f"the plan does not name {kind.lacks}: {missing}")
    say(f"  refused: it lacks {', '.join(missing)}")
    report = stage.toolkit("apply", folder, *wrong, "--yes", exits=1)
    require(report["terraform"]["applied"] is False, "it was applied all the same")
    ran = [each["name"] for each in report["terraform"]["commands"]]
    require("apply" not in ran, f"terraform apply was run: {ran}")
    now = len(stage.api("GET", "/api/v2/oauth/clients")["entities"])
    require(now == before, "the org has another client now")
    say("  and not applied: the org is as it was")


def _applied(stage: Stage, kind: Kind, before: int) -> str:
    say, folder = stage.say, str(stage.folder)
    say("Mended: it is for recording sessions")
    right = ("--var", 'uses=["recording-session"]')
    stage.toolkit("plan", folder, *right, exits=0)
    report = stage.toolkit("apply", folder, *right, "--yes", exits=0)
    require(report["terraform"]["applied"] is True, "it was not applied")
    clients = stage.api("GET", "/api/v2/oauth/clients")["entities"]
    made = [each for each in clients if each["name"] == f"recording-{kind.name}"]
    require(len(clients) == before + 1 and len(made) == 1, "the org has not one client more")
    (client,) = made
    require(client["id"] == stage.output("client_id"), "Terraform knows another client")
    require(client["authorizedGrantType"] == kind.grant_type, "it has another grant type")
    for grant in client["roleDivisions"]:
        role = stage.api("GET", f"/api/v2/authorization/roles/{grant['roleId']}")
        say(f"  the org has the role {role['name']}")
    require(bool(client["roleDivisions"]) == (kind.name == "service"), "its role is wrong")
    say(f"  the org has the client {client['name']}, with the scopes {client['scope']}")
    return str(client["id"])


def _started(stage: Stage, kind: Kind) -> None:
    stage.say("The operator is an administrator, whose start would prove nothing")
    session = stage.scenario.target.session
    report = stage.probe(session, 2)
    require("RECORDING_TOOLKIT_" in json.dumps(report["errors"]), "the refusal names no variable")
    stage.say("The client itself starts a recording")
    report = stage.probe(session, 0, **kind.credentials(stage))
    require(report["verdict"] == "ready", f"the probe says {report['verdict']}")
    (start,) = [step for step in report["steps"] if step["name"] == "start"]
    require(start["status"] == 202, f"the start answered {start['status']}")
    stage.say("  the start answered 202")


def _taken_away(stage: Stage, kind: Kind, client: str) -> None:
    path = f"/api/v2/oauth/clients/{client}"
    body = stage.api("GET", path)
    if body["roleDivisions"]:
        path = f"/api/v2/authorization/roles/{body['roleDivisions'][0]['roleId']}"
        changed = stage.api("GET", path) | {"permissionPolicies": []}
    else:
        changed = body | {"scope": [scope for scope in body["scope"] if scope != kind.lacks]}
    stage.api("PUT", path, changed)
    stage.say(f"Someone takes {kind.lacks} away, by hand")
    state = str(stage.folder / "terraform.tfstate")
    report = stage.toolkit("verify", state, "--api-url", stage.url, exits=1)
    named = [
        each["rule"]
        for each in report["results"]
        if each["kind"] == "drift"
        and any(kind.lacks in missing["any_of"] for missing in each["missing"])
    ]
    require(bool(named), f"verify does not name {kind.lacks}: {report['results']}")
    stage.say(f"  verify names it: {', '.join(named)}")
    report = stage.probe(_OTHER_SESSION, 1, **kind.credentials(stage))
    answer = report["diagnoses"][0]
    require(answer["cause"] == kind.cause, f"the probe answers {answer['cause']}")
    require(kind.lacks in answer["message"], f"it does not name {kind.lacks}: {answer['message']}")
    stage.say(f"  the probe answers {answer['cause']}: {answer['message']}")


def main() -> int:
    if shutil.which("terraform") is None:
        sys.stderr.write("error: terraform is not on the PATH\n")
        return 1
    with tempfile.TemporaryDirectory() as base:
        cli_config = install(Path(base, "provider"))
        for kind in KINDS:
            folder = Path(base, kind.name)
            folder.mkdir()
            try:
                tell(kind, folder, cli_config, _print)
            except StoryError as error:
                sys.stderr.write(f"error: {error}\n")
                return 1
    return 0


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
