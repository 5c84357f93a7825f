"""Argument lists for the functions of regular expressions."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from tests.proof.arguments.strings import quoted

_ATOMS: Final[tuple[str, ...]] = (
    *"aabbck1_- .^$", "K", "\u017f", "é", "\u03c3", "日", "\n", "/", "{", "}", "]",
    r"\b", r"\B", r"\A", r"\z", r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", r"\pL", r"\PL",
    r"\p{Greek}", r"\p{^Lu}", r"\pN", r"\x41", r"\x{65e5}", r"\012", r"\n", r"\.", r"\\",
    r"\Qa.b*\E", r"\Q", r"\E", "[ab]", "[^a]", "[a-c1]", "[]a]", "[^]a]", "[[:alpha:]]",
    "[[:^digit:]]", r"[\w-]", r"[^\n]", "[é-ü]", "[a-b-c]", "(?:)", "()",
    "(?i)", "(?s)", "(?m)", "(?U)", "(?-i)",
)  # fmt: skip
#: Patterns that only one of Go and RE2 accepts, or that they read differently.
_ODD: Final = (
    r"\C", r"\Z", r"\1", r"\8", r"\h", r"\y", r"\é", r"\_", r"\p{Foo}", r"\pX", r"\x4",
    r"\x{110000}", "(?P<é>a)", "(?P<a-b>a)", "(?P=n)", "(?=a)", "(?<!a)", "(?>a)", "(?#a)", "(?x)",
    "(?)", "(?-)", "[[:foo:]]", r"[a-\d]", "[z-a]", "[a", ")", "(", "*", "**", "++", "{2}{3}",
    "{1001}", "{3,2}", "{,2}", "{01}", "{99999999999}", "{2,99999999999}", "(?:(?:a{40}){40})",
    "\\",
)  # fmt: skip
_REPEATS: Final = (
    "*", "+", "?", "*?", "+?", "??", "{2}", "{0}", "{1}", "{1,2}", "{0,2}", "{2,}", "{1,2}?",
    "{0,1}?",
)  # fmt: skip
_CHARACTERS: Final = (
    *"aaabbck1_- .A^$/", "K", "\u017f", "é", "Σ", "ς", "日", "\n", "\0", "ü", "{", "]",
)  # fmt: skip
_REPLACEMENTS: Final = (
    "", "x", "$", "$$", "$1", "${1}", "$1a", "${1}a", "$2", "$0", "$n", "${n}", "${m", "$é", "${",
    "$ ", "$01", "$10", "$999999999", "$9999999999", "/", "\\1", "a$", "$_", "²", "$n²", "日",
    "\u0301",
)  # fmt: skip


def _pattern(draw: random.Random, depth: int = 3, named: bool | None = None) -> str:
    if named is None:
        named = draw.random() < 0.25
    kind = draw.random()
    if depth == 0 or kind < 0.3:
        return draw.choice(_ATOMS)
    if kind < 0.5:
        return "".join(_pattern(draw, depth - 1, named) for _ in range(draw.randrange(4)))
    if kind < 0.65:
        count = draw.choice((2, 2, 3))
        return "|".join(_pattern(draw, depth - 1, named) for _ in range(count))
    if kind < 0.85:
        repeat = draw.choice(_REPEATS)
        inner = _pattern(draw, depth - 1, named)
        return _group(draw, inner, named) + repeat if len(inner) > 1 else inner + repeat
    return _group(draw, _pattern(draw, depth - 1, named), named)


def _group(draw: random.Random, inner: str, named: bool) -> str:
    if named and draw.random() < 0.97:
        return f"(?{draw.choice(('P', ''))}<{draw.choice('nmxyzuvw')}>{inner})"
    return f"{draw.choice(('(', '(', '(?:', '(?i:', '(?s:', '(?m:', '(?U:'))}{inner})"


def _any_pattern(draw: random.Random) -> str:
    pattern = _pattern(draw)
    if draw.random() < 0.15:
        at = draw.randrange(len(pattern) + 1)
        pattern = pattern[:at] + draw.choice(_ODD) + pattern[at:]
    return pattern


def _text(draw: random.Random) -> str:
    return "".join(draw.choice(_CHARACTERS) for _ in range(draw.choice((0, 1, 2, 4, 6, 10))))


def _match(draw: random.Random) -> str:
    return f"{quoted(_any_pattern(draw))}, {quoted(_text(draw))}"


def _replace(draw: random.Random) -> str:
    text = _text(draw)
    if draw.random() < 0.7:
        part = f"/{_any_pattern(draw)}/"
    else:
        at = draw.randrange(len(text) + 1)
        part = draw.choice(("", "/", "a", "\u0301", "//", text[at : at + draw.randrange(3)]))
    new = "".join(draw.choice(_REPLACEMENTS) for _ in range(draw.choice((0, 1, 1, 2, 3))))
    return f"{quoted(text)}, {quoted(part)}, {quoted(new)}"


DRAWN: Final[dict[str, Callable[[random.Random], str]]] = {
    "regex": _match,
    "regexall": _match,
    "replace": _replace,
}
