"""Terraform's numbers: binary floating point of 512 bits, computed and printed as in cty.

A whole number below 2^512 is an int; any other is a `Float`. Lengths and similar results have fewer
bits (`Int64`, `Int53`), and so has a quotient of two such numbers. A whole number of yet another
precision, as parseint() makes it, is a `Float` too. Source: Go's math/big, cty 1.16.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from toolkit.lazily import pattern
from toolkit.sources.hcl.values.budget import OverBudget

PRECISION: Final = 512
_LARGEST_EXPONENT: Final = 2**31 - 1
#: The limit on decimal exponents and on the digits of a text.
_MOST_DIGITS: Final = 100_000
#: Python converts longer texts only if its limit is raised.
_CHUNK: Final = 4_000
_DECIMAL: Final = pattern(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:([eEpP])([+-]?[0-9]+))?")
_INFINITE: Final = pattern(r"[+-]?[iI]nf")


class NumberTooLarge(OverBudget):
    """A number with more digits than the limit; it is not computed."""


class Int64(int):
    """A whole number of 64 bits, from counting."""


class Int53(int):
    """A whole number computed as a 64-bit float."""


class Float:
    """``mantissa * 2**exponent``, rounded to `precision` bits.

    The mantissa is odd, or 0 for negative zero; the exponent None means infinity.
    """

    __slots__ = ("exponent", "mantissa", "negative", "precision")

    def __init__(self, negative: bool, mantissa: int, exponent: int | None, precision: int) -> None:
        self.negative = negative
        self.mantissa = mantissa
        self.exponent = exponent
        self.precision = precision

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Float | int) and compare(self, other) == 0

    def __hash__(self) -> int:
        if self.exponent is None or self.exponent < 0 or self.exponent > PRECISION:
            return hash((self.negative, self.mantissa, self.exponent))
        # The hash equals that of an int of the same value.
        return hash(whole(self))


Number: TypeAlias = int | Float
_BITS: Final[dict[int, type[Int64] | type[Int53]]] = {64: Int64, 53: Int53}


class NotANumberError(Exception):
    """The result of an operation on infinities is undefined."""


def number(text: str) -> Number | None:
    """Return the number of a decimal text; None for any other text.

    An exponent after "p" is a power of 2. Raises `NumberTooLarge`.
    """
    found = _DECIMAL.fullmatch(text)
    if found is None or not (found[2] or found[3]):
        return Float(text[0] == "-", 1, None, PRECISION) if _INFINITE.fullmatch(text) else None
    sign, whole, fraction, exponent = found[1], found[2], found[3] or "", found[5] or "0"
    negative = sign == "-"
    digits = _int((whole + fraction).lstrip("0") or "0")
    if not digits:
        return _rounded(negative, 0, 0, PRECISION)
    if len(exponent) > 10 or abs(int(exponent)) > _MOST_DIGITS or len(text) > _MOST_DIGITS:
        raise NumberTooLarge
    if found[4] in ("p", "P"):
        return _quotient(negative, digits, 10 ** len(fraction), int(exponent), PRECISION)
    power = int(exponent) - len(fraction)
    if power >= 0:
        return _rounded(negative, digits * 10**power, 0, PRECISION)
    return _quotient(negative, digits, 10**-power, 0, PRECISION)


def of_whole(value: int, precision: int | None = None) -> Number:
    """Return a whole number with a precision in bits; by default its own length, at least 64."""
    if precision is None:
        precision = max(value.bit_length(), 64)
    return _rounded(value < 0, abs(value), 0, precision)


def of_float(value: float) -> Number:
    """Return a 64-bit float as a number; it must not be NaN."""
    if value in (float("inf"), float("-inf")):
        return Float(value < 0, 1, None, 53)
    numerator, denominator = value.as_integer_ratio()
    negative = str(value).startswith("-")
    return _rounded(negative, abs(numerator), 1 - denominator.bit_length(), 53)


def to_float(value: Number) -> float:
    """Return the nearest 64-bit float."""
    if isinstance(value, int):
        negative, mantissa, exponent = value < 0, abs(value), 0
    elif value.exponent is None:
        return float("-inf") if value.negative else float("inf")
    else:
        negative, mantissa, exponent = value.negative, value.mantissa, value.exponent
    excess = max(mantissa.bit_length() - 2000, 0)
    try:
        shifted = max(min(exponent + excess, 5000), -5000)
        size = (
            (mantissa >> excess) * (1 << shifted)
            if shifted >= 0
            else (mantissa >> excess) / (1 << -shifted)
        )
        return -float(size) if negative else float(size)
    except OverflowError:
        return float("-inf") if negative else float("inf")


def is_whole(value: Number) -> bool:
    return isinstance(value, int) or (value.exponent is not None and value.exponent >= 0)


def whole(value: Number) -> int | None:
    """Return the value as an int; None if it has a fraction, is infinite or is too large."""
    if isinstance(value, int):
        return int(value)
    if value.exponent is None or value.exponent < 0 or value.exponent > _MOST_DIGITS:
        return None
    size = value.mantissa << value.exponent
    return -size if value.negative else size


def truncated(value: Number) -> int:
    """Return the value without its fraction. Raises `NumberTooLarge`."""
    if isinstance(value, int):
        return int(value)
    if value.exponent is None or value.exponent > _MOST_DIGITS:
        raise NumberTooLarge
    size = (
        value.mantissa << value.exponent
        if value.exponent >= 0
        else value.mantissa >> -value.exponent
    )
    return -size if value.negative else size


def negate(value: Number) -> Number:
    if isinstance(value, int):
        return Float(True, 0, 0, _precision(value)) if not value else _like(-value, value)
    if value.negative and not value.mantissa:
        return _of_int(0, value.precision)
    return Float(not value.negative, value.mantissa, value.exponent, value.precision)


def absolute(value: Number) -> Number:
    return negate(value) if is_negative(value) else value


def is_negative(value: Number) -> bool:
    """Whether the value has a minus sign; negative zero has one."""
    return value < 0 if isinstance(value, int) else value.negative


def is_infinite(value: Number) -> bool:
    return isinstance(value, Float) and value.exponent is None


def add(left: Number, right: Number) -> Number:
    """Return ``left + right``. Raises `NotANumberError`."""
    if isinstance(left, int) and isinstance(right, int):
        return _checked(left + right, left, right)
    first, second = _parts(left), _parts(right)
    if first.exponent is None or second.exponent is None:
        if first.exponent is second.exponent and first.negative != second.negative:
            raise NotANumberError("can't subtract infinity from itself")
        return left if first.exponent is None else right
    precision = max(first.precision, second.precision)
    if not first.mantissa or not second.mantissa:
        negative = first.negative and second.negative
        kept = first if first.mantissa else second
        if kept.mantissa:
            return _rounded(kept.negative, kept.mantissa, kept.exponent or 0, precision)
        return _rounded(negative, 0, 0, precision)
    if _top(first) < _top(second):
        first, second = second, first
    low = min(first.exponent or 0, second.exponent or 0)
    if _top(first) - _top(second) > 2 * PRECISION:
        # The smaller one is less than half of the larger one's last bit.
        return _rounded(first.negative, first.mantissa, first.exponent or 0, precision)
    total = (_signed(first) << ((first.exponent or 0) - low)) + (
        _signed(second) << ((second.exponent or 0) - low)
    )
    return _rounded(total < 0, abs(total), low, precision)


def subtract(left: Number, right: Number) -> Number:
    """Return ``left - right``. Raises `NotANumberError`."""
    return add(left, negate(right))


def multiply(left: Number, right: Number) -> Number:
    """Return ``left * right``. Raises `NotANumberError`."""
    if type(left) is int and type(right) is int and left and right:
        return _checked(left * right, left, right)
    first, second = _parts(left), _parts(right)
    negative = first.negative != second.negative
    precision = max(first.precision, second.precision)
    if first.exponent is None or second.exponent is None:
        if not (first.mantissa and second.mantissa):
            raise NotANumberError("can't multiply zero by infinity")
        return Float(negative, 1, None, precision)
    mantissa = first.mantissa * second.mantissa
    if mantissa:
        # The product has as many bits as it needs.
        bits = mantissa.bit_length() - (mantissa & -mantissa).bit_length() + 1
        precision = min(max(precision, bits), PRECISION)
    return _rounded(negative, mantissa, first.exponent + second.exponent, precision)


def divide(left: Number, right: Number) -> Number:
    """Return ``left / right``; a number by zero is infinite. Raises `NotANumberError`."""
    first, second = _parts(left), _parts(right)
    negative = first.negative != second.negative
    precision = max(first.precision, second.precision)
    undefined = NotANumberError("can't divide zero by zero or infinity by infinity")
    if second.exponent is None:
        if first.exponent is None:
            raise undefined
        return _rounded(negative, 0, 0, precision)
    if not second.mantissa or first.exponent is None:
        if not first.mantissa:
            raise undefined
        return Float(negative, 1, None, precision)
    return _quotient(
        negative, first.mantissa, second.mantissa, first.exponent - second.exponent, precision
    )


def modulo(left: Number, right: Number) -> Number:
    """Return the remainder of division rounded towards zero; by zero, the number itself.

    Raises `NotANumberError` and `NumberTooLarge`.
    """
    if is_infinite(left) or is_infinite(right):
        raise NotANumberError("can't use modulo with zero and infinity")
    if compare(right, 0) == 0:
        return left
    # cty keeps the precision of the left operand.
    precision = _precision(left)
    times = truncated(divide(left, right))
    work = _rounded(times < 0, abs(times), 0, precision)
    return _at(precision, subtract(left, _at(precision, multiply(right, work))))


def _at(precision: int, value: Number) -> Number:
    """Return the number rounded to a precision and stored with it."""
    parts = _parts(value)
    return _rounded(parts.negative, parts.mantissa, parts.exponent or 0, precision)


def compare(left: Number, right: Number) -> int:
    """Return a negative number, zero or a positive number if left is less, equal or greater."""
    if isinstance(left, int) and isinstance(right, int):
        return (left > right) - (left < right)
    first, second = _parts(left), _parts(right)
    if first.exponent is None or second.exponent is None:
        sizes = [(-1 if p.negative else 1) * (p.exponent is None) for p in (first, second)]
        return sizes[0] - sizes[1]
    one, other = _signed(first), _signed(second)
    if not one or not other or (one < 0) != (other < 0):
        return (one > 0) - (one < 0) - ((other > 0) - (other < 0))
    sign = -1 if one < 0 else 1
    if _top(first) != _top(second):
        return sign if _top(first) > _top(second) else -sign
    low = min(first.exponent, second.exponent)
    one, other = one << (first.exponent - low), other << (second.exponent - low)
    return (one > other) - (one < other)


def text(value: Number) -> str:
    """Return the shortest decimal that rounds to the value, without an exponent.

    Raises `NumberTooLarge`.
    """
    if isinstance(value, int):
        if type(value) is int or value.bit_length() <= _precision(value):
            return int.__repr__(value)
        value = _float(value, _precision(value))
    sign = "-" if value.negative else ""
    if value.exponent is None:
        return (sign or "+") + "Inf"
    if not value.mantissa:
        return sign + "0"
    digits, point = shortest(value)
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if point >= len(digits):
        return sign + digits + "0" * (point - len(digits))
    return f"{sign}{digits[:point]}.{digits[point:]}"


def shortest(value: Float) -> tuple[str, int]:
    """Return the digits of the shortest decimal, and the index of the digit after its point.

    The value is finite and not zero. Raises `NumberTooLarge`.
    """
    mantissa, exponent = value.mantissa, value.exponent or 0
    missing = value.precision - mantissa.bit_length()
    mantissa <<= missing
    # Count in halves of the last bit, so that the bounds to the neighbors are whole.
    exponent -= missing + 1
    if abs(exponent) > _MOST_DIGITS:
        raise NumberTooLarge
    scale = 1 << exponent if exponent >= 0 else 5**-exponent
    bounds = [_digits(each * scale) for each in (2 * mantissa - 1, 2 * mantissa, 2 * mantissa + 1)]
    width = max(map(len, bounds))
    point = width + min(exponent, 0)
    low, exact, high = (each.zfill(width) for each in bounds)
    digits = _shortest(low.rstrip("0"), exact.rstrip("0"), high.rstrip("0"), mantissa % 2 == 0)
    point += len(digits) > width
    stripped = digits.lstrip("0")
    return stripped, point - (len(digits) - len(stripped))


def _shortest(low: str, exact: str, high: str, inclusive: bool) -> str:
    for at, digit in enumerate(exact):
        below = low[at] if at < len(low) else "0"
        above = high[at] if at < len(high) else "0"
        ends = at + 1 == len(low)
        okay_down = below != digit or (inclusive and ends)
        okay_up = digit != above and (
            inclusive or chr(ord(digit) + 1) < above or at + 1 < len(high)
        )
        kept, rest = exact[: at + 1], exact[at + 1 :]
        if okay_down and okay_up:
            okay_up = rest > "5" or (rest == "5" and int(digit) % 2 == 1)
            okay_down = not okay_up
        if okay_down:
            return kept
        if okay_up:
            return str(int(kept) + 1).zfill(len(kept))
    return exact


def _digits(value: int) -> str:
    """Return the decimal digits of a non-negative int of any length."""
    if value < 10**_CHUNK:
        return str(value)
    parts = []
    base = 10**_CHUNK
    while value:
        value, part = divmod(value, base)
        parts.append(str(part).zfill(_CHUNK))
    return "".join(reversed(parts)).lstrip("0")


def _int(digits: str) -> int:
    if len(digits) <= _CHUNK:
        return int(digits)
    if len(digits) > _MOST_DIGITS:
        raise NumberTooLarge
    high, low = _int(digits[:-_CHUNK]), int(digits[-_CHUNK:])
    return high * int(10**_CHUNK) + low


def _precision(value: Number) -> int:
    if isinstance(value, Float):
        return value.precision
    if type(value) is int:
        return PRECISION
    return 64 if isinstance(value, Int64) else 53


def _of_int(value: int, precision: int) -> Number:
    if precision == PRECISION:
        return value
    kind = _BITS.get(precision)
    if kind is not None:
        return kind(value)
    return _float(value, precision)


def _float(value: int, precision: int) -> Float:
    zeros = max((value & -value).bit_length() - 1, 0)
    return Float(value < 0, abs(value) >> zeros, zeros, precision)


def _like(value: int, other: int) -> Number:
    return _of_int(value, _precision(other))


def _checked(value: int, left: int, right: int) -> Number:
    """Return the result of an operation on whole numbers, rounded if it has too many bits."""
    precision = max(_precision(left), _precision(right))
    if value.bit_length() <= precision:
        return value if precision == PRECISION else _of_int(value, precision)
    return _rounded(value < 0, abs(value), 0, precision)


def _parts(value: Number) -> Float:
    if isinstance(value, Float):
        return value
    return Float(value < 0, abs(value), 0, _precision(value))


def _signed(value: Float) -> int:
    return -value.mantissa if value.negative else value.mantissa


def _top(value: Float) -> int:
    """Return the exponent of the bit above the highest one."""
    return value.mantissa.bit_length() + (value.exponent or 0)


def _quotient(
    negative: bool, numerator: int, denominator: int, exponent: int, precision: int
) -> Number:
    if not numerator:
        return _rounded(negative, 0, 0, precision)
    shift = max(precision + 2 + denominator.bit_length() - numerator.bit_length(), 0)
    result, rest = divmod(numerator << shift, denominator)
    # One extra bit below the last records whether anything was cut off.
    return _rounded(negative, result << 1 | (rest != 0), exponent - shift - 1, precision)


def _rounded(negative: bool, mantissa: int, exponent: int, precision: int) -> Number:
    """Return the nearest number of this precision; a tie goes to the even one."""
    excess = mantissa.bit_length() - precision
    if excess > 0:
        half = 1 << (excess - 1)
        rest = mantissa & ((half << 1) - 1)
        mantissa >>= excess
        exponent += excess
        if rest > half or (rest == half and mantissa & 1):
            mantissa += 1
    if not mantissa:
        return Float(True, 0, 0, precision) if negative else _of_int(0, precision)
    zeros = (mantissa & -mantissa).bit_length() - 1
    mantissa >>= zeros
    exponent += zeros
    top = mantissa.bit_length() + exponent
    if exponent >= 0 and top <= PRECISION:
        value = mantissa << exponent
        return _of_int(-value if negative else value, precision)
    if top > _LARGEST_EXPONENT:
        return Float(negative, 1, None, precision)
    if top < -_LARGEST_EXPONENT:
        return Float(True, 0, 0, precision) if negative else _of_int(0, precision)
    return Float(negative, mantissa, exponent, precision)
