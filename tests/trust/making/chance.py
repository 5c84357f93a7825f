"""Random choices, and the texts of generated documents.

All draws come from a `random.Random`, or from Hypothesis, which has the same interface and can
shrink a failing document.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

#: Values that are wrong almost everywhere: other types, other languages, other limits.
ODD: tuple[Any, ...] = (
    None, True, -1, 0, 1e308, 10**40, "", " ", "*", "\0", "é\u2028", "\x1b[31m", "a\nb",
    "\r\n::error::x", "${x}", "%{ if }", "<script>", "]]>", "\ud7ff\ufffe", [], {}, [[]],
    {"": None}, "x" * 5000, "2026-02-30", "..", "[", "(?P<a", "a:b:c", "\U0001f600", "-", "null",
)  # fmt: skip
#: Texts that are valid wherever a text is allowed, and that a report must show.
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
    """Draws the parts of a document.

    `oddness` is the share of values that are replaced by something else entirely. It is zero for
    most documents, so that most are valid as a whole.
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
        """Return the value or, instead, an odd one of any type."""
        if self.oddness and self.often(self.oddness):
            replaced: T = self.oddity()
            return replaced
        return value

    def oddity(self) -> Any:
        # A copy, because the document may be changed.
        return copy.deepcopy(self.pick(ODD))

    def text(self, *usual: str) -> str:
        """Return one of the usual texts, or an unexpected but valid one."""
        return self.pick(ODD_TEXTS) if self.often(0.05) else self.pick(usual or NAMES)

    def part(self, **entries: Callable[[], Any]) -> dict[str, Any]:
        """Return a mapping with some of the entries."""
        return {key: self.odd(make()) for key, make in entries.items() if self.often()}
