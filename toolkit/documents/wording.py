"""How messages put the words and the places of a document."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from toolkit.lazily import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PLAIN_KEY: Final = pattern(r"[A-Za-z_][A-Za-z0-9_-]*")
#: Tokens have digits, or are longer.
_WORD: Final = pattern(r"[A-Za-z_-]{1,30}|[\w./{}-]{1,16}")
_SHOWN_AT_MOST: Final = 60


def dotted(path: Sequence[str | int]) -> str:
    """A path as a person writes it: ``rules[0].require``."""
    text = ""
    for step in path:
        if isinstance(step, str) and _PLAIN_KEY.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f"[{step}]" if isinstance(step, int) else f"[{quoted(step)}]"
    return text


def named(path: Sequence[str | int]) -> str:
    """A place in a document as the subject of a sentence."""
    return dotted(path) or "the document"


def quoted(text: str) -> str:
    """Text from a document within a message: in quotes, on one line, and not endless."""
    shown = text if len(text) <= _SHOWN_AT_MOST else text[: _SHOWN_AT_MOST - 3] + "..."
    escaped = "".join(c if c.isprintable() and c not in '"\\' else _escape(c) for c in shown)
    return f'"{escaped}"'


def shown_key(key: str) -> str:
    """A key of a document that may be anybody's, behind a space; empty where it may be a secret."""
    return f" {quoted(key)}" if _WORD.fullmatch(key) else ""


def _escape(character: str) -> str:
    return f"\\{character}" if character in '"\\' else ascii(character)[1:-1]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` is closest to; None when none is close."""
    return next(iter(nearest_of(word, known, most=1)), None)


def nearest_of(word: str, known: Iterable[str], *, most: int = 3) -> list[str]:
    """The known words that `word` is close to, the closest first."""
    by_lower = {name.lower(): name for name in sorted(known)}
    return [by_lower[found] for found in get_close_matches(word.lower(), by_lower, n=most)]


def suggestion(word: str, known: Iterable[str]) -> str:
    """The end of a message about a word that is not in `known`; empty where none is near."""
    meant = nearest(word, known)
    return f"; did you mean {quoted(meant)}?" if meant else ""
