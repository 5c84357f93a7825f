"""Figures that tests measured, told at the end of the run, whichever process measured them."""

from __future__ import annotations

import signal

import pytest

# A shell that starts something in the background has it ignore Ctrl-C, and so would all that is run
# here: a handler of ours is not inherited, while what is ignored is.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
for _number in (signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, signal.SIG_DFL)


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
