"""Split the names of an API into words, so that names can be found by subject."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from toolkit.lazily import pattern

_WORD: Final = pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
#: Maps verbs to the actions that the platform's permissions use.
ACTIONS: Final = {
    **dict.fromkeys(("read", "get", "list", "query", "view", "search", "readonly"), "view"),
    **dict.fromkeys(("write", "modify", "update", "change", "put", "patch", "manage"), "edit"),
    **dict.fromkeys(("create", "post", "new"), "add"),
    **dict.fromkeys(("remove", "destroy"), "delete"),
    **dict.fromkeys(("edit", "add", "delete"), ""),
}


@lru_cache(maxsize=16384)
def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a name in lower case and singular: ``patch``, ``call``, ``participant``.

    A name is camelCase, or has characters other than letters between its words.
    """
    return tuple(_singular(word.lower()) for word in _WORD.findall(text))


def subject_of(name: str) -> tuple[str, ...]:
    """Return the words of a name that are not verbs."""
    return tuple(word for word in words_of(name) if word.isalpha() and word not in ACTIONS)


def action_of(word: str) -> str:
    """Return the permission action for a verb; any other word is returned unchanged."""
    return ACTIONS.get(word.lower()) or word


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
