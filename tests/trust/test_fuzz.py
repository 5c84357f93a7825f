"""A short run of `make fuzz`, with inputs that are the same every time."""

from __future__ import annotations

import itertools

import pytest

from tests.trust.fuzz import TARGETS, Target, fuzz, inputs


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_whatever_is_given_there_is_a_report_or_an_error(target: Target) -> None:
    came = fuzz(target, 100, seed=1)
    assert came["finding"] == 0
    assert came["lost process"] == 0
    # Inputs of which none is understood would reach no more than the parser.
    assert came["report"] > 0
    assert came["error"] > 0


def test_the_same_seed_makes_the_same_inputs() -> None:
    first, again, other = (
        list(itertools.islice(inputs(TARGETS[0], seed), 20)) for seed in (3, 3, 4)
    )
    assert first == again != other
