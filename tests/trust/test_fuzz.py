"""A short run of `make fuzz`, by Hypothesis: inputs are the same every time."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable
from importlib import import_module

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.trust.fuzz import inputs, made, trying
from tests.trust.outputs import check_error, check_report
from tests.trust.targets import TARGETS, Target
from toolkit.errors import ToolkitError
from toolkit.model.report import Report
from toolkit.reporters.interface import REPORTERS


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_whatever_is_given_there_is_a_report_or_an_error(target: Target) -> None:
    came: Counter[str] = Counter()
    real = list(target.real())
    with trying(target) as attempt:

        @settings(
            max_examples=40,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(st.randoms(use_true_random=True))
        def try_one(source: random.Random) -> None:
            came[attempt(made(target, real, source))] += 1

        try_one()
    # If no input is understood, only the parser is tested.
    assert came["report"] > 0
    assert came["error"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_the_same_seed_makes_the_same_inputs(target: Target) -> None:
    first, again, other = (list(itertools.islice(inputs(target, seed), 60)) for seed in (3, 3, 4))
    assert first == again != other


@pytest.mark.parametrize("message", ["a\nb", "\x1b[31m", "a\u2028b", "\ud800"])
def test_an_error_of_more_than_a_line_is_found(message: str) -> None:
    check_error(ToolkitError("é: one line", hint="Another."))
    with pytest.raises(AssertionError, match="does not print"):
        check_error(ToolkitError(message))
    with pytest.raises(AssertionError, match="does not print"):
        check_error(ToolkitError("one line", hint=message))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("text", "\x1b[31m"),
        ("json", "{}"),
        ("html", "<p><b></p>"),
        ("sarif", "{"),
        ("junit", "<a>\0</a>"),
        ("github", "a\rb"),
        ("gitlab", "["),
        ("markdown", "\ud800"),
    ],
)
def test_a_report_that_is_not_whole_is_found(
    name: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = Report("check", "0")
    check_report(report, every=True)
    (reporter,) = (each for each in REPORTERS if each.name == name)
    monkeypatch.setattr(
        import_module(f"toolkit.reporters.{reporter.module}"), "render", always(text)
    )
    with pytest.raises(Exception):  # noqa: B017, PT011 - each format has a parser of its own
        check_report(report, every=True)


def always(text: str) -> Callable[..., str]:
    return lambda report, **_: text
