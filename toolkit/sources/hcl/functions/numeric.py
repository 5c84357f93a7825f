"""Terraform's functions of numbers.

`log` and `pow` compute 64-bit floats step by step as Go 1.23 does on amd64, because the steps
decide the last digit of a result. Source: golang/go, src/math.
"""

from __future__ import annotations

import math
from typing import Final

from toolkit.sources.hcl.functions.signature import Definitions
from toolkit.sources.hcl.values import numbers
from toolkit.sources.hcl.values.numbers import Float, Int64, Number, NumberTooLarge
from toolkit.sources.hcl.values.types import DYNAMIC, NUMBER
from toolkit.sources.hcl.values.values import EvaluationError, Value, type_of

define: Final = Definitions()

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: The largest number of digits that is supported.
_MOST_DIGITS: Final = 10_000


@define(NUMBER, returns=NUMBER, total=True)
def abs_(value: Number) -> Value:
    return numbers.absolute(value)


@define(NUMBER, returns=NUMBER, total=True)
def ceil(value: Number) -> Value:
    return _whole(value, up=True)


@define(NUMBER, returns=NUMBER, total=True)
def floor(value: Number) -> Value:
    return _whole(value, up=False)


@define(rest=NUMBER, returns=NUMBER, total=True)
def max_(*values: Number) -> Value:
    return _extreme(values, 1)


@define(rest=NUMBER, returns=NUMBER, total=True)
def min_(*values: Number) -> Value:
    return _extreme(values, -1)


@define(NUMBER, returns=NUMBER)
def signum(value: Number) -> Value:
    whole = _int64(value)
    return Int64((whole > 0) - (whole < 0))


@define(NUMBER, NUMBER, returns=NUMBER)
def log(value: Number, base: Number) -> Value:
    return _of_float(_divided(_log(_to_float(value)), _log(_to_float(base))))


@define(NUMBER, NUMBER, returns=NUMBER)
def pow_(value: Number, power: Number) -> Value:
    return _of_float(_pow(_to_float(value), _to_float(power)))


@define(DYNAMIC, NUMBER, returns=NUMBER)
def parseint(text: Value, base: Number) -> Value:
    if not isinstance(text, str):
        raise EvaluationError(f"the first argument must be a string, not a {type_of(text).name}")
    radix = _int64(base)
    if not 2 <= radix <= len(_DIGITS):
        raise EvaluationError("the base must be a whole number from 2 to 62")
    digits = text[1:] if text[:1] in ("+", "-") else text
    if len(digits) > _MOST_DIGITS:
        raise NumberTooLarge
    allowed = _DIGITS[:radix]
    total = 0
    for digit in digits if radix > 36 else digits.lower():
        place = allowed.find(digit)
        if place < 0:
            break
        total = total * radix + place
    else:
        if digits and digits.isascii():
            return numbers.of_whole(-total if text[0] == "-" else total)
    raise EvaluationError(f"the text is not a whole number in base {radix}")


def _whole(value: Number, *, up: bool) -> Number:
    """Return the value rounded up or down to a whole number."""
    if not isinstance(value, Float):
        return value
    if value.exponent is not None and value.exponent < 0:
        below = numbers.truncated(value) - value.negative
        return numbers.of_whole(below + up, value.precision)
    return value if value.mantissa else numbers.absolute(value)


def _extreme(values: tuple[Number, ...], sign: int) -> Number:
    """Return the first of the greatest values, or of the least ones if `sign` is negative."""
    if not values:
        raise EvaluationError("at least one number is required")
    found = values[0]
    for value in values[1:]:
        if numbers.compare(value, found) * sign > 0:
            found = value
    return found


def _int64(value: Number) -> int:
    """Return a 64-bit whole number. Raises `EvaluationError` for any other value."""
    whole = numbers.whole(value)
    if whole is None or not -(1 << 63) <= whole < 1 << 63:
        raise EvaluationError("a whole number of at most 64 bits is required")
    return whole


def _to_float(value: Number) -> float:
    found = numbers.to_float(value)
    if math.isinf(found) and not numbers.is_infinite(value):
        raise EvaluationError("the number is too large")
    return found


def _of_float(value: float) -> Number:
    if math.isnan(value):
        raise EvaluationError("there is no such number")
    return numbers.of_float(value)


def _divided(left: float, right: float) -> float:
    if right:
        return left / right
    # 0 / 0 is NaN.
    return left * math.copysign(math.inf, right)


# Go's float64 functions

_HALF_ROOT: Final = 7.07106781186547524401e-01
_LN2_HIGH: Final = 6.93147180369123816490e-01
_LN2_LOW: Final = 1.90821492927058770002e-10
#: Coefficients in the series of the logarithm.
_EVEN: Final = (6.666666666666735130e-01, 2.857142874366239149e-01, 1.818357216161805012e-01,
                1.479819860511658591e-01)  # fmt: skip
_ODD: Final = (3.999999999940941908e-01, 2.222219843214978396e-01, 1.531383769920937332e-01)


def _log(value: float) -> float:
    if value <= 0:
        return math.nan if value else -math.inf
    if math.isinf(value):
        return value
    fraction, exponent = math.frexp(value)
    if value < 2**-1022:
        # Go reads the bits of a subnormal number as those of a normal one.
        fraction, exponent = 0.5 + value * 2.0**1021, -1022
    if fraction <= _HALF_ROOT:
        fraction, exponent = fraction * 2, exponent - 1
    f = fraction - 1
    s = f / (2 + f)
    square = s * s
    fourth = square * square
    rest = square * _series(_EVEN, fourth) + fourth * _series(_ODD, fourth)
    half = 0.5 * f * f
    return exponent * _LN2_HIGH - ((half - (s * (half + rest) + exponent * _LN2_LOW)) - f)


def _series(factors: tuple[float, ...], x: float) -> float:
    *lower, total = factors
    for factor in reversed(lower):
        total = total * x + factor
    return total


def _pow(x: float, y: float) -> float:
    special = _special_power(x, y)
    if special is not None:
        return special
    fraction, whole = math.modf(abs(y))
    if fraction and x < 0:
        return math.nan
    if whole >= 1 << 63:
        return _limit(x, y)
    result, exponent = 1.0, 0
    if fraction:
        if fraction > 0.5:
            fraction, whole = fraction - 1, whole + 1
        result = _exp(fraction * _log(x))
    square, shift = math.frexp(x)
    bits = int(whole)
    while bits:
        if abs(shift) > 1 << 12:
            # The result overflows or is zero, whatever the remaining bits are.
            exponent += shift
            break
        if bits & 1:
            result *= square
            exponent += shift
        square *= square
        shift *= 2
        if square < 0.5:
            square, shift = square * 2, shift - 1
        bits >>= 1
    if y < 0:
        result, exponent = _divided(1, result), -exponent
    try:
        return math.ldexp(result, exponent)
    except OverflowError:
        return math.copysign(math.inf, result)


def _special_power(x: float, y: float) -> float | None:
    if y == 0 or x == 1:
        return 1.0
    if y == 1:
        return x
    odd = abs(y) < 1 << 53 and y % 2 == 1
    if x == 0 or math.isinf(x):
        # Every power of 0 and of infinity is 0 or infinite.
        zero = (x == 0) == (y > 0)
        return math.copysign(0.0 if zero else math.inf, x if odd else 1)
    if math.isinf(y):
        return _limit(x, y)
    if abs(y) == 0.5:
        root = math.sqrt(x) if x > 0 else math.nan
        return root if y > 0 else 1 / root
    return None


def _limit(x: float, y: float) -> float:
    """Return a power with an infinite or nearly infinite exponent; the base is not 0 or 1."""
    if x == -1:
        return 1.0
    return 0.0 if (abs(x) < 1) == (y > 0) else math.inf


_LOG2_E: Final = 1.4426950408889634073599246810018920
_EXP_LN2_HIGH: Final = 0.69314718055966295651160180568695068359375
_EXP_LN2_LOW: Final = 0.28235290563031577122588448175013436025525412068e-12
_TAYLOR: Final = (1.0, 0.5, 1.6666666666666666667e-1, 4.1666666666666666667e-2,
                  8.3333333333333333333e-3, 1.3888888888888888889e-3, 1.9841269841269841270e-4,
                  2.4801587301587301587e-5)  # fmt: skip


def _exp(x: float) -> float:
    """Return e**x, for x up to some hundreds."""
    exponent = float(round(_LOG2_E * x))
    x = _fused(-exponent, _EXP_LN2_LOW, _fused(-exponent, _EXP_LN2_HIGH, x)) * 0.0625
    *lower, total = _TAYLOR
    for factor in reversed(lower):
        total = _fused(total, x, factor)
    # Now total = e**x - 1, and e**x is squared four times: (1 + t)**2 - 1 = t * (t + 2).
    total *= x
    for _ in range(3):
        total *= total + 2
    return math.ldexp(_fused(total + 2, total, 1.0), int(exponent))


def _fused(a: float, b: float, c: float) -> float:
    """Return ``a * b + c``, rounded once."""
    (a, over_a), (b, over_b), (c, over_c) = (each.as_integer_ratio() for each in (a, b, c))
    over = over_a * over_b
    return (a * b * over_c + c * over) / (over * over_c)
