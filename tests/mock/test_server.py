"""The server as a process: its first line, its signals, its address, what it never prints."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.mock.conftest import TIMEOUT
from toolkit.mock.scenarios import load_scenario
from toolkit.mock.server import running
from toolkit.mock.usage import how_to_probe

pytestmark = pytest.mark.server


@contextmanager
def mock(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `recording-toolkit mock` in a process; yield it and its URL."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "toolkit", "mock", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        yield process, json.loads(line)["url"] if line else ""
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_ends_quietly(number: signal.Signals) -> None:
    with mock("--scenario", "scope-missing") as (process, url):
        assert url.startswith("http://127.0.0.1:")
        assert requests.get(f"{url}/api/v2/tokens/me", timeout=TIMEOUT).status_code == 401
        process.send_signal(number)
        out, err = process.communicate(timeout=TIMEOUT)
        assert (process.returncode, out, err) == (0, "", "")


def test_no_secret_is_printed() -> None:
    credentials = load_scenario("ready").subjects.client_credentials
    with mock() as (process, url):
        answer = requests.post(
            f"{url}/oauth/token?client_secret=canary",
            auth=(credentials.client, credentials.secret),
            data={"grant_type": "client_credentials"},
            timeout=TIMEOUT,
        )
        assert answer.status_code == 200
        process.terminate()
        out, err = process.communicate(timeout=TIMEOUT)
        assert (out, err) == ("", "")


def test_a_request_under_way_does_not_hold_it_up() -> None:
    with mock("--scenario", "start-slow") as (process, url):
        scenario = load_scenario("start-slow")
        target = scenario.target
        ended: list[str] = []

        def start() -> None:
            try:
                requests.patch(
                    f"{url}/api/v2/conversations/calls/{target.conversation}"
                    f"/participants/{target.participant}",
                    json={"recording": True},
                    headers={"Authorization": f"Bearer {scenario.subjects.user.token}"},
                    timeout=TIMEOUT,
                )
            except requests.RequestException as error:
                ended.append(type(error).__name__)

        thread = threading.Thread(target=start)
        thread.start()
        time.sleep(0.5)
        began = time.monotonic()
        process.terminate()
        process.wait(timeout=TIMEOUT)
        thread.join(timeout=TIMEOUT)
        # The answer would have been delayed for a minute.
        assert time.monotonic() - began < 45
        assert process.returncode == 0


def test_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with mock("--port", str(taken.getsockname()[1])) as (process, url):
            out, err = process.communicate(timeout=TIMEOUT)
    assert (url, out, process.returncode) == ("", "", 2)
    assert err.startswith("error: cannot listen on 127.0.0.1 port ")
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("host", "says"),
    [
        ("", "error: the address to listen on is empty"),
        ("nowhere.invalid", "hint: Give an address of this machine, such as 127.0.0.1."),
    ],
)
def test_an_address_that_is_not_this_machines(host: str, says: str) -> None:
    with mock("--host", host) as (process, url):
        out, err = process.communicate(timeout=TIMEOUT)
    assert (url, out, process.returncode) == ("", "", 2)
    assert says in err


def test_the_list_of_scenarios() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", "mock", "--list"], capture_output=True, text=True
    )
    assert done.returncode == 0
    assert done.stdout.startswith("ready\n  Everything is as it should be")
    assert "scope-misleading\n" in done.stdout


@pytest.mark.parametrize(
    ("scenario", "finds"),
    [
        ("ready", ["READY", "READY"]),
        ("scope-misleading", ["MISCONFIGURED scope.missing"] * 2),
        ("payload-incomplete", ["MISCONFIGURED payload.invalid"]),
        ("bad-credentials", ["MISCONFIGURED auth.bad-credentials"] * 2),
        ("token-expired", ["MISCONFIGURED auth.token-rejected"] * 2),
        ("wrong-client", ["MISCONFIGURED auth.wrong-client"] * 2),
        ("endpoint-unknown", ["MISCONFIGURED endpoint.unknown", "READY"]),
    ],
)
def test_the_lines_that_probe_a_scenario_can_be_copied(
    scenario: str, finds: list[str], tmp_path: Path
) -> None:
    bin_ = str(Path(sys.executable).parent)
    kept = {name: value for name, value in os.environ.items() if "PROXY" not in name.upper()}
    environ = {**kept, "PATH": f"{bin_}:{os.environ['PATH']}"}
    with running(load_scenario(scenario)) as url:
        lines = how_to_probe(load_scenario(scenario), url)
        done = subprocess.run(
            ["bash"], input=lines, env=environ, cwd=tmp_path, capture_output=True, text=True
        )
    verdicts = ("READY", "MISCONFIGURED", "UNDECIDED", "UNREACHABLE")
    found = [line for line in done.stdout.splitlines() if line.startswith(verdicts)]
    assert [line.partition(" (")[0] for line in found] == finds, done.stderr


def test_the_list_says_what_a_scenario_needs() -> None:
    command = [sys.executable, "-m", "toolkit", "mock", "--list"]
    shown = subprocess.run(command, capture_output=True, text=True).stdout
    assert max(map(len, shown.splitlines())) <= 80
    by_name = dict(re.findall(r"^(\S+)\n((?:  .*\n)+)", shown, re.MULTILINE))
    assert "(with a user's token)" in by_name["scope-misleading"]
    assert "(with an id and a secret)" in by_name["bad-credentials"]
    assert "--payload" in by_name["payload-misleading"]
    assert "--client and --source" in by_name["wrong-client"]
    assert "(" not in by_name["permission-missing"].rpartition("->")[2]
    one = subprocess.run([*command, "--scenario", "ready"], capture_output=True, text=True).stdout
    assert one == how_to_probe(load_scenario("ready"), "http://127.0.0.1:8080")


def test_its_page_has_the_credentials_and_ids_of_the_mock() -> None:
    page = (Path(__file__).parents[2] / "docs/commands/mock.md").read_text(encoding="utf-8")
    ready = load_scenario("ready")
    target, machine = ready.target, ready.subjects.client_credentials
    values = (target.session, target.conversation, target.participant, ready.subjects.user.token)
    assert all(value in page for value in (*values, machine.client, machine.secret))


def test_a_scenario_that_does_not_exist() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", "mock", "--scenario", "redy"],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert 'did you mean "ready"?' in done.stderr


def test_several_servers_in_one_process_do_not_meet() -> None:
    before = threading.active_count()
    with running(load_scenario("ready")) as one, running(load_scenario("ready")) as other:
        assert one != other
        requests.get(f"{one}/api/v2/nothing", timeout=TIMEOUT)
        captured = requests.get(f"{other}/__mock__/requests", timeout=TIMEOUT).json()
        assert captured == {"requests": []}
    assert threading.active_count() == before
    with pytest.raises(requests.ConnectionError):
        requests.get(one, timeout=TIMEOUT)


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (("uvicorn",), "uvicorn, which is not installed"),
        (("starlette", "uvicorn"), "starlette and uvicorn, which are not installed"),
    ],
)
def test_what_to_install_when_the_server_is_not_there(missing: tuple[str, ...], said: str) -> None:
    gone = "".join(f"sys.modules['{name}'] = None; " for name in missing)
    code = f"import sys; {gone}from toolkit.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", code, "mock"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        f"error: the mock needs {said}",
        "hint: Install the extra 'mock': pip install '.[mock]' in a clone, or 'THE-WHEEL[mock]'",
    ]
