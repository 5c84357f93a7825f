"""Finds operations by words: which call is it that does this?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from toolkit.catalog.words import words_of
from toolkit.contracts.contract import Operation


def search(words: Sequence[str], operations: Iterable[Operation]) -> list[Operation]:
    """The operations that have all of the words, the shortest first; else those that have most.

    A word is found in the id, the path, the summary, the scopes and the permissions, also as the
    beginning of a longer one. Ids count more than the rest, since they say what a call is about.
    """
    wanted = {word for text in words for word in words_of(text)}
    ranked = []
    for operation in operations:
        own = set(words_of(operation.id))
        rest = _words(operation)
        found = sum(_has(word, rest) for word in wanted)
        if found:
            named = sum(_has(word, own) for word in wanted)
            ranked.append((-found, -named, len(own), operation.id, operation))
    most = min((rank[0] for rank in ranked), default=0)
    return [rank[-1] for rank in sorted(ranked, key=lambda rank: rank[:-1]) if rank[0] == most]


def _words(operation: Operation) -> set[str]:
    texts = [operation.id, operation.path, operation.summary]
    texts += [scope for way in operation.scopes or () for scope in way]
    texts += operation.permissions.names if operation.permissions is not None else ()
    return {word for text in texts for word in words_of(text)}


def _has(word: str, words: set[str]) -> bool:
    return word in words or (len(word) > 2 and any(each.startswith(word) for each in words))
