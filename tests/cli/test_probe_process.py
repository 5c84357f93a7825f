"""`probe` as a real process: ended by signals, and asked questions on a terminal."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fcntl import ioctl
from pathlib import Path

import msgspec
import pytest
import requests

from tests.genesys.servers import serving
from tests.probe.accuracy import environment
from toolkit.mock.scenario import Fault, Scenario
from toolkit.mock.scenarios import load_scenario
from toolkit.mock.server import running

pytestmark = pytest.mark.server

READY = load_scenario("ready")
TARGET = READY.target
BY_SESSION = ("--session-id", TARGET.session)
BY_CALL = (
    "--contract",
    "call-recording",
    "--conversation-id",
    TARGET.conversation,
    "--participant-id",
    TARGET.participant,
)
START, CALL = "/api/v2/recording-sessions/*/start", "/api/v2/conversations/calls/*"
ROOT = Path(__file__).parents[2]


def surroundings(**more: str) -> dict[str, str]:
    """Return an environment with only the credentials of the client under test."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("RECORDING_TOOLKIT_", "GENESYSCLOUD_"))
        and "PROXY" not in name.upper()
        and name != "CI"
    }
    return {**kept, **environment(READY, "user"), "TERM": "xterm", **more}


def command(url: str, *args: str) -> list[str]:
    return [sys.executable, "-m", "toolkit", "probe", "--api-url", url, *args]


def captured(url: str) -> list[str]:
    """Return the requests that the mock received and completed."""
    session = requests.Session()
    session.trust_env = False
    with session, session.get(f"{url}/__mock__/requests", timeout=60) as answer:
        return [f"{r['method']} {r['path']}" for r in answer.json()["requests"]]


def sent(url: str) -> list[str]:
    """Return those that change something."""
    return [line for line in captured(url) if not line.startswith("GET")]


def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def settle(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    """Wait until the process only waits, however slow the machine is."""
    stat, calm = Path(f"/proc/{process.pid}/stat"), 0
    while calm < 10:
        time.sleep(0.05)
        waits = not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "S"
        calm = calm + 1 if waits else 0


def with_faults(*faults: Fault, starts: bool = True) -> Scenario:
    call = READY.conversations[0]
    agent = msgspec.structs.replace(call.participants[0], starts=starts)
    people = (agent, *call.participants[1:])
    return msgspec.structs.replace(
        READY,
        faults=faults,
        conversations=(msgspec.structs.replace(call, participants=people),),
    )


#: Delays the second look at a call, which confirms the recording.
SLOW_LOOK = Fault(kind="latency", method="GET", path=CALL, seconds=60, skip=1, times=1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    ("scenario", "options", "after", "says", "changes"),
    [
        # Nothing was sent yet.
        (
            with_faults(Fault(kind="latency", method="GET", path=CALL, seconds=60)),
            BY_CALL,
            2,
            "No start was sent",
            0,
        ),
        # Accepted and not confirmed yet: one look, and a stop.
        (with_faults(SLOW_LOOK), BY_CALL, 4, "accepted the request to stop the recording", 2),
        # Accepted, but no recording appears: nothing is stopped.
        (with_faults(SLOW_LOOK, starts=False), BY_CALL, 4, "the recording may go on", 1),
        # A session cannot be stopped.
        (
            with_faults(
                Fault(
                    kind="latency",
                    method="GET",
                    path="/api/v2/recording-sessions/*",
                    seconds=60,
                    skip=1,
                )
            ),
            BY_SESSION,
            4,
            "the recording goes on",
            1,
        ),
        # The response to the start is outstanding.
        (
            with_faults(Fault(kind="latency", path=START, seconds=60, when="after")),
            BY_SESSION,
            3,
            "whether it was carried out is not known",
            1,
        ),
    ],
    ids=["before", "accepted", "unseen", "no-stop", "awaited"],
)
def test_an_interrupted_probe_says_what_it_leaves(
    scenario: Scenario,
    options: tuple[str, ...],
    after: int,
    says: str,
    changes: int,
    number: signal.Signals,
) -> None:
    """After `after` requests, the next one is delayed for a minute, and the signal arrives."""
    with (
        running(scenario) as url,
        subprocess.Popen(
            command(url, *options, "--yes"),
            cwd=ROOT,
            env=surroundings(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        try:
            until(lambda: len(captured(url)) >= after)
            settle(process)
            process.send_signal(number)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
        until(lambda: len(sent(url)) == changes)
    assert (process.returncode, out) == (128 + number, "")
    assert err.strip().startswith("interrupted: ")
    assert says in err
    assert "Traceback" not in err


class Terminal:
    """A program on a terminal of 80 columns, with stdout and stderr on one screen."""

    def __init__(self, args: list[str], environ: dict[str, str]) -> None:
        self.seen = ""
        self._master, slave = pty.openpty()
        ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
        self.process = subprocess.Popen(
            args,
            cwd=ROOT,
            env=environ,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)

    def read(self) -> bool:
        """Read what is available; return False at the end."""
        if not select.select([self._master], [], [], 0.05)[0]:
            return True
        try:
            data = os.read(self._master, 65536)
        except OSError:  # The other side is closed.
            return False
        self.seen += data.decode()
        return bool(data)

    def wait_for(self, text: str) -> None:
        end = time.monotonic() + 60
        while text not in self.seen:
            assert self.read(), self.seen
            assert time.monotonic() < end, self.seen

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def close(self) -> None:
        """Close the terminal like a window: its processes get a signal and cannot write."""
        os.close(self._master)

    def end(self) -> int:
        deadline = time.monotonic() + 60
        while self.read():
            assert time.monotonic() < deadline, self.seen
        return self.process.wait(60)

    @property
    def screen(self) -> list[str]:
        """Return the final lines as a person sees them, without colours and overwritten text."""
        plain = re.sub(r"\x1b\[[0-9;]*m", "", self.seen).replace("\r\n", "\n")
        lines = []
        for line in plain.split("\n"):
            shown = ""
            for part in re.split(r"\r", line):
                cleared = "\x1b[K" in part
                text = part.replace("\x1b[K", "")
                shown = text if cleared else text + shown[len(text) :]
            lines.append(shown)
        return lines


@contextmanager
def terminal(url: str, *args: str, **environ: str) -> Iterator[Terminal]:
    found = Terminal(command(url, *args), surroundings(**environ))
    try:
        yield found
    finally:
        if found.process.poll() is None:
            found.process.kill()
        found.process.wait(60)


QUESTION = "Go on? [y/N]: "


def test_yes_on_a_terminal_starts() -> None:
    with running(READY) as url, terminal(url, *BY_CALL) as screen:
        screen.wait_for(QUESTION)
        assert TARGET.conversation in " ".join("".join(screen.screen).split())
        screen.type("y\n")
        assert screen.end() == 0
        until(lambda: len(sent(url)) == 2)  # The start and its stop.
    # Each step is shown as it happens, and none remains on the screen.
    assert "\r\x1b[K" in screen.seen
    assert "starting the recording" in screen.seen
    assert "starting the recording" not in "\n".join(screen.screen)
    assert "exit 0: the client can start recordings" in screen.screen
    assert [line for line in screen.screen if len(line) > 80 and len(line.split()) > 1] == []


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_no_on_a_terminal_asks_the_api_nothing(answer: str) -> None:
    with serving(lambda connection: None) as served, terminal(served.url, *BY_SESSION) as screen:
        screen.wait_for(QUESTION)
        screen.type(answer)
        assert screen.end() == 2
    assert served.requests == []
    assert "error: nothing was started" in "\n".join(screen.screen)


def test_ctrl_c_at_the_question() -> None:
    with serving(lambda connection: None) as served, terminal(served.url, *BY_SESSION) as screen:
        screen.wait_for(QUESTION)
        settle(screen.process)
        screen.type("\x03")
        assert screen.end() == 130
    assert served.requests == []
    assert "interrupted" in screen.screen
    assert "Traceback" not in screen.seen


def test_the_end_of_the_session_at_the_question() -> None:
    with serving(lambda connection: None) as served, terminal(served.url, *BY_SESSION) as screen:
        screen.wait_for(QUESTION)
        settle(screen.process)
        screen.process.send_signal(signal.SIGTERM)
        assert screen.end() == 143
    assert served.requests == []
    assert "Traceback" not in screen.seen


def test_ctrl_c_while_it_waits_leaves_a_clean_screen() -> None:
    with running(with_faults(SLOW_LOOK)) as url, terminal(url, *BY_CALL, "--yes") as screen:
        screen.wait_for("looking at the session again")
        settle(screen.process)
        screen.type("\x03")
        assert screen.end() == 130
        until(lambda: len(sent(url)) == 2)
    said = [line for line in screen.screen if line.strip()]
    assert said == [
        "interrupted: The API accepted the request to stop the recording that was started."
    ]


def test_a_terminal_that_is_closed_leaves_no_recording() -> None:
    with running(with_faults(SLOW_LOOK)) as url, terminal(url, *BY_CALL, "--yes") as screen:
        screen.wait_for("looking at the session again")
        settle(screen.process)
        screen.close()
        assert screen.process.wait(60) == 128 + signal.SIGHUP
        until(lambda: len(sent(url)) == 2)


def test_a_terminal_that_is_closed_under_one_who_ignores_it() -> None:
    """As under `nohup`: the run completes without anything to write to."""
    look = Fault(kind="latency", method="GET", path=CALL, seconds=3, skip=1, times=1)
    with running(with_faults(look)) as url:
        ignoring = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *command(url, *BY_CALL, "--yes")]
        screen = Terminal(ignoring, surroundings())
        try:
            screen.wait_for("looking at the session again")
            settle(screen.process)
            screen.close()
            screen.process.wait(60)
            until(lambda: len(sent(url)) == 2)
        finally:
            screen.process.kill()


def test_a_narrow_terminal_is_left_clean() -> None:
    with running(READY) as url, terminal(url, *BY_CALL, "--yes", COLUMNS="20") as screen:
        assert screen.end() == 0
    drawn = re.findall(r"\r\x1b\[K([^\r\n]*)", screen.seen)
    assert "looking at the sess" in drawn
    assert max(map(len, drawn[:-1])) < 20


def test_in_ci_no_line_is_drawn_over() -> None:
    with running(READY) as url, terminal(url, *BY_CALL, "--yes", CI="true") as screen:
        assert screen.end() == 0
    assert "\x1b[K" not in screen.seen
