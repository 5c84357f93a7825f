"""Settings for every test: untimed examples, signals, no servers, and the measured figures."""

from __future__ import annotations

import os
import signal
import socket

import pytest
from hypothesis import HealthCheck, settings

from tests.needs import NOTHING

# The duration of an example depends on the machine and its load.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# A shell starts background jobs with Ctrl-C ignored, and child processes inherit that. They don't
# inherit a handler of ours.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
for _number in (signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, signal.SIG_DFL)


@pytest.fixture(autouse=True, scope="session")
def _nothing_listens() -> None:
    """Under `make test`, fail a test that starts a server, and name the marker that it lacks."""
    if os.environ.get(NOTHING):

        def listen(_socket: socket.socket, _backlog: int = 0) -> None:
            pytest.fail("it starts a server: give it the marker server")

        socket.socket.listen = listen  # type: ignore[method-assign, assignment]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    figures = [
        (name, value)
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, value in report.user_properties
    ]
    for name, value in sorted(set(figures)):
        terminalreporter.write_line(f"measured: {name}: {value}")
