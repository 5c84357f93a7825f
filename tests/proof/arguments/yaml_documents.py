"""Argument lists for the functions of YAML."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from tests.proof.arguments.encodings import changed, hcl, value

_SCALARS: Final = (
    "a", "1", "-1", "01", "0x1F", "0o17", "0b1", "1_000", "1.5", ".5", "1e3", "+.inf", "~",
    "null", "true", "Yes", "off", "n", "x y", "'q'", "'it''s'", '"d"', '"t\\tu\\u00e9"',
    "http://x/y", "a#b", "a:b", "-x", "<<", "é", "", "2020-01-02", "2020-2-30", "!!str 1", "12",
    "2020-01-02T3:04:05.5+01:00", "2020-01-02 03:04:05", "!!int 1_0", '!!int "1"', "!!null x",
    "!!binary YQ==", "!!float 0b1", "&a 1", "!!timestamp 2020-01-02", "{}", "[]", "c", "d e",
)  # fmt: skip
_STRANGE: Final = (
    "a: b", "a?b", ":x", "!!bool x", "!foo a", "! 1", "*a", "&b [*b]", "%x", "@x", "`x", "| x",
    "a]b", "a,b", "- x", "!!set {a}", "<tag:x>", ".nan", "!!int x", "!!str,", "'a",
    '"a\\/b"', '"\\z"',
)  # fmt: skip
_KEYS: Final = (
    *"kkkkjjjiiabcde", "'q'", '"dq"', "1", "? k", "é", "!!str k", "&z k", "true", "0x10", "a b",
    "<<", "~", "*a", "[a]", "?f",
)  # fmt: skip
_WRONG: Final = (
    ":", ": ", "-", "- ", "?", ",", "[", "]", "{", "}", "#", " #", "&a ", "*a", "!!str ", "|", ">-",
    "'", '"', "\\", "%", "\n", "\n\n", " ", "\t", "\r", "\r\n", "\n---\n", "\n...\n", "\u2028",
    "\x85", "\ufeff", "%YAML 1.1\n", "%YAML 1.2\n---\n", "%TAG ! tag:yaml.org,2002:\n---\n", "\x01",
    "",
)  # fmt: skip


def _document(draw: random.Random) -> str:
    start = draw.choice(("", "", "", "---", "---\n", "--- ", "# c\n", "%YAML 1.1\n---\n", "\ufeff"))
    end = draw.choice(("", "", "", "...\n", "---\n", "# c", "\n\n"))
    text = start + _block(draw, 0, 3).lstrip(" ") + end
    if draw.random() < 0.25:
        text = changed(draw, text, _WRONG)
    if draw.random() < 0.1:
        text = "".join(draw.choice((*_WRONG, "a", "b: ", "- x")) for _ in range(draw.randrange(8)))
    return hcl(text)


def _scalar(draw: random.Random) -> str:
    return draw.choice(_SCALARS if draw.random() < 0.94 else _STRANGE)


def _block(draw: random.Random, indent: int, depth: int) -> str:
    """Return the rest of a line after a key or a dash, with the space before it."""
    kind = draw.randrange(12) if depth else 0
    if kind < 3:
        return f" {_scalar(draw)}\n"
    if kind == 3:
        return _lines(draw, indent)
    if kind == 4:
        return f" {_scalar(draw)}\n{' ' * (indent + 2)}{_scalar(draw)}\n"
    if kind < 7:
        return f" {_flow(draw, depth)}\n"
    inner = indent + draw.choice((0, 2, 2, 2, 1))
    start = draw.choice(("\n", "\n", "\n", " # c\n", "\n\n", " &m\n", " !!map\n", " !!seq\n"))
    entries = []
    for _ in range(draw.randrange(1, 4)):
        name = "-" if kind > 9 else draw.choice(_KEYS) + draw.choice((":", ":", ":", " :"))
        entries.append(" " * inner + name + _block(draw, inner, depth - 1))
    return start + "".join(entries)


def _lines(draw: random.Random, indent: int) -> str:
    """Return a literal or folded block."""
    header = draw.choice("|>") + draw.choice(("", "-", "+", "2", "1-", "+1"))
    inner = " " * (indent + draw.choice((1, 2, 2, 4)))
    lines = ("t", "u v", "  w", "# c", " x: y", "1", "yes", "")
    body = [inner + draw.choice(lines) + "\n" for _ in range(draw.randrange(4))]
    return f" {header}{draw.choice(('', '', '  # c'))}\n{''.join(body)}"


def _flow(draw: random.Random, depth: int) -> str:
    kind = draw.randrange(10) if depth else 0
    if kind < 4:
        return _scalar(draw)
    separator = draw.choice((", ", ",", ",\n   ", " ,"))
    end = draw.choice(("", "", ",", " "))
    items = [_flow(draw, depth - 1) for _ in range(draw.randrange(4))]
    if kind < 7:
        starts = [draw.choice(("", "", "", "? ", "k: ", '"k":')) for _ in items]
        return f"[{separator.join(map(str.__add__, starts, items))}{end}]"
    names = [draw.choice(_KEYS) + draw.choice((": ", ": ", ":", " : ", "")) for _ in items]
    return f"{{{separator.join(map(str.__add__, names, items))}{end}}}"


def _value(draw: random.Random) -> str:
    if draw.random() < 0.3:
        words = ("a", "bcd", " ", "  ", "é", "\n", "\n", '"', "\u2028", "longer words", " " * 5)
        text = "".join(draw.choice(words) for _ in range(draw.choice((1, 2, 3, 5, 30, 60))))
        return draw.choice(("{}", "[{}]", "{{a = [{}]}}", "{{{} = [[1]]}}")).format(hcl(text))
    return value(draw)


DRAWN: Final[dict[str, Callable[[random.Random], str]]] = {
    "yamldecode": _document,
    "yamlencode": _value,
}
