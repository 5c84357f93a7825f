"""Figures that tests measured, told at the end of the run, whichever process measured them."""

from __future__ import annotations

import pytest


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
