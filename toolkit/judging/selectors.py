"""Which clients a rule is about: yes, no, or not known from this input."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from toolkit.judging.grant_types import kinds_of, possible_grant_types
from toolkit.lazily import pattern
from toolkit.model.clients import CLIENT_TYPE, Client, Location
from toolkit.model.values import HOLE, Unknown, glob_decides, glob_matches
from toolkit.policy.document import Selector


class Selection(Struct, frozen=True):
    """Whether the rule is about the client; None when `reasons` leave that open.

    `location` is where the value stands that leaves it open.
    """

    matches: bool | None
    reasons: tuple[Unknown, ...] = ()
    location: Location | None = None


#: A name of an address that has no index: a module's, or at the end the resource's.
_NAME = pattern(r"(?<=\bmodule\.)[\w-]+(?=\.)|(?<=\.)[\w-]+$")

#: What may follow each of them in the address of an instance.
_INDEX = f"[{HOLE}]"

_YES = Selection(matches=True)
_NO = Selection(matches=False)
#: What selecting comes to where a rule does not: it is about every client.
EVERY = _YES


def select(selector: Selector, client: Client) -> Selection:
    """Every key given must match, by any of its entries; what is not known never excludes."""
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
    """The clients whose name or address matches one of the globs.

    One with the resource's type in it is an address, of which a name that is not known says
    nothing.
    """
    names = tuple(glob for glob in globs if CLIENT_TYPE not in glob)
    keys = (_by_address(client, globs), _by_name(client, names) if names else _NO)
    if any(key.matches for key in keys):
        return _YES
    doubtful = [key for key in keys if key.matches is None]
    return _open(doubtful) if doubtful else _NO


def _open(doubtful: Sequence[Selection]) -> Selection:
    """What several keys leave open, as one."""
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
    # Not known, or a misspelling of which nobody can tell what was meant.
    doubts = (grant_type,) if isinstance(grant_type, Unknown) else kinds_of(grant_type).doubts
    return Selection(None, doubts, client.where("authorized_grant_type"))


def _one_spelling(grant_type: str) -> str:
    """The provider accepts SAML2-BEARER and SAML2BEARER for the same."""
    return grant_type.replace("-", "")


def _instances(block: str) -> tuple[str, frozenset[int]]:
    """What addresses the instances of a block can have: an index, or none, after each name.

    As one template with all the indexes, and where in it those end.
    """
    names = [name.end() for name in _NAME.finditer(block)]
    starts = (0, *names)
    parts = [block[start:end] for start, end in zip(starts, (*names, len(block)), strict=True)]
    ends = {end + number * len(_INDEX) for number, end in enumerate(names, 1)}
    return _INDEX.join(parts), frozenset(ends)


def _globs_meet(glob: str, template: str, indexes: frozenset[int] = frozenset()) -> bool:
    """Whether some text matches the glob and the template both; `indexes` may be left out of it.

    They are told by where they end.
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
