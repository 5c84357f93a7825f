"""Time and memory of a run as a whole are bounded, and the report names what was not read."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click.testing
import pytest

from tests.genesys.servers import answering, serving
from toolkit import bounds
from toolkit.cli import cli
from toolkit.errors import OutOfBounds, RemoteError
from toolkit.genesys.api import Api
from toolkit.genesys.regions import Hosts
from toolkit.genesys.replies import Failure
from toolkit.genesys.transport import Limits, Transport

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the bounds are the system's"),
]

CLIENT = """
resource "genesyscloud_oauth_client" "c%d" {
  name                  = join("", [for i in range(200) : "x${i}"])
  authorized_grant_type = "CODE"
  scopes                = ["a"]
}
"""


def run(*args: str, cwd: Path, **env: str) -> tuple[subprocess.CompletedProcess[bytes], float, int]:
    """Run the program; return the result, the seconds, and the memory peak in MiB."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *args],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=cwd,
        env={**os.environ, **env},
        timeout=120,
        check=False,
    )
    peak = int(done.stderr.rpartition(b"peak ")[2] or 0)
    return done, time.monotonic() - began, peak >> 10


#: The program, which prints its memory peak at its end.
MEASURED = r"""
import re, sys
from toolkit.__main__ import main
status = main()
with open("/proc/self/status") as said:
    print("peak", re.findall(r"VmHWM:\s+(\d+) kB", said.read())[0], file=sys.stderr)
sys.exit(status)
"""


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """A tree that takes far longer than a second."""
    for number in range(40):
        folder = tmp_path / f"root{number:02}"
        folder.mkdir()
        (folder / "main.tf").write_text((CLIENT % 1).replace("name ", "count = 800\n  name "))
    return tmp_path


def test_the_time_is_up_and_what_was_not_looked_at_is_named(slow: Path) -> None:
    done, took, _ = run("check", ".", "--timeout", "2", "-f", "json", cwd=slow)
    assert done.returncode == 2
    assert took < 10
    (error,) = json.loads(done.stdout)["errors"]
    assert error["message"].startswith("the time of 2 seconds is up; not looked at: root")
    assert error["message"].endswith(" more")
    assert "root39" not in error["message"], "the first of what is left are named"
    assert "--timeout" in error["hint"]


@pytest.mark.parametrize(
    "command",
    ["check - --timeout 1", "diff - . --timeout 1", "explain --payload - --timeout 1"],
)
def test_what_never_comes_is_not_waited_for(command: str, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(CLIENT % 1)
    with subprocess.Popen(
        [sys.executable, "-m", "toolkit", *command.split()],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    ) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        assert process.wait(timeout=60) == 2
    assert b"the time of 1 seconds is up" in said


def test_a_named_pipe_that_nobody_writes_to_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "plan.json")
    done, took, _ = run("check", "plan.json", "--timeout", "1", cwd=tmp_path)
    assert done.returncode == 2
    assert took < 10
    assert b"not looked at: plan.json" in done.stderr


def test_memory_is_bounded(tmp_path: Path) -> None:
    plan: dict[str, object] = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {},
    }
    plan["x"] = [[0] * 100] * 300_000
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    done, _, peak = run("check", "plan.json", "--max-memory", "64", "-f", "json", cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    (error,) = json.loads(done.stdout)["errors"]
    assert "the memory of 64 MiB is used up; not looked at: plan.json" in error["message"]
    assert "--max-memory" in error["hint"]
    assert peak <= 64
    enough, _, _ = run("check", "plan.json", "-f", "json", cwd=tmp_path)
    assert b"is used up" not in enough.stdout


def test_a_program_that_calls_the_library_is_not_restricted(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(CLIENT % 1)
    program = """
import resource, signal, sys
before = resource.getrlimit(resource.RLIMIT_AS), signal.getsignal(signal.SIGALRM)
from toolkit.workflows import check
check(sys.argv[1])
assert before == (resource.getrlimit(resource.RLIMIT_AS), signal.getsignal(signal.SIGALRM))
assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
"""
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True)


def test_nothing_stays_in_force_after_a_command(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(CLIENT % 1)
    before = signal.getsignal(signal.SIGALRM)
    for args in (["check", str(tmp_path)], ["check", "nowhere"], ["check", "--max-memory", "x"]):
        click.testing.CliRunner().invoke(cli, args)
        assert signal.getsignal(signal.SIGALRM) is before
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


@pytest.fixture
def _released() -> Iterator[None]:
    yield
    bounds.release()


@pytest.mark.usefixtures("_released")
def test_what_is_outside_is_not_counted_and_what_follows_is() -> None:
    bounds.hold(0.3, 4 << 30)
    with bounds.outside():
        time.sleep(0.5)
    bounds.working_on("Reading a", ["a", "b"])
    with pytest.raises(OutOfBounds, match=r"0\.3 seconds is up; not looked at: a, b"):
        time.sleep(10)


def listing(entries: list[object]) -> bytes:
    return json.dumps({"entities": entries, "pageCount": 999_999, "total": 99_999_900}).encode()


#: One page of an org, the same for every request.
PAGE = [{"id": f"id{number}", "name": f"n{number}"} for number in range(100)]


@pytest.mark.server
@pytest.mark.parametrize(
    ("page", "said"),
    [
        (PAGE, "page 2 has nothing that was not on the pages before it"),
        ([{"name": "without an id"}], "page 2 has nothing that was not on the pages before it"),
    ],
)
@pytest.mark.parametrize("command", ["check --live", "check tf --live", "diff tf --live"])
def test_a_server_that_repeats_a_page_ends_soon(
    command: str, page: list[object], said: str, tmp_path: Path
) -> None:
    (tmp_path / "tf").mkdir()
    (tmp_path / "tf" / "main.tf").write_text(CLIENT % 1)
    with serving(answering(listing(page))) as served:
        token = {"GENESYSCLOUD_ACCESS_TOKEN": "t", "NO_PROXY": "*"}
        args = (*command.split(), "--api-url", served.url)
        done, took, peak = run(*args, cwd=tmp_path, **token)
    assert done.returncode == 4, done.stderr
    assert said in done.stderr.decode()
    assert took < 10
    assert peak < 150


def endless(connection: socket.socket) -> None:
    """Answer with new pages without end, each on a connection of its own."""
    body = listing([{"id": f"{time.monotonic_ns()}-{number}"} for number in range(100)])
    connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n")
    connection.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)


@pytest.mark.server
def test_a_listing_without_an_end_is_given_up() -> None:
    with serving(endless) as served, Transport(environ={}) as transport:
        api = Api(transport, Hosts(served.url, served.url))
        with pytest.raises(RemoteError, match="has more than 1,000 pages"):
            for _ in api.pages("/api/v2/oauth/clients"):
                pass
    assert len(served.requests) == 1000


@pytest.mark.server
def test_all_answers_together_are_bounded() -> None:
    large = answering(json.dumps({"id": "x" * 1000}).encode())
    with serving(large) as served, Transport(limits=Limits(total=5500), environ={}) as transport:
        replies = [transport.call("GET", served.url) for _ in range(6)]
    assert [reply.failure for reply in replies] == [None] * 5 + [Failure.TOO_LARGE]
    assert "all answers together" in replies[-1].detail


@pytest.mark.server
def test_the_time_of_a_run_bounds_how_long_an_org_is_read(tmp_path: Path) -> None:
    with serving(endless) as served:
        token = {"GENESYSCLOUD_ACCESS_TOKEN": "t", "NO_PROXY": "*"}
        args = ("check", "--live", "--timeout", "3", "--api-url", served.url)
        done, took, _ = run(*args, cwd=tmp_path, **token)
    assert done.returncode == 2
    assert b"the time of 3 seconds is up; not looked at: 127.0.0.1" in done.stderr
    assert took < 10


@pytest.mark.parametrize("name", ["timeout", "max-memory"])
def test_a_configuration_of_the_tree_cannot_lift_a_bound(name: str, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(CLIENT % 1)
    (tmp_path / "recording-toolkit.toml").write_text(f"{name} = 9999\n")
    done, _, _ = run("check", ".", "-f", "json", cwd=tmp_path)
    assert f"{name} can be set only on the command line" in done.stdout.decode()
