"""Argument lists for the functions of timestamps."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from tests.proof.arguments.strings import quoted

_VERBS: Final = (
    "YY", "YYYY", "M", "MM", "MMM", "MMMM", "D", "DD", "EEE", "EEEE", "h", "hh", "H", "HH", "AA",
    "aa", "m", "mm", "s", "ss", "Z", "ZZZ", "ZZZZ", "ZZZZZ",
)  # fmt: skip
_ODD_VERBS: Final = ("Y", "YYYYY", "MMMMM", "DDD", "E", "A", "aaa", "ZZ", "ZZZZZZ", "x", "T", "q")
_SEPARATORS: Final = (
    "-",
    " ",
    ":",
    ", ",
    "/",
    "1",
    "é",
    "\u0301",
    "'T'",
    "'o''clock'",
    "''",
    "' '",
)
_OPEN: Final = ("'", "'a", "'a''", "'''", "''''")
_UNITS: Final = ("ns", "us", "\u00b5s", "\u03bcs", "ms", "s", "m", "h")
_ODD_UNITS: Final = ("", "d", "H", "sec", "S", " s", "nss", "s ", "\u00b5")
_EDGES: Final = (
    "9223372036854775807", "9223372036854775808", "9223372036854775809", "18446744073709551616",
    "2562047", "2562048", "153722867", "153722868", "9223372036", "9223372037", "0", "00", "007",
)  # fmt: skip


def _two(draw: random.Random, largest: int, smallest: int = 0) -> str:
    if draw.random() < 0.03:
        return draw.choice((f"{largest + 1:02}", "99", "00", "1", "-1", "1a", "", "٣٣"))
    return f"{draw.choice((smallest, largest, draw.randrange(smallest, largest + 1))):02}"


def _timestamp(draw: random.Random) -> str:
    year = draw.choice(
        (
            "2020",
            "2021",
            "1900",
            "2000",
            "0000",
            "0001",
            "9999",
            "1970",
            f"{draw.randrange(10**4):04}",
        )
    )
    fraction = draw.choice(
        ("",) * 12 + (".5", ".123456789", ".9999999999999", ".0", ".000000001", ",25", ".")
    )
    sign = draw.choice("+-")
    zone = draw.choice(("Z", "Z", f"{sign}{_two(draw, 23)}:{_two(draw, 59)}"))
    if draw.random() < 0.08:
        zone = draw.choice(
            ("", "z", "+0100", "+24:00", "-23:60", "+25:00", "+00:61", "+1:00", "-00:00")
        )
    day = _two(draw, draw.choice((28, 28, 28, 29, 30, 31)), 1)
    hour = str(draw.randrange(10)) if draw.random() < 0.03 else _two(draw, 23)
    date = f"{year}-{_two(draw, 12, 1)}-{day}"
    time = f"{hour}:{_two(draw, 59)}:{_two(draw, 59)}"
    letter = "T" if draw.random() < 0.98 else draw.choice(("t", " ", ""))
    return f"{date}{letter}{time}{fraction}{zone}"


def _duration(draw: random.Random) -> str:
    parts = []
    for _ in range(draw.choice((1, 1, 2, 3, 0))):
        number = draw.choice(
            (
                str(draw.randrange(100)),
                f"{draw.uniform(0, 100):.3f}",
                draw.choice(_EDGES),
                ".5",
                "3.",
            )
        )
        if draw.random() < 0.3:
            digits = draw.choice((1, 9, 18, 19, 20, 30))
            number += "." * ("." not in number) + "".join(draw.choices("0123456789", k=digits))
        unit = draw.choice(_UNITS if draw.random() < 0.95 else _ODD_UNITS)
        parts.append(number + unit)
    text = draw.choice(("", "", "-", "+")) + "".join(parts)
    if draw.random() < 0.05:
        return draw.choice(
            ("0", "-0", "+0", "00", "", "-", "s", ".s", "1", "--1s", "1 s", "1e3s", "1s-1s")
        )
    return text


def _format(draw: random.Random) -> str:
    text = ""
    for _ in range(draw.choice((0, 1, 2, 3, 6))):
        text += draw.choice(_VERBS if draw.random() < 0.95 else _ODD_VERBS)
        text += draw.choice(_SEPARATORS if draw.random() < 0.95 else _OPEN)
    return text


def _formatdate(draw: random.Random) -> str:
    return f"{quoted(_format(draw))}, {quoted(_timestamp(draw))}"


def _timeadd(draw: random.Random) -> str:
    return f"{quoted(_timestamp(draw))}, {quoted(_duration(draw))}"


def _timecmp(draw: random.Random) -> str:
    first = _timestamp(draw)
    second = draw.choice((first, _timestamp(draw), first.replace("Z", "+00:00")))
    return f"{quoted(first)}, {quoted(second)}"


DRAWN: Final[dict[str, Callable[[random.Random], str]]] = {
    "formatdate": _formatdate,
    "timeadd": _timeadd,
    "timecmp": _timecmp,
}
