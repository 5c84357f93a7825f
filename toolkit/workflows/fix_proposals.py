"""Proposes the edit for a finding, with the changes that it promises."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol, TypeAlias

from msgspec import Struct

from toolkit.catalog.nearest import Spelling
from toolkit.lazily import pattern
from toolkit.model.addresses import without_keys
from toolkit.model.changes import ChangeKind, Direction
from toolkit.model.clients import CLIENT_CREDENTIALS, ROLE_TYPE, USER_GRANTS, Client, Location
from toolkit.model.edits import Safety
from toolkit.model.findings import Kind, Result, SubjectKind
from toolkit.model.inventory import Inventory
from toolkit.sources.hcl.editing.editor import Change, Editor
from toolkit.sources.hcl.editing.spans import NotEditableError
from toolkit.workflows.plan_origins import REPLACED

#: A changed scope or permission, and whether it is gained or lost.
Promise: TypeAlias = "tuple[ChangeKind, str, Direction]"
#: A client, by its root and its address.
Who: TypeAlias = "tuple[str, str]"
_GAIN, _LOSS = Direction.GAIN, Direction.LOSS
_SCOPE, _PERMISSION = ChangeKind.SCOPE, ChangeKind.PERMISSION
_OWN_ROLE: Final = pattern(rf"(?:^|\.)(?<!data\.){ROLE_TYPE}\.")
_THREE_PARTS: Final = pattern(r"[^:*]+:[^:*]+:[^:*]+")
_NUMBER: Final = pattern(r"at (?:most|least) (\d+)")


class Proposal(Struct):
    """An edit that mends findings; `results` are their indices in the report.

    `promised` is what changes for the clients of these findings, and for clients that share the
    edited place. With `grants` the edit gives the clients a role; if the role exists under a name
    of its own, its permissions are not promised. `siblings` are other clients that the edit
    concerns. Clients are given by root and address. With `moves` the edit changes no client,
    whichever root calls its module. The rules in `may_fail` may have a new finding after the edit.
    """

    change: Change
    promised: frozenset[Promise]
    message: str
    safety: Safety
    grants: bool
    results: list[int]
    clients: set[Who]
    siblings: frozenset[Who] = frozenset()
    moves: bool = False
    may_fail: frozenset[str] = frozenset()

    @property
    def key(self) -> tuple[object, ...]:
        """Return a key that is equal for findings that the same edit mends."""
        return (self.change.place.disk, self.change.spans)


class _Wanted(Struct):
    change: Change
    promised: Iterable[Promise]
    message: str
    safe: bool
    grants: bool = False
    shown_only: bool = False
    may_fail: frozenset[str] = frozenset()

    @property
    def safety(self) -> Safety:
        if self.shown_only:
            return Safety.DISPLAY_ONLY
        return Safety.SAFE if self.safe and not self.change.through else Safety.UNSAFE


class Offered(Protocol):
    """Looks up which permissions exist."""

    def __call__(self, patterns: Collection[str]) -> tuple[Collection[str], str, bool]:
        """Return the permissions in the domains of these patterns, their source with its date, and
        whether the list is complete.

        Raises `NotEditableError`.
        """


def proposals(
    results: Collection[tuple[int, Result, str]],
    editors: Mapping[str, tuple[Inventory, Editor]],
    spelling: Spelling,
    renamed: Mapping[Who, str],
    offered: Offered,
) -> tuple[list[Proposal], dict[int, str]]:
    """Return the edits for failing results, and by index why the other results have none.

    Each result has an index and a root. Findings with the same edit share one. No edit is proven
    yet. `renamed` are the earlier addresses of clients that a plan replaces; `offered` returns the
    permissions that exist.
    """
    made: dict[tuple[object, ...], Proposal] = {}
    left: dict[int, str] = {}
    clients = {
        root: {client.address: client for client in inventory.clients}
        for root, (inventory, _) in editors.items()
    }
    added: dict[Who, set[str]] = {}
    for _, result, root in results:
        names = {each.any_of[0] for each in result.missing if len(each.any_of) == 1}
        added.setdefault((root, result.address or ""), set()).update(names)
    for index, result, root in results:
        if root not in editors:
            continue
        try:
            before = renamed.get((root, result.address or ""))
            if result.rule == REPLACED and before is not None:
                wanted: _Wanted | None = _moved(result, before, editors[root][1])
            else:
                others = added[root, result.address or ""]
                wanted = _wanted(result, clients[root], editors[root][1], spelling, offered, others)
        except NotEditableError as error:
            left[index] = error.reason
            continue
        if wanted is None:
            continue
        found = Proposal(
            wanted.change,
            frozenset(wanted.promised),
            wanted.message,
            wanted.safety,
            wanted.grants,
            [],
            set(),
            moves=result.rule == REPLACED,
            may_fail=wanted.may_fail,
        )
        known = made.setdefault(found.key, found)
        known.results.append(index)
        known.clients.update((root, each) for each in result.affects or [result.address or ""])
    sharing = _Sharing(inventory for inventory, _ in editors.values())
    for proposal in made.values():
        if proposal.moves:
            continue
        proposal.siblings = frozenset(sharing.concerned(proposal) - proposal.clients)
        if proposal.siblings:
            if proposal.safety is Safety.SAFE:
                proposal.safety = Safety.UNSAFE
            proposal.message += f" This also affects {few(proposal.siblings)}."
    return list(made.values()), left


class _Sharing:
    """Which clients a place in the Terraform defines, or gives values to."""

    def __init__(self, inventories: Iterable[Inventory]) -> None:
        self._places: dict[Who, tuple[str, int] | None] = {}
        self._made: dict[tuple[str, int] | None, set[Who]] = {}
        self._roles: dict[str, set[Who]] = {}
        self._values: dict[str, list[tuple[int, Who]]] = {}
        for inventory in inventories:
            for client in inventory.clients:
                who, place = (inventory.root, client.address), _place(client.location)
                self._places[who] = place
                self._made.setdefault(place, set()).add(who)
                for grant in client.grants:
                    role = without_keys(grant.role.address or "")
                    self._roles.setdefault(role, set()).add(who)
                for value in client.value_locations.values():
                    self._values.setdefault(value.path, []).append((value.line, who))

    def concerned(self, proposal: Proposal) -> set[Who]:
        change = proposal.change
        if not change.through:
            places = [self._places[who] for who in proposal.clients if who in self._places]
            return {who for place in places for who in self._made[place]}
        first, last = change.lines
        written = self._values.get(change.place.shown, ())
        return self._roles.get(change.through[-1], set()) | {
            who for line, who in written if first <= line <= last
        }


def _place(location: Location | None) -> tuple[str, int] | None:
    return None if location is None else (location.path, location.line)


def few(clients: Iterable[Who]) -> str:
    """Return the first addresses and the number of the rest, for a sentence."""
    names = sorted(dict.fromkeys(address for _, address in clients))
    shown = ", ".join(names[:4])
    return shown if len(names) <= 4 else f"{shown} and {len(names) - 4} more"


def _wanted(
    result: Result,
    clients: dict[str, Client],
    editor: Editor,
    spelling: Spelling,
    offered: Offered,
    added: Collection[str],
) -> _Wanted | None:
    """Return the edit for one finding; None if there is none for this kind of finding.

    `added` are the names that edits for other findings of the client add.
    """
    address = result.address
    if address is None or result.kind in (Kind.DRIFT, Kind.OPERATOR):
        return None
    if result.subject is SubjectKind.ROLE:
        if result.rule == "wildcard-permission":
            return _expanded(result, address, editor, offered)
        return _of_role(result, address, editor, spelling, offered)
    client = clients.get(address)
    if client is None:
        return None
    if "scopes" in client.sensitive:
        raise NotEditableError("its scopes are sensitive")
    if result.kind is Kind.POLICY:
        return _of_rule(result, client, editor)
    return _of_check(result, client, editor, spelling, added)


def _moved(result: Result, before: str, editor: Editor) -> _Wanted:
    change = editor.add_moved(before, result.address or "")
    return _Wanted(change, (), f"Add a moved block from {before} to {result.address}.", True)


def _of_rule(result: Result, client: Client, editor: Editor) -> _Wanted | None:
    address = client.address
    scopes = [each.any_of[0] for each in result.missing if each.kind == "scope"]
    if client.grant_type in USER_GRANTS and scopes:
        change = editor.add_to_list(address, "scopes", scopes)
        promised = [(_SCOPE, name, _GAIN) for name in scopes]
        return _Wanted(change, promised, f"Add {_quoted(scopes)} to {_where(change)}.", True)
    permissions = [
        each.any_of[0]
        for each in result.missing
        if each.kind == "permission" and each.division is None
        if _THREE_PARTS.fullmatch(each.any_of[0])
    ]
    if client.grant_type == CLIENT_CREDENTIALS and permissions:
        own = [each.role for each in result.looked_through if _OWN_ROLE.search(each.role)]
        promised = [(_PERMISSION, name, _GAIN) for name in permissions]
        if not own:
            change = editor.add_role(address, permissions)
            return _Wanted(change, promised, "Add a role, and grant it.", False, grants=True)
        change = editor.add_permissions(own[0], permissions)
        return _Wanted(change, promised, f"Add {_quoted(permissions)} to {own[0]}.", False)
    held = [each.held for each in result.forbidden if each.kind == "scope"]
    if held and client.grant_type in USER_GRANTS:
        return _without_scopes(address, held, editor)
    held = [each.held for each in result.forbidden if each.kind == "permission"]
    if held and client.grant_type == CLIENT_CREDENTIALS:
        return _without_permissions(result, editor)
    if result.setting is not None:
        bound = _NUMBER.fullmatch(result.setting.expected)
        if bound is None or "," in result.setting.name:
            return None
        change = editor.set_number(address, result.setting.name, bound[1])
        return _Wanted(change, (), f"Set {result.setting.name} to {bound[1]}.", True)
    return None


def _of_check(
    result: Result, client: Client, editor: Editor, spelling: Spelling, added: Collection[str]
) -> _Wanted | None:
    address = client.address
    if result.rule == "ineffective-scopes":
        change = editor.remove_attribute(address, "scopes")
        return _Wanted(change, (), "Remove the scopes, which have no effect.", False)
    if result.rule == "ineffective-roles":
        change = editor.remove_blocks(address, "roles")
        return _Wanted(change, (), "Remove the roles, which have no effect.", False)
    if result.rule == "invalid-role-id":
        change = editor.refer_by_id(address)
        return _Wanted(change, (), "Refer to the role by its id.", True, grants=True)
    if result.rule == "excess-scope":
        return _without_scopes(address, [each.held for each in result.forbidden], editor)
    if result.rule == "excess-permission":
        return _without_permissions(result, editor)
    if result.rule == "unpublished-scope":
        wrong = result.forbidden[0].held
        near = spelling.scope(wrong)
        if near is None or near in client.scopes.members or near in added:
            return _without_scopes(address, [wrong], editor)
        change = editor.replace_in_list(address, "scopes", wrong, near)
        promised = [(_SCOPE, near, _GAIN), (_SCOPE, wrong, _LOSS)]
        return _Wanted(change, promised, f'Replace "{wrong}" with "{near}".', False)
    return None


def _without_scopes(address: str, names: Sequence[str], editor: Editor) -> _Wanted:
    change = editor.remove_from_list(address, "scopes", names)
    promised = [(_SCOPE, name, _LOSS) for name in names]
    return _Wanted(change, promised, f"Remove {_quoted(names)} from {_where(change)}.", False)


def _without_permissions(result: Result, editor: Editor) -> _Wanted:
    held = {each.held for each in result.forbidden if each.kind == "permission"}
    roles = {each.role for each in result.forbidden if each.kind == "permission"}
    role = roles.pop() if len(roles) == 1 else None
    if role is None or not _OWN_ROLE.search(role):
        raise NotEditableError("it is granted by several roles, or by none of this Terraform")
    names = sorted(held)
    if not all(_THREE_PARTS.fullmatch(name) for name in names):
        raise NotEditableError("a wildcard is not narrowed")
    change = editor.remove_permissions(role, names)
    promised = [(_PERMISSION, name, _LOSS) for name in names]
    return _Wanted(change, promised, f"Remove {_quoted(names)} from {role}.", False)


def _where(change: Change) -> str:
    """Return "the scopes", or the address of the object that the edit changes in their place."""
    return change.through[-1] if change.through else "the scopes"


def _expanded(result: Result, address: str, editor: Editor, offered: Offered) -> _Wanted:
    """Return the edit that replaces a wildcard with the permissions that it grants today."""
    wild = [each.held for each in result.forbidden]
    names, source, are_all = offered(wild)
    change, made = editor.expand_permissions(address, wild, names)
    promised = [(_PERMISSION, old, _LOSS) for old in made]
    new = {name for each in made.values() for name in each}
    message = f"Replace {_quoted(made)} with the {len(new)} permissions that {source}."
    if not are_all:
        message += " There may be more: --live reads them from the org."
    # A permission that the org has is valid even if no operation asks for it.
    may_fail = frozenset({"unpublished-permission"})
    return _Wanted(change, promised, message, False, shown_only=not are_all, may_fail=may_fail)


def _of_role(
    result: Result, address: str, editor: Editor, spelling: Spelling, offered: Offered
) -> _Wanted | None:
    if result.rule != "unpublished-permission":
        return None
    right = {
        held: near
        for held in (each.held for each in result.forbidden)
        if _THREE_PARTS.fullmatch(held) and (near := spelling.permission(held)) is not None
    }
    if right:
        names, _, are_all = offered(right)
        # A permission that the org has is spelt right even if no operation asks for it.
        right = {old: new for old, new in right.items() if not (are_all and old in names)}
    if not right:
        return None
    change, made = editor.correct_permissions(address, right)
    promised = [(_PERMISSION, old, _LOSS) for old in made]
    promised += [(_PERMISSION, new, _GAIN) for new in made.values() if new is not None]
    known = [old for old, new in made.items() if new is None]
    if known:
        message = f"Remove {_quoted(known)}, which is there as {_quoted([right[known[0]]])}."
    else:
        new = [each for each in made.values() if each is not None]
        message = f"Replace {_quoted(made)} with {_quoted(new)}."
    return _Wanted(change, promised, message, False)


def _quoted(names: Iterable[str]) -> str:
    return " and ".join(f'"{name}"' for name in names)


def overlapping(changes: Iterable[Change]) -> Iterator[bool]:
    """Yield for each change whether it overlaps an earlier one."""
    taken: dict[str, list[tuple[int, int]]] = {}
    for change in changes:
        ranges = [(span.start, span.end) for span in change.spans]
        known = taken.setdefault(change.place.disk, [])
        clash = any(s <= end and start <= e for s, e in ranges for start, end in known)
        if not clash:
            known += ranges
        yield clash
