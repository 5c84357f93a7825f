"""Compare calls of one function with literal arguments: the toolkit's results and Terraform's."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tests.sources.hcl.terraform_values import Truth, described, truths
from toolkit.sources.hcl.functions import library
from toolkit.sources.hcl.functions.signature import call
from toolkit.sources.hcl.syntax.native import parse_expression
from toolkit.sources.hcl.syntax.nodes import (
    BinaryOp,
    Expression,
    FunctionCall,
    Literal,
    NumberText,
    ObjectCons,
    Parentheses,
    TupleCons,
    UnaryOp,
)
from toolkit.sources.hcl.syntax.source import Source
from toolkit.sources.hcl.values import numbers
from toolkit.sources.hcl.values.conversion import convert
from toolkit.sources.hcl.values.numbers import Float
from toolkit.sources.hcl.values.types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    list_of,
    map_of,
    set_of,
)
from toolkit.sources.hcl.values.values import (
    EvaluationError,
    Null,
    ObjectVal,
    TupleVal,
    UnknownVal,
    Value,
)

_CONVERSIONS: Final = {
    "tobool": BOOL,
    "tolist": list_of(DYNAMIC),
    "tomap": map_of(DYNAMIC),
    "tonumber": NUMBER,
    "toset": set_of(DYNAMIC),
    "tostring": STRING,
}
_INFINITE: Final = ("#+Inf", "#-Inf")


def arguments(text: str) -> list[Value]:
    """Return the values of an argument list: literals, lists, objects, conversions and
    quotients.
    """
    node = parse_expression(Source("-", f"[{text}]"))
    assert isinstance(node, TupleCons)
    return [_value(item) for item in node.items]


def outcome(name: str, text: str) -> Truth | UnknownVal:
    """Return the toolkit's result of a call in Terraform's form, or that it is unknown."""
    function = library.find(name)
    assert function is not None
    try:
        result = call(function, arguments(text), files=None, has=bool)  # type: ignore[arg-type]
    except EvaluationError as error:
        return Truth(refused=error.message)
    if isinstance(result, UnknownVal):
        return result
    truth = described(result)
    return Truth(refused="INFINITE") if _is_infinite(truth.value) else truth


def agree(ours: Truth | UnknownVal, judged: Truth) -> bool:
    """Whether two results agree; an unknown result agrees with everything."""
    if isinstance(ours, UnknownVal):
        return True
    if (ours.value, ours.refused, judged.type) == (None, None, "dynamic"):
        # A state omits a null output, and with it the type.
        return judged.value is None and judged.refused is None
    if ours.refused is None or judged.refused is None:
        return ours == judged
    return (ours.refused == "INFINITE") == judged.refused.startswith("INFINITE")


def judged(calls: Sequence[str]) -> list[Truth]:
    """Return Terraform's results of calls. It runs twice, and gives no reason for some refusals."""
    asked = (f"[can({each}), can(jsonencode({each}))]" for each in calls)
    accepted = truths([f"[{', '.join(asked)}]"])[0].value
    # JSON, and so a state, cannot hold an infinite number.
    finite = [call for call, answer in zip(calls, accepted, strict=True) if answer == [True, True]]
    made = truths([f"[{', '.join(finite)}]"])[0]
    results = map(Truth, made.type[1], made.value)
    return [
        Truth(refused="refused" if not is_fine else "INFINITE") if not is_finite else next(results)
        for is_fine, is_finite in accepted
    ]


def drawn_calls(
    drawn: Mapping[str, Callable[[random.Random], str]], count: int
) -> list[tuple[str, str]]:
    """Return names and argument lists, `count` for each function."""
    calls: list[tuple[str, str]] = []
    for name, draw in drawn.items():
        source = random.Random(name)
        calls += [(name, each) for each in sorted({draw(source) for _ in range(count)})]
    return calls


def differences(
    calls: Sequence[tuple[str, str]], unknowns: Sequence[str] = ()
) -> list[tuple[str, Truth | UnknownVal, Truth]]:
    """Return the calls with different results, and both results.

    An unknown result counts as different, except for the functions in `unknowns`.
    """
    written = [f"{name}({text})" for name, text in calls]
    found: list[tuple[str, Truth | UnknownVal, Truth]] = []
    for (name, text), whole, told in zip(calls, written, judged(written), strict=True):
        ours = outcome(name, text)
        is_unknown = isinstance(ours, UnknownVal) and name not in unknowns
        if is_unknown or not agree(ours, told):
            found.append((whole, ours, told))
    return found


def _is_infinite(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_is_infinite, value))
    if isinstance(value, dict):
        return any(map(_is_infinite, value.values()))
    return value in _INFINITE


def _value(node: Expression) -> Value:
    if isinstance(node, Literal):
        return _literal(node.value)
    if isinstance(node, TupleCons):
        return TupleVal([_value(item) for item in node.items])
    if isinstance(node, ObjectCons):
        return ObjectVal(
            {str(convert(_value(key), STRING)): _value(item) for key, item in node.items}
        )
    if isinstance(node, Parentheses):
        return _value(node.inner)
    if isinstance(node, UnaryOp):
        return numbers.negate(_number(node.operand))
    if isinstance(node, BinaryOp) and node.operator == "/":
        return numbers.divide(_number(node.left), _number(node.right))
    assert isinstance(node, FunctionCall), node
    return convert(_value(node.arguments[0]), _CONVERSIONS[node.name])


def _literal(value: object) -> Value:
    if value is None:
        return Null()
    if isinstance(value, NumberText):
        found = numbers.number(value)
        assert found is not None
        return found
    assert isinstance(value, str | bool | int)
    return value


def _number(node: Expression) -> int | Float:
    value = _value(node)
    assert isinstance(value, int | Float)
    return value
