"""Argument lists for format() and formatlist()."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from tests.proof.arguments.strings import quoted, text

_NUMBERS: Final = (
    "0", "-0", "1", "-1", "2.5", "0.5", "1.5", "-0.04", "9.5", "99.95", "255", "1e6", "123456789",
    "0.0001", "0.00001234", "1e20", "1e21", "1e100", "1e-100", "1e400", "1/3", "-2/3", "1/0",
    "-1/0", "12345678901234567890123456789", "0.1", "1.005", "1e23", "8.41e21", "5e-324",
)  # fmt: skip
_OTHERS: Final = (
    "true", "false", "tostring(null)", "tonumber(null)", "tolist(null)", "[]", "{}",
    '["a", 1, null]', '{a = "<b>", "é" = 1.5}', 'toset(["b", "a"])', "tolist([1, 2])",
)  # fmt: skip
_TEXTS: Final = ("12", "-1.50", "true", "0", "1e3", "0x1f", "", "a<b>&c", "日本e\u0301")


def _number(draw: random.Random) -> str:
    kind = draw.random()
    if kind < 0.4:
        return draw.choice(_NUMBERS)
    if kind < 0.6:
        return str(draw.randrange(-1000, 1000))
    if kind < 0.8:
        return f"{draw.uniform(-1000, 1000):.{draw.randrange(1, 20)}f}"
    sign, digits, exponent = draw.choice(("", "-")), draw.randrange(1, 20), draw.randrange(-40, 40)
    return f"{sign}{draw.random():.{digits}f}e{exponent}"


def _string(draw: random.Random) -> str:
    return quoted(draw.choice(_TEXTS) if draw.random() < 0.5 else text(draw))


def _verb(draw: random.Random) -> tuple[str, str]:
    """Return a verb's letter, and an argument that usually fits it."""
    letter = draw.choice("ssvvqdddxXobteEfffgGg" if draw.random() < 0.95 else "cUTpFOwyZ")
    if draw.random() < 0.07:
        return letter, draw.choice((*_OTHERS, *_NUMBERS, '"x"'))
    if letter in "sqv":
        kinds = [_string, _string, _number]
        if draw.random() < 0.2:
            return letter, draw.choice(_OTHERS if letter == "v" else ("true", "false", "1.50"))
        return letter, draw.choice(kinds)(draw)
    if letter == "t":
        return letter, draw.choice(("true", "false", '"true"', '"0"', '"1"', '"True"'))
    if letter in "dxXob" and draw.random() < 0.8:
        return letter, draw.choice(
            (str(draw.randrange(-300, 300)), str(draw.getrandbits(80)), '"12"', "1e30", "0", "-0")
        )
    return letter, _number(draw)


def _options(draw: random.Random, letter: str) -> str:
    flags = "".join(draw.choice("-+# 0") for _ in range(draw.choice((0, 0, 0, 1, 1, 2, 3))))
    width = draw.choice(("", "", "", "1", "5", "8", "12", "30"))
    precision = draw.choice(("", "", "", ".", ".0", ".1", ".2", ".3", ".10", ".05"))
    if draw.random() < 0.02:
        # In 64 bits, these become small or negative numbers; Go rejects larger ones but prints
        # something.
        width = draw.choice(("18446744073709551620", "9223372036854775808"))
        if letter in "dxXobeEfgG":
            width = draw.choice((width, "10000019", "99999999"))
    if draw.random() < 0.02:
        precision = draw.choice(
            (".10000019", ".18446744073709551617", ".0000000000000000000000002")
        )
    return flags + width + precision


def _piece(draw: random.Random) -> str:
    if draw.random() < 0.02:
        return draw.choice(("%", "%é", "% ", "%[0]s", "%5%", "%*d", "%[1]5d", "%.-1f"))
    return draw.choice(("", "", "%%", "a", ", ", "é", "\u0301", "日本", "\n", "<", "${x}"))


def _template(draw: random.Random, count: int) -> tuple[str, list[str]]:
    """Return a template and its arguments."""
    verbs = [_verb(draw) for _ in range(count)]
    order = list(range(count))
    indexed = draw.random() < 0.2
    if indexed:
        draw.shuffle(order)
    written = ""
    for at in order:
        index = f"[{at + 1}]" if indexed else ""
        if draw.random() < 0.01:
            index = draw.choice(("[1]", "[3]", "[99]", "[18446744073709551617]"))
        written += f"{_piece(draw)}%{_options(draw, verbs[at][0])}{index}{verbs[at][0]}"
    arguments = [argument for _, argument in verbs]
    if draw.random() < 0.04:
        arguments = draw.choice((arguments[:-1], [*arguments, "1"]))
    return quoted(written + _piece(draw)), arguments


def _format(draw: random.Random) -> str:
    template, arguments = _template(draw, draw.choice((0, 1, 1, 1, 2, 3)))
    return ", ".join([template, *arguments])


def _formatlist(draw: random.Random) -> str:
    template, arguments = _template(draw, draw.choice((0, 1, 1, 2, 2, 3)))
    length = draw.choice((0, 1, 2, 2, 3))
    written = []
    for argument in arguments:
        if draw.random() < 0.6:
            size = length if draw.random() < 0.95 else length + 1
            kind = draw.choice(("[{}]", "[{}]", "tolist([{}])", "toset([{}])"))
            items = [argument if draw.random() < 0.8 else _number(draw) for _ in range(size)]
            written.append(kind.format(", ".join(items)))
        else:
            written.append(argument)
    return ", ".join([template, *written])


DRAWN: Final[dict[str, Callable[[random.Random], str]]] = {
    "format": _format,
    "formatlist": _formatlist,
}
