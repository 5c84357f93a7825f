"""How messages word the values and positions of a document."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from toolkit.lazily import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PLAIN_KEY: Final = pattern(r"[A-Za-z_][A-Za-z0-9_-]*")
#: Secrets have digits, or are longer.
_WORD: Final = pattern(r"[A-Za-z_-]{1,30}|[\w./{}-]{1,16}")
_SHOWN_AT_MOST: Final = 60


def dotted(path: Sequence[str | int]) -> str:
    """Return the path as a person writes it: ``rules[0].require``."""
    text = ""
    for step in path:
        if isinstance(step, str) and _PLAIN_KEY.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f"[{step}]" if isinstance(step, int) else f"[{quoted(step)}]"
    return text


def named(path: Sequence[str | int]) -> str:
    """Return the path as the subject of a sentence."""
    return dotted(path) or "the document"


def quoted(text: str) -> str:
    """Return text from a document for a message: quoted, on one line, and shortened."""
    shown = text if len(text) <= _SHOWN_AT_MOST else text[: _SHOWN_AT_MOST - 3] + "..."
    escaped = "".join(c if c.isprintable() and c not in '"\\' else _escape(c) for c in shown)
    return f'"{escaped}"'


def shown_key(key: str) -> str:
    """Return the key of an untrusted document after a space; "" if it may be a secret."""
    return f" {quoted(key)}" if _WORD.fullmatch(key) else ""


def _escape(character: str) -> str:
    return f"\\{character}" if character in '"\\' else ascii(character)[1:-1]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word closest to `word`; None if none is close."""
    return next(iter(nearest_of(word, known, most=1)), None)


def nearest_of(word: str, known: Iterable[str], *, most: int = 3) -> list[str]:
    """Return the known words close to `word`, closest first."""
    by_lower = {name.lower(): name for name in sorted(known)}
    return [by_lower[found] for found in get_close_matches(word.lower(), by_lower, n=most)]


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return the end of a message about a word that is not in `known`; "" if none is close."""
    meant = nearest(word, known)
    return f"; did you mean {quoted(meant)}?" if meant else ""
