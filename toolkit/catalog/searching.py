"""Find operations by words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from toolkit.catalog.words import words_of
from toolkit.contracts.contract import Operation

#: Synonyms of the HTTP methods. Operation ids begin with the method itself, which needs no entry.
_METHODS: Final = {
    **dict.fromkeys(("list", "read", "view", "show", "fetch"), ("GET",)),
    **dict.fromkeys(("create", "add", "new"), ("POST",)),
    **dict.fromkeys(("update", "modify", "change", "edit"), ("PATCH", "PUT")),
    **dict.fromkeys(("remove", "destroy"), ("DELETE",)),
}


def search(words: Sequence[str], operations: Iterable[Operation]) -> list[Operation]:
    """Return the operations that match all words, shortest first; else those that match most.

    A word matches in the id, the path, the summary, the scopes and the permissions, also as the
    beginning of a longer word; a verb such as ``list`` or ``create`` also matches the method. Ids
    and methods count more than the rest, because they say what a call does, and a whole word counts
    more than the beginning of one.
    """
    wanted = {word for text in words for word in words_of(text)}
    ranked = []
    for operation in operations:
        own = set(words_of(operation.id))
        doing = {word for word in wanted if operation.method in _METHODS.get(word, ())}
        rest = _words(operation) | doing
        found = sum(_has(word, rest) for word in wanted)
        if found:
            named = sum(_has(word, own | doing) for word in wanted)
            whole = len(wanted & (own | doing))
            size = (len(own), operation.path.count("/"), len(operation.path))
            ranked.append((-found, -named, -whole, size, operation.id, operation))
    most = min((rank[0] for rank in ranked), default=0)
    return [rank[-1] for rank in sorted(ranked, key=lambda rank: rank[:-1]) if rank[0] == most]


def _words(operation: Operation) -> set[str]:
    texts = [operation.id, operation.path, operation.summary]
    texts += [scope for way in operation.scopes or () for scope in way]
    texts += operation.permissions.names if operation.permissions is not None else ()
    return {word for text in texts for word in words_of(text)}


def _has(word: str, words: set[str]) -> bool:
    return word in words or (len(word) > 2 and any(each.startswith(word) for each in words))
