"""What an expression comes to, as far as the input decides it.

tfparse evaluates Terraform whole, but loses what it cannot decide without a word. This pass follows
the same expressions and keeps track of what each part depends on: it evaluates structure (lists,
maps, references, conditions, `for`), and leaves every other function to tfparse, as `Computed`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from toolkit.sources.hcl import functions
from toolkit.sources.hcl.expressions import (
    Access,
    Call,
    Comprehension,
    Conditional,
    Expression,
    Literal,
    Mapping,
    Mixed,
    Operation,
    Reference,
    Sequence,
    Splat,
    Step,
    Template,
)
from toolkit.sources.hcl.references import follow
from toolkit.sources.hcl.scopes import Scope
from toolkit.sources.hcl.steps import select
from toolkit.sources.hcl.values import (
    BY_DECLARATION,
    BY_PLAN,
    Computed,
    Identifier,
    IdentifierSet,
    Missing,
    Partial,
    SetValue,
    Value,
    as_bool,
    as_text,
    combined,
    has_computed,
    is_plain,
    joined,
    missing,
    reasons_of,
)

_LOOKS_COMPUTED = "a condition"


def resolve(expression: Expression, scope: Scope) -> Value:
    """The value of an expression where it stands."""
    value = _RESOLVERS[type(expression)](expression, scope)
    if isinstance(value, Computed):
        scope.instance.root.left.count += 1
    return value


def _literal(expression: Literal, _scope: Scope) -> Value:
    return expression.value


def _template(expression: Template, scope: Scope) -> Value:
    return joined([resolve(part, scope) for part in expression.parts], "a template")


def _sequence(expression: Sequence, scope: Scope) -> Value:
    return [resolve(item, scope) for item in expression.items]


def _mapping(expression: Mapping, scope: Scope) -> Value:
    built: dict[str, Any] = {}
    for key_expression, item in expression.items:
        key = as_text(resolve(key_expression, scope))
        if key is None:
            parts = [resolve(part, scope) for pair in expression.items for part in pair]
            return combined(parts, "an object")
        built[key] = resolve(item, scope)
    return built


def _reference(expression: Reference, scope: Scope) -> Value:
    found, steps = follow(expression, scope)
    return _select(found, steps, scope, expression.text)


def _access(expression: Access, scope: Scope) -> Value:
    return _select(resolve(expression.base, scope), expression.steps, scope, "an expression")


def _select(value: Value, steps: tuple[Step, ...], scope: Scope, text: str) -> Value:
    settled: list[str | int | Splat | None] = []
    for step in steps:
        if isinstance(step, str | Splat):
            settled.append(step)
            continue
        index = resolve(step, scope)
        if isinstance(index, Missing):
            return Missing(reasons_of(index))
        if isinstance(index, float) and index.is_integer():
            index = int(index)
        usable = isinstance(index, str | int) and not isinstance(index, bool)
        settled.append(index if usable else None)  # type: ignore[arg-type]
    return select(value, settled, text)


def _call(expression: Call, scope: Scope) -> Value:
    if expression.name.removeprefix(functions.BUILT_IN) == "try" and not expression.expanded:
        return _try(expression, scope)
    arguments = [resolve(argument, scope) for argument in expression.arguments]
    if expression.expanded:
        last = arguments.pop()
        if not isinstance(last, list):
            return combined([*arguments, last], expression.text)
        arguments += last
    return functions.call(expression.name, arguments, expression.text)


def _try(expression: Call, scope: Scope) -> Value:
    """The first argument that is sure to have a value, if those before it are sure to have none.

    It has none if anything in it fails, even what is not part of the value: ``[f(), 1][1]``.
    """
    left = scope.instance.root.left
    before = left.count
    tried: list[Value] = []
    for argument in expression.arguments:
        left.count = before
        value = resolve(argument, scope)
        settled = left.count == before and not isinstance(value, Missing)
        if settled and not tried:
            return value
        if not (isinstance(value, Computed) and value.refused and not tried):
            tried.append(value)
    left.count = before
    return combined(tried, expression.text)


def _conditional(expression: Conditional, scope: Scope) -> Value:
    condition = resolve(expression.condition, scope)
    truth = as_bool(condition)
    if truth is not None:
        # Of the other branch only the type counts; it may fail.
        left = scope.instance.root.left
        before = left.count
        other = resolve(expression.no if truth else expression.yes, scope)
        left.count = before
        return _unified(resolve(expression.yes if truth else expression.no, scope), other)
    yes, no = resolve(expression.yes, scope), resolve(expression.no, scope)
    reasons = reasons_of(condition)
    if not reasons:
        # The evaluator knows which branch; what is unknown in either could be in that one.
        return combined([condition, yes, no], _LOOKS_COMPUTED)
    if is_plain(yes) and yes == no and type(yes) is type(no):
        return yes
    if isinstance(yes, list) and isinstance(no, list):
        shared = tuple(item for item in yes if is_plain(item) and item in no)
        return Partial(shared, reasons)
    return Missing(reasons)


def _unified(chosen: Value, other: Value) -> Value:
    """A branch in the type that it has in common with the other one."""
    shapes = {_shape(chosen), _shape(other)} - {None}
    if len(shapes) > 1:
        return Computed(_LOOKS_COMPUTED, refused=True)
    if isinstance(other, Computed) and isinstance(chosen, list) and chosen and is_plain(chosen):
        # Whether the other is a list or a set, or the two have no common type, it knows.
        return combined([chosen], _LOOKS_COMPUTED)
    if isinstance(chosen, list) and isinstance(other, list):
        if isinstance(chosen, SetValue) != isinstance(other, SetValue):
            # One of them becomes what the other is, and loses or gains an order.
            known = tuple(item for item in chosen if is_plain(item))
            whole = combined([chosen], _LOOKS_COMPUTED) if chosen else chosen
            return Partial(known, whole.reasons) if isinstance(whole, Missing) else whole
        if not other or not is_plain(chosen) or _kinds(chosen) == _kinds(other):
            return chosen
        return chosen if not chosen else combined([chosen], _LOOKS_COMPUTED)
    if (
        _is_scalar(chosen)
        and _is_scalar(other)
        and isinstance(chosen, str) != isinstance(other, str)
    ):
        return as_text(chosen)
    return chosen


def _shape(value: Value) -> str | None:
    """What shape of type a value has; None where it is not known, or may be any."""
    if isinstance(value, dict):
        return "map"
    if isinstance(value, list | Partial | IdentifierSet):
        return "list"
    return "scalar" if _is_scalar(value) or isinstance(value, Identifier) else None


def _kinds(members: list[Any]) -> frozenset[type]:
    return frozenset(type(member) for member in members)


def _is_scalar(value: Value) -> bool:
    return isinstance(value, str | int | float | bool)


def _comprehension(expression: Comprehension, scope: Scope) -> Value:
    collection = resolve(expression.collection, scope)
    pairs = _pairs(collection)
    if pairs is None or expression.grouped:
        return _unread(expression, collection, scope)
    items: list[Any] = []
    built: dict[str, Any] = {}
    reasons = list(collection.reasons) if isinstance(collection, Partial) else []
    for key, member in pairs:
        inner = _loop(expression, scope, key, member)
        if expression.condition is not None:
            kept = resolve(expression.condition, inner)
            if as_bool(kept) is False:
                continue
            if as_bool(kept) is None:
                if not reasons_of(kept):
                    return _unread(expression, collection, scope)
                reasons += reasons_of(kept)
                continue
        value = resolve(expression.value, inner)
        if expression.key is None:
            items.append(value)
            continue
        name = as_text(resolve(expression.key, inner))
        if name is None or name in built:
            return _unread(expression, collection, scope)
        built[name] = value
    if expression.key is not None:
        return Missing(tuple(dict.fromkeys(reasons))) if reasons else built
    return Partial(tuple(items), tuple(dict.fromkeys(reasons))) if reasons else items


def _pairs(collection: Value) -> list[tuple[Value, Value]] | None:
    """The members that a `for` runs over, with their keys; None where they are not known."""
    if isinstance(collection, dict):
        return [(key, collection[key]) for key in sorted(collection)]
    if isinstance(collection, SetValue):
        return [(item, item) for item in collection]
    if isinstance(collection, list):
        return list(enumerate(collection))
    if isinstance(collection, Partial):
        why = Missing(collection.reasons)
        return [(why, item) for item in collection.items]
    return None


def _loop(expression: Comprehension, scope: Scope, key: Value, member: Value) -> Scope:
    if len(expression.names) == 1:
        return scope.within(**{expression.names[0]: member})
    return scope.within(**{expression.names[0]: key, expression.names[1]: member})


def _unread(expression: Comprehension, collection: Value, scope: Scope) -> Value:
    """A `for` that is the evaluator's, unless something that it refers to is unknown."""
    blank = Computed("a for expression")
    inner = _loop(expression, scope, blank, blank)
    parts = [expression.value, expression.key, expression.condition]
    values = [resolve(part, inner) for part in parts if part is not None]
    return combined([collection, *values], "a for expression")


_LOGIC = frozenset({"&&", "||"})


def _operation(expression: Operation, scope: Scope) -> Value:
    operands = [resolve(operand, scope) for operand in expression.operands]
    operator = expression.operator
    if operator in _LOGIC and len(operands) == 2:
        truths = [as_bool(operand) for operand in operands]
        if None not in truths:
            return any(truths) if operator == "||" else all(truths)
    if operator == "!" and len(operands) == 1:
        truth = as_bool(operands[0])
        if truth is not None:
            return not truth
    if operator in ("==", "!=") and len(operands) == 2:
        equal = _equal(*operands)
        if equal is not None:
            return equal if operator == "==" else not equal
    if operator in _COMPARISONS and len(operands) == 2 and all(map(_is_number, operands)):
        return _COMPARISONS[operator](operands[0], operands[1])
    if operator in _ARITHMETIC and len(operands) == 2:
        whole = _whole(operator, *operands)
        if whole is not None:
            return whole
    if operator == "-" and len(operands) == 1 and _is_number(operands[0]):
        # There is a zero with a sign, as among floats.
        return -(operands[0] or float(operands[0]))  # type: ignore[operator,arg-type]
    return combined(operands, f"an expression with {operator}")


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


_ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
}
#: Terraform's numbers have more digits than that, and so do Python's.
_LARGE = 2**53


def _whole(operator: str, left: Value, right: Value) -> int | None:
    """What arithmetic makes of two whole numbers; None for others, and where a zero has a sign."""
    if type(left) is not int or type(right) is not int:
        return None
    result = _ARITHMETIC[operator](left, right)
    signed = result == 0 and operator == "*" and min(left, right) < 0
    return None if signed or abs(result) > _LARGE else result


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _equal(left: Value, right: Value) -> bool | None:
    """Whether two values are equal; None where that is the evaluator's to say."""
    if left is None or right is None:
        other = right if left is None else left
        if isinstance(other, Missing | Computed) or has_computed(other):
            return None
        return other is None
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if _is_number(left) and _is_number(right):
        return left == right
    if isinstance(left, bool) and isinstance(right, bool):
        return left == right
    return None


def _mixed(expression: Mixed, scope: Scope) -> Value:
    # Nor does tfparse know what stands in such a text, nor a number of that many digits.
    if not expression.parts and ("${" in expression.text or expression.text[0] in "-0123456789"):
        return missing(expression.text, BY_PLAN)
    found = combined([resolve(part, scope) for part in expression.parts], expression.text)
    if not isinstance(found, Missing):
        return found
    # A directive may name things of its own, which nothing else declares.
    reasons = (
        reason._replace(decided_by=BY_PLAN) if reason.decided_by == BY_DECLARATION else reason
        for reason in found.reasons
    )
    return Missing(tuple(dict.fromkeys(reasons)))


_RESOLVERS: dict[type, Callable[[Any, Scope], Value]] = {
    Literal: _literal,
    Template: _template,
    Sequence: _sequence,
    Mapping: _mapping,
    Reference: _reference,
    Access: _access,
    Call: _call,
    Conditional: _conditional,
    Comprehension: _comprehension,
    Operation: _operation,
    Mixed: _mixed,
}
