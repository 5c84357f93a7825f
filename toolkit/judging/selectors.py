"""Which clients a rule selects: yes, no, or unknown from this input."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from toolkit.judging.grant_types import kinds_of, possible_grant_types
from toolkit.lazily import pattern
from toolkit.model.clients import CLIENT_TYPE, Client, Location
from toolkit.model.values import HOLE, Unknown, glob_decides, glob_matches
from toolkit.policy.document import Selector


class Selection(Struct, frozen=True):
    """Whether the rule selects the client; None if `reasons` leave it undecided.

    `location` is where the undecided value is defined.
    """

    matches: bool | None
    reasons: tuple[Unknown, ...] = ()
    location: Location | None = None


#: A name in an address without indexes: a module's name, or the resource's name at the end.
_NAME = pattern(r"(?<=\bmodule\.)[\w-]+(?=\.)|(?<=\.)[\w-]+$")

#: The index that may follow each name in the address of an instance.
_INDEX = f"[{HOLE}]"

_YES = Selection(matches=True)
_NO = Selection(matches=False)
#: The selection of a rule without a selector: every client.
EVERY = _YES


def select(selector: Selector, client: Client) -> Selection:
    """Match every given key by any of its entries; an unknown value never excludes a client."""
    doubtful = []
    for key, entries in (
        (_by_address, selector.address),
        (_by_name, selector.name),
        (_by_grant_type, selector.grant_type),
    ):
        selection = key(client, entries) if entries else _YES
        if selection.matches is False:
            return _NO
        if selection.matches is None:
            doubtful.append(selection)
    if not doubtful:
        return _YES
    return _open(doubtful)


def select_named(globs: tuple[str, ...], client: Client) -> Selection:
    """Match clients whose name or address matches one of the globs.

    A glob that contains the resource type is an address, so an unknown name does not affect it.
    """
    names = tuple(glob for glob in globs if CLIENT_TYPE not in glob)
    keys = (_by_address(client, globs), _by_name(client, names) if names else _NO)
    if any(key.matches for key in keys):
        return _YES
    doubtful = [key for key in keys if key.matches is None]
    return _open(doubtful) if doubtful else _NO


def _open(doubtful: Sequence[Selection]) -> Selection:
    """Merge several undecided selections into one."""
    reasons = tuple(reason for selection in doubtful for reason in selection.reasons)
    return Selection(None, reasons, doubtful[0].location)


def _by_name(client: Client, globs: tuple[str, ...]) -> Selection:
    for glob in globs:
        if glob_decides(glob, client.name):
            return _YES
    if isinstance(client.name, Unknown):
        return Selection(None, (client.name,), client.where("name"))
    return _NO


def _by_address(client: Client, globs: tuple[str, ...]) -> Selection:
    if any(glob_matches(glob, client.address) for glob in globs):
        return _YES
    if client.existence is None:
        return _NO
    if any(_globs_meet(glob, *_instances(client.address)) for glob in globs):
        return Selection(None, (client.existence,), client.location)
    return _NO


def _by_grant_type(client: Client, wanted: tuple[str, ...]) -> Selection:
    grant_type = client.grant_type
    possible = possible_grant_types(grant_type)
    spellings = {_one_spelling(name) for name in wanted}
    matching = [name for name in possible if _one_spelling(name) in spellings]
    if possible and len(matching) == len(possible):
        return _YES
    if isinstance(grant_type, str) and possible:
        return _NO
    # Unknown, or a misspelling that could stand for any grant type.
    doubts = (grant_type,) if isinstance(grant_type, Unknown) else kinds_of(grant_type).doubts
    return Selection(None, doubts, client.where("authorized_grant_type"))


def _one_spelling(grant_type: str) -> str:
    """Return one spelling: the provider accepts both SAML2-BEARER and SAML2BEARER."""
    return grant_type.replace("-", "")


def _instances(block: str) -> tuple[str, frozenset[int]]:
    """Return the addresses that the instances of a block can have: each name with or without index.

    The result is one template that has all the indexes, and the positions where each index ends.
    """
    names = [name.end() for name in _NAME.finditer(block)]
    starts = (0, *names)
    parts = [block[start:end] for start, end in zip(starts, (*names, len(block)), strict=True)]
    ends = {end + number * len(_INDEX) for number, end in enumerate(names, 1)}
    return _INDEX.join(parts), frozenset(ends)


def _globs_meet(glob: str, template: str, indexes: frozenset[int] = frozenset()) -> bool:
    """Whether some text matches both the glob and the template.

    `indexes` are the end positions of the indexes that the text may omit.
    """
    reached = [True, *(False for _ in template)]
    for column, char in enumerate(template, 1):
        reached[column] = (reached[column - 1] and char == HOLE) or (
            column in indexes and reached[column - len(_INDEX)]
        )
    for wanted in glob:
        row = [reached[0] and wanted == "*"]
        for column, char in enumerate(template, 1):
            if wanted == "*" or char == HOLE:
                met = (wanted == "*" and (reached[column] or row[column - 1])) or (
                    char == HOLE and (row[column - 1] or reached[column])
                )
            else:
                met = wanted == char and reached[column - 1]
            row.append(met or (column in indexes and row[column - len(_INDEX)]))
        reached = row
    return reached[-1]
