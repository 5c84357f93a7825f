"""A short run of `make fuzz`, by Hypothesis: inputs are the same every time, and made smaller."""

from __future__ import annotations

import itertools
import random
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.trust.fuzz import inputs, made, trying
from tests.trust.targets import TARGETS, Target


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_whatever_is_given_there_is_a_report_or_an_error(target: Target) -> None:
    came: Counter[str] = Counter()
    real = list(target.real())
    with trying(target) as attempt:

        @settings(
            max_examples=50,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(st.randoms(use_true_random=False))
        def try_one(source: random.Random) -> None:
            came[attempt(made(target, real, source))] += 1

        try_one()
    # Inputs of which none is understood would reach no more than the parser.
    assert came["report"] > 0
    assert came["error"] > 0


def test_the_same_seed_makes_the_same_inputs() -> None:
    first, again, other = (
        list(itertools.islice(inputs(TARGETS[0], seed), 20)) for seed in (3, 3, 4)
    )
    assert first == again != other
