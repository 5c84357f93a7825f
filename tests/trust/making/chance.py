"""Choices, and the words that made documents are written with.

Everything is drawn from a `random.Random`, or from Hypothesis, which offers the same and can make a
document that fails smaller.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

#: What stands in a document where it should not: other kinds, other languages, other limits.
ODD: tuple[Any, ...] = (
    None, True, -1, 0, 1e308, 10**40, "", " ", "*", "\0", "é\u2028", "\x1b[31m", "a\nb",
    "\r\n::error::x", "${x}", "%{ if }", "<script>", "]]>", "\ud7ff\ufffe", [], {}, [[]],
    {"": None}, "x" * 5000, "2026-02-30", "..", "[", "(?P<a", "a:b:c", "\U0001f600", "-", "null",
)  # fmt: skip
#: Texts that are valid where a text is, and that a report has to show.
ODD_TEXTS = tuple(text for text in ODD if isinstance(text, str))
NAMES = (
    "recorder", "Recording desk", "crm-sync", "record", "é", "a b", "x" * 80, "[0]", "*", "a\"b",
    "<b>", "recorder\nsecond", "$(x)", "::warning::x", "| a | b |",
)  # fmt: skip
LABELS = ("recorder", "crm", "a", "b-c", "_x", "x1", "legacy")
KEYS = ("a", "b", "prod", "é", 'q"x', "a.b", "0", "")
GRANT_TYPES = ("CODE", "TOKEN", "SAML2-BEARER", "SAML2BEARER", "PASSWORD", "CLIENT-CREDENTIALS")
SCOPES = (
    "recording:session:write", "recordingSession", "recording:modify", "conversations",
    "conversations:readonly", "recordings", "users", "users:readonly", "architect", "made:up",
)  # fmt: skip
PERMISSIONS = (
    "recording:session:write", "recording:recording:view", "recording:recording:delete",
    "conversation:call:record", "routing:queue:view", "made:up:thing", "admin",
)  # fmt: skip
DIVISIONS = ("home", "all", "any", "*", "0c0c0c0c-0000-4000-8000-000000000001", "madrid")
STATES = ("active", "inactive", "recording", "completed", "unheard-of")


class Chance:
    """Draws what a document is made of.

    `oddness` is the share of values that are replaced by something else entirely. Most documents
    have none, so that most are valid as a whole.
    """

    def __init__(self, source: random.Random) -> None:
        self._source = source
        self.oddness = self.pick((0.0, 0.0, 0.0, 0.0, 0.02, 0.08))

    def often(self, share: float = 0.5) -> bool:
        return self._source.random() >= 1 - share

    def number(self, least: int, most: int) -> int:
        return self._source.randint(least, most)

    def pick(self, options: Sequence[T]) -> T:
        return options[self._source.randrange(len(options))]

    def several(self, make: Callable[[], T], most: int = 3, least: int = 0) -> list[T]:
        return [make() for _ in range(self.number(least, most))]

    def some(self, options: Sequence[T], most: int = 3, least: int = 0) -> list[T]:
        return self.several(lambda: self.pick(options), most, least)

    def odd(self, value: T) -> T:
        """The value, or an odd one in its place, which may be of any kind."""
        if self.oddness and self.often(self.oddness):
            replaced: T = self.oddity()
            return replaced
        return value

    def oddity(self) -> Any:
        # A copy: what is made of it may be changed.
        return copy.deepcopy(self.pick(ODD))

    def text(self, *usual: str) -> str:
        """One of the usual texts, or one that nobody expects and that is valid all the same."""
        return self.pick(ODD_TEXTS) if self.often(0.05) else self.pick(usual or NAMES)

    def part(self, **entries: Callable[[], Any]) -> dict[str, Any]:
        """A mapping with some of the entries."""
        return {key: self.odd(make()) for key, make in entries.items() if self.often()}
