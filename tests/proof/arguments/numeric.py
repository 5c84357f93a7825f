"""Argument lists for the functions of numbers."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _number(draw: random.Random) -> str:
    sign = draw.choice(("", "", "-"))
    kind = draw.randrange(12)
    if kind < 3:
        return f"{sign}{draw.randrange(130)}"
    if kind < 5:
        return f"{sign}{draw.randrange(20)}.{draw.randrange(1000)}"
    if kind == 5:
        return f"{sign}{draw.uniform(0, 2)!r}".replace("e-", "e-0")
    if kind == 6:
        return sign + draw.choice(("0", "1", "0.5", "1.5", "0.0", "1.0", "2", "10", "127.5", "128"))
    if kind == 7:
        return f"{sign}{2 ** draw.randrange(70) + draw.randrange(-1, 2)}"
    if kind == 8:
        return f"{sign}{draw.random():.{draw.randrange(1, 40)}f}e{draw.randrange(-330, 330)}"
    if kind == 9:
        return f"{sign}{draw.getrandbits(draw.randrange(1, 600))}.{draw.randrange(10)}"
    if kind == 10:
        edges = ("9223372036854775807", "9223372036854775808", "1.7976931348623157e308", "5e-324",
                 "2.2250738585072014e-308", "0.7071067811865476", "1e-310", "1.8e308")  # fmt: skip
        return sign + draw.choice(edges)
    return draw.choice((f"{sign}1/0", f"{sign}7/3", '"12"', '"1e3"', '"x"', "true", "null", "[]"))


def _sane(draw: random.Random) -> str:
    """Return a number that logarithms and powers usually accept."""
    if draw.random() < 0.4:
        return _number(draw)
    return draw.choice(
        (f"{draw.uniform(0, 20):.3f}", str(draw.randrange(1, 40)), f"{draw.random():.6f}")
    )


def _one(draw: random.Random) -> str:
    return _number(draw)


def _two(draw: random.Random) -> str:
    return f"{_sane(draw)}, {_sane(draw)}"


def _several(draw: random.Random) -> str:
    return ", ".join(_number(draw) for _ in range(draw.choice((0, 1, 2, 2, 3, 5))))


def _signum(draw: random.Random) -> str:
    return str(draw.randrange(-5, 6)) if draw.random() < 0.3 else _number(draw)


def _parseint(draw: random.Random) -> str:
    base = draw.choice((2, 8, 10, 16, 36, 37, 62, draw.randrange(2, 63)))
    length = draw.choice((1, 1, 2, 5, 20, 100, 200))
    digits = "".join(draw.choice(_DIGITS[:base]) for _ in range(length))
    if base <= 36 and draw.random() < 0.4:
        digits = digits.upper()
    text = draw.choice(("", "", "", "-", "+")) + digits
    if draw.random() < 0.3:
        at = draw.randrange(len(text) + 1)
        wrong = draw.choice(("", "_", " ", "z", "٣", "0x", ".", "-", "é", "K"))
        text = text[:at] + wrong + text[at:]
    written = str(base)
    if draw.random() < 0.15:
        written = draw.choice(("0", "1", "63", "-2", "10.5", '"10"', "1e30", "1/0", "null", "true"))
    first = f'"{text}"'
    if draw.random() < 0.1:
        first = draw.choice(('""', "12", "null", "true", "[]", '"-"', '"+"'))
    return f"{first}, {written}"


DRAWN: Final[dict[str, Callable[[random.Random], str]]] = {
    "abs": _one,
    "ceil": _one,
    "floor": _one,
    "log": _two,
    "max": _several,
    "min": _several,
    "parseint": _parseint,
    "pow": _two,
    "signum": _signum,
}
