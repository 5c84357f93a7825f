"""The published names nearest to an unpublished one, by spelling and by meaning.

The meaning of a scope comes from the operations that it opens: a name means what most operations
with its words are about. That does not separate live recordings from stored ones, so this module
has a table for what people most often get wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from msgspec import Struct

from toolkit.catalog.catalog import Catalog
from toolkit.catalog.words import ACTIONS, action_of, subject_of, words_of
from toolkit.model.permissions import READONLY


class Meant(Struct, frozen=True):
    """A published name and its purpose."""

    name: str
    does: str


class Nearest(Struct, frozen=True):
    """The nearest names by spelling and by meaning; empty if nothing published is near."""

    spelling: str | None = None
    meaning: tuple[Meant, ...] = ()


#: Below these ratios, two names are no more alike than any two.
_CLOSE: Final = 0.6
_SHARE: Final = 0.2
#: The minimum similarity of a word and its misspelling, and the maximum difference in length.
_SLIP: Final = 0.75
_LETTERS: Final = 2
_MOST: Final = 2
_LISTED: Final = 8
#: From "The published API" in `GENESYS.md`: what a name about recording may mean, if published.
_RECORDING: Final = ("record", "recording", "recorder")
_SCOPES: Final = (
    Meant("conversations", "controls live recording"),
    Meant("recordings", "is about stored recordings"),
)
_PERMISSIONS: Final = (
    Meant("conversation:call:record", "starts and stops the recording of a call"),
    Meant("conversation:recording:pauseOthers", "pauses and resumes it"),
)


class Spelling(Struct, frozen=True):
    """The correct names: those of a catalog, and the `scopes` of contracts in use."""

    catalog: Catalog
    scopes: frozenset[str] = frozenset()

    def scope(self, name: str) -> str | None:
        """Return the scope that the name misspells, or None."""
        return _misspelt(name, nearest_scope(name, self.catalog, self.scopes).spelling)

    def permission(self, name: str) -> str | None:
        """Return the permission that the name misspells, or None."""
        return _misspelt(name, nearest_permission(name, self.catalog).spelling)


@lru_cache(maxsize=1024)
def nearest_scope(name: str, catalog: Catalog, contracted: frozenset[str] = frozenset()) -> Nearest:
    """Return the published scopes that may have been meant by an unpublished one.

    `contracted` are the scopes of the contracts in use.
    """
    bare = name.removesuffix(READONLY)
    known = {scope.removesuffix(READONLY) for scope in (*catalog.scopes, *contracted)}
    close = _closest(bare, known, head=True)
    spelling = None if close is None else _held_as(close, catalog, reading=bare != name)
    about = subject_of(bare)
    if set(about) & set(_RECORDING):
        return Nearest(spelling, _published(_SCOPES, catalog.scopes))
    return Nearest(spelling, _opening(about, catalog))


@lru_cache(maxsize=1024)
def nearest_permission(name: str, catalog: Catalog) -> Nearest:
    """Return the published permissions that may have been meant by an unpublished one."""
    parts = name.split(":")
    if len(parts) != 3:
        return Nearest(_closest(name, catalog.permissions), _sharing(name, catalog))
    known = [each.split(":") for each in catalog.permissions if each.count(":") == 2]
    left = [each for each in known if each[:2] == parts[:2]]
    if left:
        # Domain and entity are published, so only the action is wrong.
        actions = {each[2] for each in left}
        meant = action_of(parts[2])
        found = meant if meant in actions else _closest(parts[2], actions)
        listed = sorted(actions)
        more = f" and {len(listed) - _LISTED} more" if len(listed) > _LISTED else ""
        does = Meant(":".join(parts[:2]), f"has {', '.join(listed[:_LISTED])}{more}")
        return Nearest(":".join([*parts[:2], found]) if found else None, (does,))
    spelling = _level_by_level(parts, known)
    if set(subject_of(":".join(parts[:2]))) & set(_RECORDING):
        return Nearest(spelling, _published(_PERMISSIONS, catalog.permissions))
    return Nearest(spelling, _sharing(name, catalog))


def phrase(nearest: Nearest) -> str:
    """Return both as sentences, or "" if nothing is near."""
    parts = []
    if nearest.spelling:
        parts.append(f'Nearest by spelling: "{nearest.spelling}".')
    if nearest.meaning:
        meant = "; ".join(f'"{each.name}" {each.does}' for each in nearest.meaning)
        parts.append(f"{'By' if parts else 'Nearest by'} meaning: {meant}.")
    return " ".join(parts)


def _closest(word: str, known: Iterable[str], *, head: bool = False) -> str | None:
    """Return the known name with the most similar spelling, or None.

    With `head`, also compare only the part of the word before a colon.
    """
    best, found = _CLOSE, None
    wanted = word.lower()
    spelled = [(wanted, 1.0)]
    if head:
        spelled.append((wanted.partition(":")[0], 0.95))
    for name in sorted(known):
        against = SequenceMatcher(None, b=name.lower(), autojunk=False)
        for text, weight in spelled:
            against.set_seq1(text)
            if weight * against.real_quick_ratio() > best and weight * against.ratio() > best:
                best, found = weight * against.ratio(), name
    return found


def _misspelt(name: str, near: str | None) -> str | None:
    """Return the near name if it is a misspelling, that is, if each part differs by few letters.

    A different word may be near too, and suggesting it would grant what nobody asked for.
    """
    if near is None or name.count(":") != near.count(":"):
        return None
    for part, other in zip(name.lower().split(":"), near.lower().split(":"), strict=True):
        alike = SequenceMatcher(None, part, other, autojunk=False).ratio()
        if alike < _SLIP or abs(len(part) - len(other)) > _LETTERS:
            return None
    return near


def _held_as(scope: str, catalog: Catalog, *, reading: bool) -> str:
    """Return the scope as published: some have no read-only part, some have only that."""
    only = scope + READONLY
    return only if only in catalog.scopes and (reading or scope not in catalog.scopes) else scope


def _level_by_level(parts: list[str], known: list[list[str]]) -> str | None:
    """Return the nearest domain, the nearest entity in it, and the nearest action in that."""
    for level, part in enumerate(parts):
        names = {each[level] for each in known}
        meant = action_of(part) if level == 2 else part
        found = meant if meant in names else _closest(meant, names)
        if found is None:
            return None
        known = [each for each in known if each[level] == found]
    return ":".join(known[0])


def _published(meant: Iterable[Meant], names: Collection[str]) -> tuple[Meant, ...]:
    return tuple(each for each in meant if each.name in names)


def _opening(about: Collection[str], catalog: Catalog) -> tuple[Meant, ...]:
    """Return the scopes that open most of the operations about the same subject."""
    wanted = set(about)
    having = [
        operation
        for operation in catalog.operations.values()
        if operation.scopes and wanted & {*words_of(operation.id), *words_of(operation.path)}
    ]
    counts = Counter(
        scope.removesuffix(READONLY)
        for operation in having
        for scope in dict.fromkeys(
            name.removesuffix(READONLY) for way in operation.scopes or () for name in way
        )
    )
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_MOST]
    said = "/".join(dict.fromkeys(about))
    return tuple(
        Meant(
            _held_as(scope, catalog, reading=False),
            f'opens {number} of the {len(having)} operations about "{said}"',
        )
        for scope, number in most
        if number >= _SHARE * len(having)
    )


def _sharing(name: str, catalog: Catalog) -> tuple[Meant, ...]:
    """Return the permissions that have most of the words of the name, in any order."""
    wanted = {action_of(word) for word in words_of(name)}
    about = wanted - set(ACTIONS) - set(ACTIONS.values())

    def alike(permission: str) -> float:
        words = set(words_of(permission))
        return len(wanted & words) / len(wanted | words) if about & words else 0.0

    best = sorted(catalog.permissions, key=lambda each: (-alike(each), each))[:_MOST]
    return tuple(Meant(each, "has the same words") for each in best if alike(each) >= _CLOSE)
