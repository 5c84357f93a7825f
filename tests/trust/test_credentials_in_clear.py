"""No secret and no token is sent over http to another machine, unless the command line
allows it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import click
import click.testing
import pytest

from tests.genesys.servers import answering, serving
from toolkit.cli import COMMANDS, cli

SECRET = "canary-31cc02"
BOTH = {
    "RECORDING_TOOLKIT_ACCESS_TOKEN": SECRET,
    "GENESYSCLOUD_OAUTHCLIENT_ID": "id",
    "GENESYSCLOUD_OAUTHCLIENT_SECRET": SECRET,
}
REMOTE = "http://genesys.example:8080"
#: Each command that sends a secret or a token, with the arguments for that.
SENDING = {
    "probe": ("probe", "--preflight"),
    "verify": ("verify", "state.json", "--preflight"),
    "check": ("check", "--live"),
    "diff": ("diff", "tf", "--live"),
    "init": ("init", "tf", "--live", "--yes"),
    "plan": ("plan", "tf", "--live"),
    "apply": ("apply", "tf", "--live", "--yes"),
}


#: Commands that send a request first; the others run Terraform first.
ASKING = {name: words for name, words in SENDING.items() if name not in ("plan", "apply")}


@pytest.fixture(autouse=True)
def _tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("RECORDING_TOOLKIT_", "GENESYSCLOUD_")) or "PROXY" in name.upper():
            monkeypatch.delenv(name)
    (tmp_path / "tf").mkdir()
    (tmp_path / "tf" / "main.tf").write_text('resource "genesyscloud_oauth_client" "c" {}\n')
    client = {
        "mode": "managed",
        "type": "genesyscloud_oauth_client",
        "name": "c",
        "provider": 'provider["registry.terraform.io/mypurecloud/genesyscloud"]',
        "instances": [{"attributes": {"id": "c", "name": "c", "authorized_grant_type": "CODE"}}],
    }
    state = {"version": 4, "terraform_version": "1.11.4", "resources": [client]}
    (tmp_path / "state.json").write_text(json.dumps(state))
    monkeypatch.chdir(tmp_path)


def call(*args: str, **environ: str) -> click.testing.Result:
    return click.testing.CliRunner().invoke(cli, args, env=BOTH | environ)


def test_each_command_that_names_an_org_is_tried() -> None:
    found = set()
    for name in (each.name for each in COMMANDS):
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        if any("--api-url" in parameter.opts for parameter in command.params):
            found.add(name)
    assert found == set(SENDING)


@pytest.fixture
def listening() -> Iterator[tuple[str, list[str]]]:
    """A proxy for every host over http, and what it received."""
    with serving(answering(b"{}")) as served:
        yield served.url, served.requests


@pytest.mark.server
@pytest.mark.parametrize("where", ["--api-url", "--login-url"])
@pytest.mark.parametrize("command", SENDING.values(), ids=SENDING)
def test_nothing_is_sent_in_clear_unasked(
    command: tuple[str, ...], where: str, listening: tuple[str, list[str]]
) -> None:
    proxy, seen = listening
    region = ("--region", "us-east-1") if where == "--login-url" else ()
    refused = call(*command, where, REMOTE, *region, HTTP_PROXY=proxy)
    assert refused.exit_code == 2, refused.output
    assert f"{where} {REMOTE}" in refused.stderr
    assert "--allow-http" in refused.stderr
    assert seen == []


@pytest.mark.server
@pytest.mark.parametrize("command", ASKING.values(), ids=ASKING)
def test_it_is_sent_where_the_command_line_says_so(
    command: tuple[str, ...], listening: tuple[str, list[str]]
) -> None:
    proxy, seen = listening
    call(*command, "--api-url", REMOTE, "--allow-http", HTTP_PROXY=proxy)
    assert seen


@pytest.mark.server
def test_what_is_for_this_machine_goes_through_no_proxy(
    listening: tuple[str, list[str]],
) -> None:
    proxy, seen = listening
    with serving(answering(b"{}")) as served:
        call("probe", "--preflight", "--api-url", served.url, HTTP_PROXY=proxy)
        assert served.requests
    assert seen == []


def test_the_option_is_for_who_asks_an_org() -> None:
    refused = call("check", "tf", "--allow-http")
    assert refused.exit_code == 2
    assert "--live" in refused.stderr


def test_compose_says_it() -> None:
    compose = Path(__file__).parents[2] / "compose.yaml"
    assert "--allow-http" in compose.read_text(encoding="utf-8")
