"""The functions of numbers, against Terraform."""

from __future__ import annotations

import pytest

from tests.proof.arguments.numeric import DRAWN
from tests.sources.hcl.functions.literals import arguments, drawn_calls, judged
from toolkit.sources.hcl.functions import library
from toolkit.sources.hcl.functions.signature import call
from toolkit.sources.hcl.values import (
    NUMBER,
    EvaluationError,
    Float,
    Reason,
    UnknownVal,
    Value,
    doubts,
    numbers,
)
from toolkit.sources.hcl.values.budget import OverBudget
from toolkit.sources.hcl.values.numbers import Int53

_UNKNOWN = UnknownVal(NUMBER, [Reason("var.n", "a value")])
_NOT_NULL = UnknownVal(NUMBER, [Reason("var.n", "a value")], not_null=True)
_EDGES = [
    *(("pow", f"{base}, {whole}.5") for base in (2, 3, 7.3, 0.2, 123) for whole in range(-3, 6)),
    *(("pow", f"{1 + at / 7}, {at / 11}") for at in range(1, 120)),
    *(("pow", f"{base}, {power}") for base in (0, -0.0, 1, -1, 2, -2, 0.5, "1/0", "-1/0")
      for power in (0, 1, -1, 2, -3, 0.5, -0.5, 1e19, -1e19, "1/0", "-1/0")),
    *(("pow", f"{7 * 10**at}, 0.{at}3") for at in range(40)),
    *(("log", f"{at / 13}, {base}") for at in range(1, 80) for base in (2, 10)),
]  # fmt: skip


@pytest.mark.terraform
def test_drawn_calls_come_to_what_terraform_makes_of_them() -> None:
    """The digits show the sign of zero and infinity, and a quotient shows the precision."""
    calls = [*drawn_calls(DRAWN, 250), *_EDGES]
    written = [f"{name}({each})" for name, each in calls]
    told = judged([f"[tostring({each}), tostring({each} / pow(3, 1))]" for each in written])
    ours = [_digits(name, each) for name, each in calls]
    pairs = zip(written, ours, told, strict=True)
    assert [each for each in pairs if each[1] != each[2].value] == []


def _digits(name: str, text: str) -> list[str] | None:
    try:
        value = _called(name, *arguments(text))
    except EvaluationError:
        return None
    assert isinstance(value, int | Float)
    return [numbers.text(value), numbers.text(numbers.divide(value, Int53(3)))]


def _called(name: str, *values: Value) -> Value:
    function = library.find(name)
    assert function is not None
    return call(function, values, files=None, has=bool)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "arguments", "may_be_refused"),
    [
        ("abs", [_NOT_NULL], False),
        ("max", [1, _NOT_NULL], False),
        ("ceil", [_NOT_NULL], False),
        # The unknown may be null, which no parameter here accepts.
        ("ceil", [_UNKNOWN], True),
        ("signum", [_UNKNOWN], True),
        ("log", [_UNKNOWN, 2], True),
        ("parseint", ["ff", _UNKNOWN], True),
    ],
)
def test_an_unknown_number_makes_an_unknown_one(
    name: str, arguments: list[Value], may_be_refused: bool
) -> None:
    before = doubts.count
    result = _called(name, *arguments)
    assert isinstance(result, UnknownVal)
    assert result.type == NUMBER
    assert (doubts.count > before) is may_be_refused


def test_a_number_of_too_many_digits_is_over_budget() -> None:
    with pytest.raises(OverBudget):
        _called("parseint", "1" * 100_000, 10)


def test_a_whole_number_equals_that_of_another_precision() -> None:
    parsed = _called("parseint", str(10**40), 10)
    assert parsed == 10**40
    assert hash(parsed) == hash(10**40)
