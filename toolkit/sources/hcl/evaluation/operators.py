"""Results of operators, and the common type of both results of a condition."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from toolkit.sources.hcl import values as cty
from toolkit.sources.hcl.functions.signature import Behaviour, Has
from toolkit.sources.hcl.values import EvaluationError, Type, UnknownVal, Value, numbers

#: A value, or the error with which Terraform refuses the expression.
Outcome: TypeAlias = "Value | EvaluationError"

_COMPARISONS: Final[Mapping[str, Callable[[int], bool]]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}
_ARITHMETIC: Final = {
    "+": numbers.add,
    "-": numbers.subtract,
    "*": numbers.multiply,
    "/": numbers.divide,
    "%": numbers.modulo,
}


def result_type(operator: str) -> Type:
    """Return the type of a binary operator's result."""
    return cty.NUMBER if operator in _ARITHMETIC else cty.BOOL


def binary(operator: str, left: Value, right: Value) -> Value:
    """Return the result of a binary operator that is not logical. Raises `EvaluationError`."""
    if operator in ("==", "!="):
        return _compared(left, right, negated=operator == "!=")
    left, left_marks = cty.unmark(left)
    right, right_marks = cty.unmark(right)
    result = result_type(operator)
    one, two = (_operand(operator, each, cty.NUMBER, result) for each in (left, right))
    if isinstance(one, UnknownVal) or isinstance(two, UnknownVal):
        if operator in "/%":
            cty.doubt(cty.reasons_of(one, two))
        found: Value = cty.unknown(result, one, two, not_null=True)
    elif result is cty.BOOL:
        found = _COMPARISONS[operator](numbers.compare(one, two))  # type: ignore[arg-type]
    else:
        try:
            found = _ARITHMETIC[operator](one, two)  # type: ignore[arg-type]
        except numbers.NotANumberError as error:
            raise EvaluationError(str(error), result) from None
    return cty.mark(found, left_marks | right_marks)


def _operand(operator: str, value: Value, wanted: Type, result: Type) -> Value:
    try:
        found = cty.convert(value, wanted)
    except EvaluationError as error:
        raise EvaluationError(f"{operator} takes {wanted.name}s: {error.message}", result) from None
    if isinstance(found, cty.Null):
        raise EvaluationError(f"{operator} takes no null", result)
    if isinstance(found, UnknownVal) and not found.not_null:
        cty.doubt(found.reasons)
    return found


def _compared(left: Value, right: Value, *, negated: bool) -> Value:
    """Return the result of ``==`` or ``!=``; known after apply if it depends on ids."""
    one, one_marks = cty.unmark_deep(left)
    two, two_marks = cty.unmark_deep(right)
    marks = one_marks | two_marks
    answer = cty.equal(one, two)
    if answer is None:
        return cty.mark(cty.unknown(cty.BOOL, one, two, not_null=True), marks)
    if cty.has_symbols(one) or cty.has_symbols(two):
        marks |= {cty.DEFERRED}
    return cty.mark(answer is not negated, marks)


def unary(operator: str, operand: Value) -> Value:
    """Return the result of ``!`` or ``-``. Raises `EvaluationError`."""
    bare, marks = cty.unmark(operand)
    kind = cty.BOOL if operator == "!" else cty.NUMBER
    value = _operand(operator, bare, kind, kind)
    if isinstance(value, UnknownVal):
        return cty.mark(cty.unknown(kind, value, not_null=True), marks)
    if isinstance(value, bool):
        return cty.mark(not value, marks)
    return cty.mark(numbers.negate(value), marks)  # type: ignore[arg-type]


def logical(operator: str, sides: Sequence[Outcome], has: Has) -> Value:
    """Return the result of ``&&`` or ``||``. Raises `EvaluationError`.

    An error in one side is ignored if the other side decides and the tool stops early.
    """
    decisive = operator == "||"
    values: list[Value] = []
    marks = cty.NO_MARKS
    problem: EvaluationError | None = None
    for side in sides:
        if isinstance(side, EvaluationError):
            problem = problem or side
            continue
        bare, own = cty.unmark(side)
        marks |= own
        value = cty.convert(bare, cty.BOOL)
        if isinstance(value, cty.Null):
            problem = problem or EvaluationError(f"{operator} takes no null", cty.BOOL)
            # A version that stops early treats null as false.
            value = False
        values.append(value)
    if problem is not None:
        if any(value is decisive for value in values) and has(Behaviour.EARLY_STOP):
            return cty.mark(decisive, marks)
        raise problem
    for value in values:
        if isinstance(value, UnknownVal) and not value.not_null:
            cty.doubt(value.reasons)
    if any(value is decisive for value in values):
        return cty.mark(decisive, marks)
    if any(isinstance(value, UnknownVal) for value in values):
        return cty.mark(cty.unknown(cty.BOOL, *values, not_null=True), marks)
    return cty.mark(not decisive, marks)


class ConditionType:
    """The type to which a condition converts its results. Raises `EvaluationError`.

    A result that is `in_doubt` may still be refused, and then has no type.
    """

    def __init__(self, results: Sequence[Outcome], *, in_doubt: bool = False) -> None:
        kinds = [each.type if isinstance(each, EvaluationError) else cty.type_of(each)
                 for each in results]  # fmt: skip
        nulls = [_is_bare_null(each) for each in results]
        # An unknown of unknown type may turn out to have a type to which the other result is
        # converted.
        self._is_open = False
        if any(nulls):
            self.kind = kinds[1] if nulls[0] else kinds[0]
            return
        if cty.DYNAMIC in kinds:
            self.kind = cty.DYNAMIC
            self._is_open = any(_is_untyped(each) for each in results)
            return
        found = cty.unify(kinds)
        if in_doubt and any(kind != kinds[0] for kind in kinds):
            # Terraform knows no type for a refused result, and then leaves the other one as it is.
            cty.doubt(cty.doubts.reasons)
            found = cty.DYNAMIC
        if found is None:
            raise EvaluationError("both results of a condition must have one type in common")
        self.kind = found
        self._is_open = found is cty.DYNAMIC

    def convert(self, result: Outcome) -> Value:
        """Return the selected result, converted. Raises `EvaluationError`."""
        if isinstance(result, EvaluationError):
            raise result
        return _of_open_type(result) if self._is_open else cty.convert(result, self.kind)


def _is_bare_null(outcome: Outcome) -> bool:
    return isinstance(outcome, cty.Null) and outcome.type.kind == "dynamic"


def _is_untyped(outcome: Outcome) -> bool:
    if isinstance(outcome, EvaluationError):
        return False
    bare, _ = cty.unmark(outcome)
    return isinstance(bare, UnknownVal) and bare.type is cty.DYNAMIC


def _of_open_type(value: Value) -> Value:
    """Return a value that may still be converted: only what no conversion changes."""
    bare, marks = cty.unmark(value)
    if isinstance(bare, (str, UnknownVal, cty.Null, *cty.SYMBOLIC)):
        return value
    sure: Sequence[Value] = ()
    if isinstance(bare, cty.SEQUENCES):
        texts = [item for item in bare.items if isinstance(cty.unmark(item)[0], str)]
        sure = texts if len(texts) == len(bare.items) else ()
    complete = isinstance(bare, cty.SEQUENCES) and len(sure) == len(bare.items)
    reasons = cty.doubts.reasons
    return cty.mark(UnknownVal(cty.DYNAMIC, reasons, sure=sure, complete=complete), marks)
