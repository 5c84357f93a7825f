"""Literal values, of any type and of given types."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final

from tests.proof.arguments.numeric import DRAWN as NUMBERS
from tests.proof.arguments.strings import string

_WORDS: Final = ('"a"', '"b"', '"c"', '"a"', '"ab"', '""', '"é"', '"10"', '"9"', '"true"', '"1.0"')
_NUMBERS: Final = (
    "0",
    "1",
    "2",
    "3",
    "-1",
    "1.5",
    "10",
    "1e3",
    "0.1",
    "1.0",
    "12345678901234567890",
)
_NULLS: Final = ("null", "tostring(null)", "tonumber(null)", "tolist(null)", "tomap(null)")
_KEYS: Final = ("a", "b", "c", "ab", '"b c"', '"1"', '"é"', "true", "1")
_ATTRIBUTES: Final = ("a", "b", "c")


def word(draw: random.Random) -> str:
    return draw.choice(_WORDS) if draw.random() < 0.85 else string(draw)


def number(draw: random.Random) -> str:
    return draw.choice(_NUMBERS) if draw.random() < 0.85 else NUMBERS["abs"](draw)


def truth(draw: random.Random) -> str:
    return draw.choice(("true", "false", "true", "false", '"true"', '"false"'))


def scalar(draw: random.Random) -> str:
    return draw.choice((word, word, number, truth, null))(draw)


def null(draw: random.Random) -> str:
    return draw.choice(_NULLS)


def _items(draw: random.Random, item: Callable[[random.Random], str]) -> str:
    return f"[{', '.join(item(draw) for _ in range(draw.choice((0, 1, 1, 2, 2, 3, 5))))}]"


def listed(draw: random.Random) -> str:
    """Return a list, set or tuple."""
    item = draw.choice((word, word, word, number, truth, scalar, value))
    written = _items(draw, item)
    if draw.random() < 0.03:
        return draw.choice(("null", '"a"', "{}", "tolist(null)", "toset(null)"))
    return f"{draw.choice(('tolist', 'toset'))}({written})" if draw.random() < 0.4 else written


def mapped(draw: random.Random) -> str:
    """Return a map or object."""
    item = draw.choice((word, word, word, number, truth, scalar, value))
    keys = draw.sample(_KEYS, draw.choice((0, 1, 1, 2, 2, 3)))
    written = f"{{{', '.join(f'{key} = {item(draw)}' for key in keys)}}}"
    if draw.random() < 0.03:
        return draw.choice(("null", '"a"', "[]", "tomap(null)"))
    return f"tomap({written})" if draw.random() < 0.35 else written


def value(draw: random.Random) -> str:
    """Return a value of any kind."""
    found = draw.choice((word, word, number, truth, null, listed, listed, mapped, mapped))(draw)
    return f"sensitive({found})" if draw.random() < 0.03 else found


def constraint(draw: random.Random, depth: int = 3) -> str:
    """Return a variable's type."""
    if depth == 0 or draw.random() < 0.35:
        return draw.choice(("string", "string", "number", "bool", "any"))
    kind = draw.choice(("list", "set", "map", "object", "object", "object", "tuple", "bare"))
    if kind == "bare":
        return draw.choice(("list", "set", "map"))
    if kind == "tuple":
        elements = (constraint(draw, depth - 1) for _ in range(draw.randrange(4)))
        return f"tuple([{', '.join(elements)}])"
    if kind != "object":
        return f"{kind}({constraint(draw, depth - 1)})"
    names = draw.sample(_ATTRIBUTES, draw.choice((0, 1, 2, 3)))
    return f"object({{{', '.join(f'{name} = {_attribute(draw, depth)}' for name in names)}}})"


def _attribute(draw: random.Random, depth: int) -> str:
    kind = constraint(draw, depth - 1)
    if draw.random() < 0.4:
        return kind
    if draw.random() < 0.4:
        return f"optional({kind})"
    return f"optional({kind}, {fitting(draw, kind)})"


def fitting(draw: random.Random, kind: str, *, stray: float = 0.06) -> str:
    """Return a literal value that fits a type; with probability `stray` it may not fit."""
    if draw.random() < stray:
        return plain(draw)
    if draw.random() < 0.04:
        return "null"
    name, _, inner = kind.partition("(")
    inner = inner[:-1]
    if name in ("string", "number", "bool", "any"):
        makers = {"string": (word, number, truth), "number": (number,), "bool": (truth,)}
        return draw.choice(makers.get(name, (word, number, plain)))(draw)
    if name == "optional":
        return fitting(draw, parts(inner)[0], stray=stray)
    if name in ("list", "set"):
        return _items(draw, lambda source: fitting(source, inner or "string", stray=stray))
    if name == "map":
        keys = draw.sample(_ATTRIBUTES, draw.randrange(4))
        items = (f"{key} = {fitting(draw, inner or 'string', stray=stray)}" for key in keys)
        return f"{{{', '.join(items)}}}"
    if name == "tuple":
        return f"[{', '.join(fitting(draw, each, stray=stray) for each in parts(inner[1:-1]))}]"
    found = []
    for each in parts(inner[1:-1]):
        key, _, own = each.partition(" = ")
        if not (own.startswith("optional(") and draw.random() < 0.5):
            found.append(f"{key} = {fitting(draw, own, stray=stray)}")
    if draw.random() < 0.1:
        found.append(f"more = {word(draw)}")
    return f"{{{', '.join(found)}}}"


def plain(draw: random.Random) -> str:
    """Return a value of any kind without a function call, as a variable's default requires."""
    kind = draw.randrange(7)
    if kind < 4:
        return (word, number, truth, lambda _: "null")[kind](draw)
    if kind == 4:
        return _items(draw, plain if draw.random() < 0.3 else word)
    keys = draw.sample(_ATTRIBUTES, draw.randrange(4))
    return f"{{{', '.join(f'{key} = {draw.choice((word, number))(draw)}' for key in keys)}}}"


def parts(text: str) -> Sequence[str]:
    """Split a text at the commas that are outside of brackets and strings."""
    found: list[str] = []
    depth, start, is_string = 0, 0, False
    at = 0
    while at < len(text):
        character = text[at]
        if is_string and character == "\\":
            at += 1
        elif character == '"':
            is_string = not is_string
        elif not is_string:
            depth += (character in "([{") - (character in ")]}")
            if character == "," and not depth:
                found.append(text[start:at].strip())
                start = at + 1
        at += 1
    return [*found, *([text[start:].strip()] if text[start:].strip() else [])]
