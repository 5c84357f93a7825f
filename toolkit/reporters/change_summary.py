"""Summaries of access changes: a sentence, and lines that combine related changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final, TypeAlias

from msgspec import Struct

from toolkit.model.changes import Certainty, Change, ChangeKind, Direction, HolderKind, Identity
from toolkit.model.clients import Location
from toolkit.model.plurals import plural
from toolkit.model.values import Unknown

#: The verbs of the sentence for roles, and for all other holders.
_VERBS = {
    (False, Direction.GAIN): ("gain", "access"),
    (False, Direction.LOSS): ("lose", "access"),
    (True, Direction.GAIN): ("grant", "more"),
    (True, Direction.LOSS): ("grant", "less"),
}
_KINDS = (ChangeKind.OPERATION, ChangeKind.SCOPE, ChangeKind.PERMISSION)
#: How many operations without a phrase one line names.
_NAMED = 3


class Line(Struct, frozen=True):
    """One line about a client: what it gains or loses, and through what."""

    direction: Direction
    certainty: Certainty
    text: str
    through: str = ""
    location: Location | None = None
    reasons: tuple[Unknown, ...] = ()


class ClientLines(Struct, frozen=True):
    """A client with all its changes; `remark` describes its new identity."""

    environment: str | None
    root: str
    address: str
    client: str
    identity: Identity
    remark: str
    lines: tuple[Line, ...]


#: What the clients of a module that is not read may gain or lose.
_UNREAD: Final = "clients, and access, that are not known"
#: The operations that start a recording.
_STARTS: Final = frozenset({"startRecordingSession", "patchConversationsCallParticipant"})


def sentence(changes: Sequence[Change]) -> str:
    """Return the summary sentence, which comes first in a report."""
    if not changes:
        return "No client gains or loses access."
    parts = []
    for holder in HolderKind:
        some = [change for change in changes if change.holder is holder]
        who = holder.value
        for direction in Direction:
            certain, possible = _clients(some, direction)
            verb, what = _VERBS[holder is HolderKind.ROLE, direction]
            parts += _count(len(certain), verb, what, who=who)
            parts += _count(len(possible - certain), f"may {verb}", what, inflected=False, who=who)
    for holder in HolderKind:
        some = [c for c in changes if c.identity is Identity.REPLACED and c.holder is holder]
        certain = {_who(c) for c in some if c.certainty is Certainty.CERTAIN}
        possible = {_who(c) for c in some} - certain
        verbs = "is replaced", "are replaced"
        parts += _count(len(certain), verbs[0], "", plural_verb=verbs[1], who=holder.value)
        parts += _count(len(possible), "may be replaced", "", inflected=False, who=holder.value)
    modules = {_who(c) for c in changes if c.holder is HolderKind.MODULE}
    parts += _count(len(modules), "may change access", "", inflected=False, who="unread module")
    if not parts:
        parts = ["No client gains or loses access"]
    gravest = _gravest(changes)
    told = f": {gravest}" if gravest else ""
    text = f"{', '.join(parts)}{told}."
    return text[0].upper() + text[1:]


_Who: TypeAlias = tuple[str | None, str, str]


def _who(change: Change) -> _Who:
    """Return the key of a client, with its target, since several targets may share a root."""
    return change.environment, change.root, change.address


def _clients(changes: Iterable[Change], direction: Direction) -> tuple[set[_Who], set[_Who]]:
    """Return the clients that certainly gain or lose something, and those that may."""
    certain: set[_Who] = set()
    possible: set[_Who] = set()
    for change in changes:
        if change.direction is direction and change.kind in _KINDS:
            found = certain if change.certainty is Certainty.CERTAIN else possible
            found.add(_who(change))
    return certain, possible


def _count(
    number: int,
    verb: str,
    noun: str,
    *,
    inflected: bool = True,
    plural_verb: str | None = None,
    who: str = "client",
) -> list[str]:
    if not number:
        return []
    if number == 1 and inflected and plural_verb is None:
        verb = f"{verb}s"
    elif number > 1 and plural_verb is not None:
        verb = plural_verb
    return [f"{plural(number, who)} {verb} {noun}".rstrip()]


def _gravest(changes: Sequence[Change]) -> str:
    """Name the most severe operation that becomes possible, or else impossible, and for whom.

    A recording that can no longer be started comes before anything that becomes possible.
    """
    gains, losses = (_named_operations(changes, direction) for direction in Direction)
    starts = [change for change in losses if change.name in _STARTS]
    parts = [_who_can("can no longer", starts)] if starts else []
    if gains:
        parts.append(_who_can("can now", gains))
    elif losses and not starts:
        parts.append(_who_can("can no longer", losses))
    return ", and ".join(parts)


def _named_operations(changes: Sequence[Change], direction: Direction) -> list[Change]:
    return [
        c
        for c in changes
        if c.phrase is not None
        and c.kind is ChangeKind.OPERATION
        and c.direction is direction
        and c.certainty is Certainty.CERTAIN
    ]


def _who_can(word: str, some: Sequence[Change]) -> str:
    """Name the most severe of the operations, one client, and the number of other clients."""
    first = min(some, key=lambda change: (change.rank, change.sort_key))
    who = f"whoever has {first.client}" if first.holder is HolderKind.ROLE else first.client
    same = {_who(c) for c in some if c.phrase == first.phrase and c.holder is first.holder}
    more = len(same) - 1
    others = f" and {plural(more, f'other {first.holder.value}')}" if more else ""
    return f"{who}{others} {word} {first.phrase}"


def said(line: Line) -> str:
    """Return the line as a part of a sentence about the client."""
    if line.certainty is Certainty.POSSIBLE and not line.text.startswith("may "):
        return f"may {'gain' if line.direction is Direction.GAIN else 'lose'} {line.text}"
    return line.text


def clients(changes: Sequence[Change]) -> list[ClientLines]:
    """Return the changes as lines, grouped by target, root and client."""
    return [_client(list(group)) for _, group in groupby(changes, key=_who)]


def _client(changes: list[Change]) -> ClientLines:
    first = changes[0]
    lines: list[Line] = []
    kinds = {change.kind for change in changes}
    by_scope = ChangeKind.SCOPE in kinds and ChangeKind.PERMISSION not in kinds
    for direction in Direction:
        for certainty in Certainty:
            some = [c for c in changes if c.direction is direction and c.certainty is certainty]
            operations = [c for c in some if c.kind is ChangeKind.OPERATION]
            lines += _operations(operations, by_scope=by_scope)
            lines += [_scope(c) for c in some if c.kind is ChangeKind.SCOPE]
            lines += _permissions([c for c in some if c.kind is ChangeKind.PERMISSION])
            lines += [_grant(c) for c in some if c.kind is ChangeKind.GRANT]
            lines += [_line(c, _UNREAD) for c in some if c.holder is HolderKind.MODULE]
    return ClientLines(
        first.environment,
        first.root,
        first.address,
        first.client,
        first.identity,
        _remark(changes),
        tuple(lines),
    )


def _remark(changes: list[Change]) -> str:
    first = changes[0]
    if first.holder is HolderKind.ROLE:
        return _remark_on_role(first)
    if first.holder is HolderKind.MODULE:
        is_other = {change.direction for change in changes} == {*Direction}
        called = "called in another way" if is_other else "called on one side only"
        return f"The module is not read, and it is {called}."
    match first.identity:
        case Identity.REPLACED if first.certainty is Certainty.POSSIBLE:
            return (
                "Another configuration of the provider manages it. If that is of another org, the "
                "client is replaced: new id, new secret (a plan decides it)."
            )
        case Identity.REPLACED:
            return f"Replaced: new id, new secret; whatever uses the old one stops.{_hint(first)}"
        case Identity.NEW:
            return "New client."
        case Identity.GONE:
            return "The client goes: whatever uses it stops."
        case Identity.MOVED:
            return f"Moved from {first.before}: the same client." if first.before else ""
        case Identity.UNKNOWN:
            return "Whether it is a client that was there before is not known."
    return ""


def _hint(change: Change) -> str:
    """Return the hint that a `moved` block keeps the object, if its address changed; else ""."""
    if change.before is None:
        return ""
    kind = change.holder.value
    return f" A moved block keeps a {kind} whose address changes. It was {change.before}."


def _remark_on_role(change: Change) -> str:
    match change.identity:
        case Identity.REPLACED:
            return f"Replaced: a new id; whoever has the old one elsewhere loses it.{_hint(change)}"
        case Identity.NEW:
            return "New role."
        case Identity.GONE:
            return "The role goes: whoever has it elsewhere loses it."
        case Identity.UNKNOWN:
            return "Whether it is a role that was there before is not known."
    return "This counts for whoever has the role, also outside of this Terraform."


def _operations(changes: list[Change], *, by_scope: bool) -> list[Line]:
    if not changes:
        return []
    first = changes[0]
    named = sorted((c for c in changes if c.phrase is not None), key=lambda c: c.rank)
    others = [c.name or "" for c in changes if c.phrase is None]
    parts = [f"{c.phrase} ({c.name})" for c in named]
    if others and len(others) <= _NAMED:
        parts.append(f"call {', '.join(others)}")
    elif others:
        parts.append(f"call {len(others)} {'other ' if named else ''}operations")
    can = {
        (Direction.GAIN, Certainty.CERTAIN): "can now",
        (Direction.GAIN, Certainty.POSSIBLE): "may now be able to",
        (Direction.LOSS, Certainty.CERTAIN): "can no longer",
        (Direction.LOSS, Certainty.POSSIBLE): "may no longer be able to",
    }[first.direction, first.certainty]
    reasons = dict.fromkeys(reason for change in changes for reason in change.reasons)
    text = f"{can} {', '.join(parts)}"
    if by_scope:
        text += ", as far as the user who logs in may"
    return [Line(first.direction, first.certainty, text, reasons=tuple(reasons))]


def _scope(change: Change) -> Line:
    name = "scopes that are not known" if change.name is None else f"scope {change.name}"
    return _line(change, name)


def _grant(change: Change) -> Line:
    return _line(change, f"role {change.name} in {_division(change.division)}")


def _permissions(changes: list[Change]) -> list[Line]:
    """Return a line for each permission; one line for everything that a wildcard grants."""
    lines: list[Line] = []
    groups: dict[tuple[object, ...], list[Change]] = {}
    for change in changes:
        pattern = change.pattern or change.name
        key = pattern, change.division, change.through, change.location, change.reasons
        groups.setdefault(key, []).append(change)
    for group in groups.values():
        first = group[0]
        pattern = first.pattern or first.name
        of_role = first.holder is HolderKind.ROLE
        where = "" if of_role else f" in {_division(first.division)}"
        if pattern is None:
            lines.append(_line(first, f"permissions that are not known{where}"))
            continue
        today = [c for c in group if c.name != pattern]
        text = f"permission {pattern}{where}"
        if any(c.growing for c in group):
            text += f": {plural(len(today), 'permission')} today, and all that are published later"
        elif today:
            text += f": {_names([c.name or '' for c in today])}"
        risks = sorted({risk for change in group for risk in change.risks})
        if risks:
            text += f" [{', '.join(risks)}]"
        lines.append(_line(first, text))
    return lines


def _names(names: list[str]) -> str:
    if len(names) <= _NAMED + 1:
        return ", ".join(names)
    return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"


def _line(change: Change, text: str) -> Line:
    through = f"through {change.through}" if change.through else ""
    return Line(change.direction, change.certainty, text, through, change.location, change.reasons)


def _division(division: str | None) -> str:
    if division in (None, "home"):
        return "the home division"
    return "all divisions" if division == "*" else f"division {division}"
