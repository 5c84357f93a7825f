"""Argument lists for the functions of strings."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

#: Letters with unusual case changes, marks, joined characters, white space, characters that HCL
#: escapes.
_PIECES: Final = (
    *"abcxyzABCXYZ0129 .,/-_\"\\$%{}\n\r\t\0\x1c\x7f",
    *"äéßŉǰǅǆǄİΐΣςẞﬁﬀᾳᾼᾲᾈᏸꭰაᲐⅷⓐ𐐨𐐀",
    *"\u0131\u017f\u03c3\u212a\ua7cb\u0264",
    *"\x85\xa0\u1680\u2003\u2028\u3000\u180e\u200b\ufeff",
    *"\u0301\u0308\u0338\u0903\u200d\ufe0f\u1100\u1161\u11a8가각\u0600\U000110bd\ufffd",
    *"日本👩👧❤🏽🇩🇪🇫",
    "\r\n",
    "ab",
    "ab",
    "//",
    "..",
    "e\u0301",
    "👩\u200d👧",
    "${x}",
    "%{if}",
)  # fmt: skip
_WORDS: Final = ("", "a", "ab", "abc", "hello world", "Ab-cD_eF", "é", "日本語", "a,b,,c", "x\ny\n")


def quoted(text: str) -> str:
    """Return the text as an HCL string literal."""
    return '"' + "".join(map(_escaped, text)).replace("${", "$${").replace("%{", "%%{") + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character == "\n":
        return "\\n"
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def text(draw: random.Random) -> str:
    """Return some text."""
    if draw.random() < 0.2:
        return draw.choice(_WORDS)
    return "".join(draw.choice(_PIECES) for _ in range(draw.choice((0, 1, 1, 2, 3, 5, 8, 13))))


def string(draw: random.Random) -> str:
    """Return a string literal, or sometimes another value."""
    if draw.random() < 0.04:
        return draw.choice(("null", "true", "12", "1.50", "[]", "{}", "-0", "1e30"))
    return quoted(text(draw))


def _one(draw: random.Random) -> str:
    return string(draw)


def _part(draw: random.Random) -> str:
    """Return a string, and another one that is often a part of it."""
    whole = text(draw)
    if draw.random() < 0.3:
        return f"{string(draw)}, {string(draw)}"
    size = draw.randrange(len(whole) + 1)
    start = draw.choice((0, len(whole) - size, draw.randrange(len(whole) - size + 1)))
    return f"{quoted(whole)}, {quoted(whole[start : start + size])}"


def _trim(draw: random.Random) -> str:
    whole = text(draw)
    cut = "".join(draw.choice(whole or "a") for _ in range(draw.randrange(4)))
    return f"{quoted(whole)}, {quoted(cut)}"


def _lines(draw: random.Random) -> str:
    lines = (text(draw) for _ in range(draw.randrange(4)))
    return "".join(line + draw.choice(("\n", "\r\n", "\r", "")) for line in lines)


def _chomp(draw: random.Random) -> str:
    return quoted(_lines(draw) + draw.choice(("", "\n\n", "\r\r\n", "\n\r", " \n")))


def whole(draw: random.Random) -> str:
    """Return a number, usually a whole one."""
    if draw.random() < 0.8:
        return str(draw.randrange(-6, 12))
    return draw.choice(
        ("1.5", "-0", "0.0", '"2"', '"x"', "null", "true", "1/0", "-1/0", "2e1", "1e300",
         "9223372036854775807", "9223372036854775808", "-9223372036854775808",
         "-9223372036854775809", "1/3")
    )  # fmt: skip


def _indent(draw: random.Random) -> str:
    spaces = whole(draw)
    if "9223372036854775807" in spaces:
        # Larger numbers make Terraform itself run out of memory.
        spaces = "3"
    return f"{spaces}, {quoted(_lines(draw))}"


def _substr(draw: random.Random) -> str:
    return f"{string(draw)}, {whole(draw)}, {whole(draw)}"


def _path(draw: random.Random) -> str:
    if draw.random() < 0.2:
        return string(draw)
    pieces = ("/", "/", "//", ".", "..", "a", "b.c", " ", "é", "\u0301", "日本")
    return quoted("".join(draw.choice(pieces) for _ in range(draw.randrange(9))))


def _list(draw: random.Random) -> str:
    items = (string(draw) for _ in range(draw.choice((0, 1, 2, 3, 5))))
    written = f"[{', '.join(items)}]"
    kind = draw.random()
    if kind < 0.1:
        return draw.choice(("null", '"a"', "{}", '{a = "b"}', "[[]]", '["a", ["b"]]', "true"))
    if kind < 0.3:
        return f"{draw.choice(('toset', 'tolist'))}({written})"
    return written


def _join(draw: random.Random) -> str:
    lists = (_list(draw) for _ in range(draw.choice((0, 1, 1, 1, 2, 3))))
    return ", ".join([string(draw), *lists])


def _split(draw: random.Random) -> str:
    if draw.random() < 0.2:
        return f"{string(draw)}, {string(draw)}"
    separator = draw.choice((",", "", "ab", "\n", " ", "é", "\u0301", "日", "\r\n"))
    items = (text(draw) for _ in range(draw.randrange(5)))
    return f"{quoted(separator)}, {quoted(separator.join(items))}"


DRAWN: Final[dict[str, Callable[[random.Random], str]]] = {
    "basename": _path,
    "chomp": _chomp,
    "dirname": _path,
    "endswith": _part,
    "indent": _indent,
    "join": _join,
    "lower": _one,
    "split": _split,
    "startswith": _part,
    "strcontains": _part,
    "strrev": _one,
    "substr": _substr,
    "title": _one,
    "trim": _trim,
    "trimprefix": _part,
    "trimspace": _one,
    "trimsuffix": _part,
    "upper": _one,
}
