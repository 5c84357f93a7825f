"""Functions that format values with a printf-style template.

Source: cty 1.16, stdlib/format.go; Go's fmt and math/big, which print the numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import reduce
from typing import Final

from msgspec import Struct

from toolkit.lazily import pattern
from toolkit.sources.hcl.functions.graphemes import count_graphemes, graphemes
from toolkit.sources.hcl.functions.json_documents import encode
from toolkit.sources.hcl.functions.signature import Definitions, Nullable
from toolkit.sources.hcl.functions.strings import concatenated
from toolkit.sources.hcl.values import (
    BOOL,
    DYNAMIC,
    NUMBER,
    SEQUENCES,
    STRING,
    EvaluationError,
    Float,
    ListVal,
    Null,
    Reason,
    Type,
    UnknownVal,
    Value,
    convert,
    doubt,
    list_of,
    numbers,
    reasons_of,
    type_of,
    unknown,
)
from toolkit.sources.hcl.values.budget import OverBudget, check_elements, check_length
from toolkit.sources.hcl.values.numbers import Number

define: Final = Definitions()

_VERB: Final = pattern(
    r"%([-+# 0]*)([1-9][0-9]*)?(?:\.([0-9]*))?(?:\[([1-9][0-9]*)\])?([A-Za-z])|(%%)"
)
_BASES: Final = {"b": "0b", "o": "0", "x": "0x", "X": "0X", "d": ""}
_FLOATS: Final = frozenset("eEfgG")
_INTEGERS: Final = frozenset(_BASES)
#: Go rejects a width or precision once its leading digits exceed this.
_LARGEST_OF_GO: Final = 1_000_000
#: The largest binary exponent of a number that is printed here.
_LARGEST_EXPONENT: Final = 100_000
_UNTYPED_NULL: Final = Reason("a null without a type that is formatted", "no input at all")


class _Verb(Struct, frozen=True):
    """One verb; `width` and `precision` are as written, or None if absent."""

    flags: str
    width: str | None
    precision: str | None
    argument: int
    letter: str


class _Template(Struct, frozen=True):
    parts: Sequence[str | _Verb]
    #: The number of arguments that the template takes.
    arguments: int


@define(STRING, rest=Nullable(DYNAMIC), returns=STRING, partial=True)
def format_(template: Value, *arguments: Value) -> Value:
    open_ = _of_no_type(template, arguments)
    if open_ is not None:
        return open_
    if not isinstance(template, str):
        doubt(reasons_of(template, *arguments))
        return unknown(STRING, template, *arguments, not_null=True)
    return _formatted(_parsed(template), arguments)


def _of_no_type(template: Value, arguments: Sequence[Value]) -> UnknownVal | None:
    """Return the unknown result of an untyped argument, literal null included."""
    if not any(type_of(each).kind == "dynamic" for each in arguments):
        return None
    reasons = reasons_of(template, *arguments)
    if reasons:
        doubt(reasons)
    return UnknownVal(DYNAMIC, reasons or (_UNTYPED_NULL,))


@define(STRING, rest=Nullable(DYNAMIC), returns=list_of(STRING), partial=True)
def formatlist(template: Value, *arguments: Value) -> Value:
    open_ = _of_no_type(template, arguments)
    if open_ is not None:
        return open_
    iterated = [each for each in arguments if isinstance(each, SEQUENCES)]
    lengths = {len(each.items) for each in iterated}
    if len(lengths) > 1:
        raise EvaluationError("formatlist() takes lists of one length")
    unsure = [each for each in arguments if _is_unknown_sequence(each)]
    if unsure or not isinstance(template, str):
        doubt(reasons_of(template, *arguments))
        if len(unsure) == 1 and not iterated and isinstance(template, str):
            return _of_unsure(_parsed(template), arguments, unsure[0])
        return unknown(list_of(STRING), template, *arguments, not_null=True)
    count = lengths.pop() if lengths else 1
    check_elements(count)
    if not count:
        return ListVal([], STRING)
    return _each_formatted(_parsed(template), arguments, count)


def _is_unknown_sequence(value: Value) -> bool:
    return isinstance(value, UnknownVal) and value.type.is_sequence


def _of_unsure(template: _Template, arguments: Sequence[Value], unsure: Value) -> Value:
    """Return the strings made from the elements that a list surely has."""
    assert isinstance(unsure, UnknownVal)  # noqa: S101 - for mypy
    items = list(unsure.sure) if not isinstance(unsure.sure, dict) else []
    sure = ListVal(items, DYNAMIC)
    taken = [sure if each is unsure else each for each in arguments]
    made = _each_formatted(template, taken, len(items)) if items else sure
    return UnknownVal(
        list_of(STRING),
        reasons_of(*arguments),
        sure=made.items,
        complete=unsure.complete,
        not_null=True,
    )


def _each_formatted(template: _Template, arguments: Sequence[Value], count: int) -> ListVal:
    found: list[Value] = []
    length = 0
    for at in range(count):
        row = [each.items[at] if isinstance(each, SEQUENCES) else each for each in arguments]
        text = _formatted(template, row)
        if isinstance(text, str):
            length += len(text)
            check_length(length)
        found.append(text)
    return ListVal(found, STRING)


def _parsed(template: str) -> _Template:
    """Parse a template. Raises `EvaluationError` for an invalid one."""
    parts: list[str | _Verb] = []
    at, following, last = 0, 1, 0
    while (percent := template.find("%", at)) >= 0:
        found = _VERB.match(template, percent)
        if found is None:
            raise EvaluationError("the template has a % without a verb; %% stands for one")
        parts.append(template[at:percent])
        at = found.end()
        if found[6]:
            parts.append("%")
            continue
        argument = _wrapped(found[4]) if found[4] else following
        parts.append(_Verb(found[1], found[2], found[3], argument, found[5]))
        last = max(last, argument)
        following = argument + 1
    parts.append(template[at:])
    return _Template(parts, last)


def _wrapped(digits: str) -> int:
    """Return a number wrapped to 64 bits."""
    value = reduce(lambda number, digit: (number * 10 + int(digit)) % 2**64, digits, 0)
    return value - 2**64 if value >= 2**63 else value


def _formatted(template: _Template, arguments: Sequence[Value]) -> Value:
    parts: list[Value] = []
    for part in template.parts:
        if isinstance(part, str):
            parts.append(part)
        elif not 0 < part.argument <= len(arguments):
            raise EvaluationError("the template has more verbs than there are arguments")
        else:
            parts.append(_part(part, arguments[part.argument - 1]))
    if template.arguments < len(arguments):
        raise EvaluationError("there are more arguments than the template has verbs")
    return concatenated(parts)


def _part(verb: _Verb, value: Value) -> Value:
    letter = verb.letter
    if letter == "v":
        return _as_it_is(verb, value)
    if isinstance(value, Null):
        raise EvaluationError(f"%{letter} takes no null")
    if letter == "t":
        found = _converted(value, BOOL)
        if isinstance(found, UnknownVal):
            return found
        return "true" if found else "false"
    if letter in _INTEGERS or letter in _FLOATS:
        number = _converted(value, NUMBER)
        if not isinstance(number, int | Float):
            if letter in _INTEGERS:
                doubt(reasons_of(value))
            return unknown(STRING, value, not_null=True)
        return _integer(verb, number) if letter in _INTEGERS else _float(verb, number)
    if letter not in "sq":
        raise EvaluationError(f"there is no verb %{letter}")
    text = _converted(value, STRING)
    count = _wrapped(verb.precision or "0")
    if count > 0:
        if not isinstance(text, str):
            return unknown(STRING, value, not_null=True)
        if len(text) > count:
            text = "".join(graphemes(text)[:count])
    return _padded(verb, text if letter == "s" else encode(text))


def _converted(value: Value, wanted: Type) -> Value:
    found = convert(value, wanted)
    if isinstance(found, UnknownVal):
        if not found.not_null:
            doubt(found.reasons)
        if wanted is not STRING or not found.not_null:
            return UnknownVal(STRING, found.reasons, not_null=True, template=found.template)
    return found


def _as_it_is(verb: _Verb, value: Value) -> Value:
    """Return %v, which prints JSON for all but strings and numbers; with "#" for these too."""
    kind = type_of(value)
    if "#" in verb.flags or isinstance(value, Null) or kind not in (STRING, NUMBER):
        return _padded(verb, encode(value))
    if isinstance(value, UnknownVal) and not value.not_null:
        # A null is printed as well.
        value = UnknownVal(STRING, value.reasons, not_null=True)
    elif isinstance(value, int | Float):
        value = _shortest(value)
    return _padded(verb, value)


def _padded(verb: _Verb, text: Value) -> Value:
    """Pad the text to a verb's width, counted in grapheme clusters."""
    width = _wrapped(verb.width) if verb.width else 0
    if width <= 0:
        return text
    if not isinstance(text, str):
        return unknown(STRING, text, not_null=True)
    check_length(width)
    missing = ("0" if "0" in verb.flags else " ") * (width - count_graphemes(text))
    return text + missing if "-" in verb.flags else missing + text


# Numbers, as Go prints them


def _sizes(verb: _Verb) -> tuple[int, int | None] | None:
    """Return width and precision; None if Go rejects one. Raises `OverBudget`."""
    found: list[int] = []
    for digits in (verb.width or "0", verb.precision or "0"):
        if _size(digits[:-1]) > _LARGEST_OF_GO:
            return None
        found.append(int(digits))
        check_length(found[-1])
    return found[0], None if verb.precision is None else found[1]


def _size(digits: str) -> int:
    """Return the number that the digits stand for, or another one that is also too large."""
    return int(digits.lstrip("0")[:10] or "0")


def _integer(verb: _Verb, value: Number) -> str:
    if not numbers.is_whole(value):
        raise EvaluationError(f"%{verb.letter} takes a whole number")
    number = numbers.truncated(value)
    size = abs(number)
    sizes = _sizes(verb)
    if sizes is None:
        return f"%!(NOVERB)%!(EXTRA *big.Int={Decimal(number)})"
    width, precision = sizes
    digits = str(Decimal(size)) if verb.letter == "d" else format(size, verb.letter)
    if precision == 0 and not size:
        return ""
    digits = digits.zfill(precision or 0)
    sign = _sign(verb, number < 0) + (_BASES[verb.letter] if "#" in verb.flags else "")
    missing = width - len(sign) - len(digits)
    if "-" in verb.flags:
        return sign + digits + " " * missing
    if "0" in verb.flags and precision is None:
        return sign + "0" * missing + digits
    return " " * missing + sign + digits


def _sign(verb: _Verb, negative: bool) -> str:
    if negative:
        return "-"
    return "+" if "+" in verb.flags else " " if " " in verb.flags else ""


def _float(verb: _Verb, value: Number) -> str:
    negative, size = numbers.is_negative(value), numbers.absolute(value)
    sizes = _sizes(verb)
    if sizes is None:
        return f"%!(NOVERB)%!(EXTRA *big.Float={_shortest(value)})"
    width, precision = sizes
    sign = _sign(verb, negative)
    zeros = "0" in verb.flags
    if numbers.is_infinite(value):
        zeros = False
        text = "Inf"
        sign = "-" if negative else " " if " " in verb.flags else "+"
    elif verb.letter in "gG":
        text = _general(size, precision)
    else:
        text = _rounded(size, 6 if precision is None else precision, verb.letter.lower())
    if verb.letter in "EG":
        text = text.replace("e", "E")
    missing = width - len(sign) - len(text)
    if zeros:
        return sign + "0" * missing + text
    return sign + text + " " * missing if "-" in verb.flags else " " * missing + sign + text


def _shortest(value: Number) -> str:
    """Return a number as %v prints it."""
    if numbers.is_infinite(value):
        return numbers.text(value)
    return ("-" if numbers.is_negative(value) else "") + _general(numbers.absolute(value), None)


def _rounded(size: Number, precision: int, letter: str) -> str:
    """Return a non-negative number with this many digits after its point."""
    value = _decimal(size)
    mantissa, e, exponent = format(value, f".{precision}{letter}").partition("e")
    if not e:
        return mantissa
    return f"{mantissa}e{exponent[0]}{exponent[1:].zfill(2)}" if value else f"{mantissa}e+00"


def _decimal(size: Number) -> Decimal:
    """Return the exact value."""
    if isinstance(size, int):
        return Decimal(size)
    exponent = size.exponent or 0
    if abs(exponent) > _LARGEST_EXPONENT:
        raise OverBudget
    if exponent >= 0:
        return Decimal(size.mantissa << exponent)
    return Decimal(f"{Decimal(size.mantissa * 5**-exponent)}e{exponent}")


def _general(size: Number, precision: int | None) -> str:
    """Return a non-negative number as %g prints it: with an exponent if that is large.

    Without a precision, print the fewest digits that identify the number.
    """
    if precision is None:
        text = numbers.text(size)
        whole, _, fraction = text.partition(".")
        digits = (whole + fraction).lstrip("0")
        point = len(whole) if whole != "0" else len(digits) - len(fraction)
        digits = digits.rstrip("0")
        limit = 6
    else:
        mantissa, _, exponent = _rounded(size, max(precision, 1) - 1, "e").partition("e")
        digits = mantissa.replace(".", "").rstrip("0")
        point = int(exponent) + 1
        limit = max(precision, 1)
        if limit > len(digits) >= point:
            limit = len(digits)
    if not digits:
        return "0"
    if -4 <= point - 1 < limit:
        whole = digits[:point].ljust(point, "0") if point > 0 else "0"
        fraction = digits[point:] if point > 0 else "0" * -point + digits
        return f"{whole}.{fraction}" if fraction else whole
    mantissa = f"{digits[0]}.{digits[1:]}" if len(digits) > 1 else digits
    return f"{mantissa}e{'-' if point < 1 else '+'}{abs(point - 1):02}"
