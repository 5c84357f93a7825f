"""Resolve roles that one source knows only by id, with a state that is another source.

A state describes what was applied. If it belongs to the configuration that refers to the role, the
next apply changes the role to what is written: then the configuration decides, and the state only
tells which role it is.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from toolkit.model.addresses import Moves, without_keys
from toolkit.model.clients import Client, Division, Role
from toolkit.model.inventory import STDIN, Inventory, Note
from toolkit.sources.remedies import A_STAYING_ROLE
from toolkit.sources.resources import ending_role, open_role
from toolkit.sources.role_index import both

#: Origins of a role of which a source knows only a name or an id.
ELSEWHERE = frozenset({"undefined", "data"})
#: The folder in which Terraform keeps workspace states, each in a folder of its name.
_WORKSPACES: Final = "terraform.tfstate.d"
_SECOND: Final = "{} is a second source: of roles and divisions that are known by id alone."
_WRITTEN: Final = (
    "{}: {}: a client names the role by its id, which its state has; what is written here decides "
    "what it grants."
)
_ENDS: Final = (
    "{}: {}: a client names the role by its id, and nobody defines it after the next apply, so "
    "what it grants is not known."
)


class Joined(Struct, frozen=True):
    """Inventories with roles resolved by states, and notes about that.

    `beside` lists the states used that are not sources themselves.
    """

    inventories: tuple[Inventory, ...]
    notes: tuple[Note, ...]
    beside: tuple[str, ...]


def joined_with_states(
    inventories: Sequence[Inventory],
    *,
    beside: Mapping[str, Inventory],
    exports: Collection[str] = (),
) -> Joined:
    """Return the inventories with raw role ids resolved by states, those `beside` a root included.

    The configuration of an export has no ids; only its state has. A state is not judged again if it
    resolved a role of another source, or is beside one of the `exports`, and all its clients are in
    that source. Clients are matched by name, if the name is unique.
    """
    states = [each for each in inventories if each.kind == "state"]
    roots = {os.path.realpath(each.root) for each in inventories if each.kind == "hcl"}
    found = []
    notes: set[Note] = set()
    used: list[str] = []
    twice: dict[str, str] = {}
    for inventory in inventories:
        if inventory.kind == "state":
            found.append(inventory)
            continue
        own = beside.get(inventory.root)
        is_export = inventory.root in exports
        all_states = states if own is None else [own, *states]
        join = _Join(inventory, all_states, roots, is_export=is_export)
        found.append(replace(join.joined(), is_export=is_export))
        notes.update(join.notes())
        if own is not None and own.root in join.used:
            used.append(own.root)
            notes.update((Note("state-beside", _SECOND.format(own.root)), *own.notes))
        for state in states:
            lies_there = is_export and _home(state.root) == os.path.realpath(inventory.root)
            if (lies_there or state.root in join.used) and _has_clients_of(inventory, state):
                twice[state.root] = inventory.root
    return Joined(
        tuple(
            replace(
                each,
                clients=(),
                judged=False,
                why_not=f"its clients are those of {twice[each.root]}",
            )
            if each.kind == "state" and each.root in twice
            else each
            for each in found
        ),
        tuple(notes),
        tuple(used),
    )


class _Join:
    """One inventory, with what the states know about roles and divisions known only by id.

    `roots` holds the folders of all root modules in this run.
    """

    def __init__(
        self,
        inventory: Inventory,
        states: Sequence[Inventory],
        roots: Collection[str],
        *,
        is_export: bool,
    ) -> None:
        self._inventory = inventory
        self._is_export = is_export
        self._roots = roots
        self._states = [_State(inventory, each) for each in states]
        self._defined = {
            role.address: role
            for role in inventory.roles
            if role.address is not None and role.origin == "resource"
        }
        self._answers: dict[str, Role | None] = {}
        self._written: set[str] = set()
        self._ends: set[str] = set()
        #: The states that resolved something.
        self.used: set[str] = set()

    def joined(self) -> Inventory:
        if not self._states:
            return self._inventory
        joined = self._inventory.with_roles(self._decided)
        divisions: dict[str, Division] = {}
        for state in reversed(self._states):
            divisions |= state.inventory.divisions
        clients = tuple(_with_divisions(client, divisions) for client in joined.clients)
        if any(new is not old for new, old in zip(clients, joined.clients, strict=True)):
            joined = replace(joined, clients=clients)
            for state in self._states:
                if any(
                    each.division in state.inventory.divisions
                    for client in self._inventory.clients
                    for each in client.grants
                    if isinstance(each.division, str)
                ):
                    self.used.add(state.inventory.root)
        return joined if self.used else self._inventory

    def notes(self) -> Iterator[Note]:
        for code, text, addresses in (
            ("role-by-id", _WRITTEN, self._written),
            ("role-ends", _ENDS, self._ends),
        ):
            if addresses:
                yield Note(code, text.format(self._inventory.root, ", ".join(sorted(addresses))))

    def _decided(self, role: Role) -> Role:
        if role.origin not in ELSEWHERE or not role.id:
            return role
        if role.id not in self._answers:
            self._answers[role.id] = self._answer(role.id)
        found = self._answers[role.id]
        return role if found is None else found

    def _answer(self, role_id: str) -> Role | None:
        """Return what all states say about the role; None if none has it."""
        found: Role | None = None
        for state in self._states:
            for role in state.roles.get(role_id, ()):
                self.used.add(state.inventory.root)
                said = self._said(state, role)
                found = said if found is None else both(found, said)
        return found

    def _said(self, state: _State, role: Role) -> Role:
        """Return a state's role as the next apply of its configuration will leave it."""
        address, role_id = role.address or "", role.id or ""
        ending = next((each for each in state.inventory.ending if each.id == role_id), None)
        if ending is not None:
            return self._ended(ending)
        now = state.address_now(address)
        written = self._defined.get(now)
        if self._is_foreign(state, written is not None):
            return self._with_own(role)
        if self._inventory.kind != "hcl":
            reference = f"{address}, which the plan does not have"
            return self._ended(open_role(address, role_id, reference, A_STAYING_ROLE))
        if state.moves.is_forgotten(address):
            return role
        if written is None:
            return self._not_written(address, now, role_id)
        if written.existence is not None:
            return replace(written, id=role_id, permissions=(), unknown=(written.existence,))
        self._written.add(now)
        mine = replace(written, id=role_id)
        is_same = state.is_beside(self._inventory.root) or mine.name == role.name
        return mine if is_same else both(mine, role, A_STAYING_ROLE)

    def _is_foreign(self, state: _State, is_written: bool) -> bool:
        """Whether the state belongs to another root, which is applied separately."""
        if self._is_export and state.inventory.is_export and not state.shares_roles:
            # An export of clients only: the roles belong to another one, and nothing was applied.
            return True
        if state.is_beside(self._inventory.root):
            return False
        is_elsewhere = self._inventory.kind == "hcl" and state.home in self._roots
        return is_elsewhere or not (is_written or state.shares)

    def _with_own(self, role: Role) -> Role:
        """Return another root's role, merged with this root's roles of that name,
        unique in an org.
        """
        same = [each for each in self._defined.values() if each.name == role.name]
        for each in same if isinstance(role.name, str) else ():
            role = both(role, replace(each, id=role.id))
        return role

    def _not_written(self, address: str, now: str, role_id: str) -> Role:
        block = without_keys(now)
        for module in self._inventory.unread:
            if block.startswith(f"{module.address}."):
                stays = f"whether {now} stays"
                return open_role(now, role_id, stays, module.reason.decided_by)
        for each in self._inventory.roles:
            if each.existence is not None and without_keys(each.address or "") == block:
                return replace(each, id=role_id, permissions=(), unknown=(each.existence,))
        return self._ended(ending_role(address, role_id, "destroys"))

    def _ended(self, role: Role) -> Role:
        self._ends.add(role.label)
        return role


class _State:
    """A state, and its relation to an inventory."""

    def __init__(self, inventory: Inventory, state: Inventory) -> None:
        self.inventory = state
        self.home = _home(state.root)
        self.moves = Moves(inventory.lineage)
        self.roles: defaultdict[str, list[Role]] = defaultdict(list)
        for role in (*state.roles, *state.ending):
            if role.id and role.origin == "resource":
                self.roles[role.id].append(role)
        here = {role.address for role in inventory.roles if role.origin == "resource"}
        known = {role.address for role in state.roles if role.address}
        moved = self.moves.of(known, {each for each in here if each})
        # Terraform does not move an object to an address that is taken.
        self._moved = {old: new for old, new in moved.items() if new not in known}
        self.shares_roles = any(self.address_now(each) in here for each in known)
        clients = {client.address: client.platform_id for client in inventory.clients}
        self.shares = self.shares_roles or any(
            clients[each.address] in (None, each.platform_id)
            for each in state.clients
            if each.address in clients
        )

    def address_now(self, address: str) -> str:
        """Return the current address of an object in the state, in this configuration."""
        return self._moved.get(address, address)

    def is_beside(self, root: str) -> bool:
        return self.home == os.path.realpath(root)


def _home(file: str) -> str:
    """Return the root module folder of a state, as far as its path tells."""
    if file == STDIN:
        return ""
    folder = os.path.dirname(os.path.realpath(file))  # noqa: PTH120
    above = os.path.dirname(folder)  # noqa: PTH120
    if os.path.basename(above) == _WORKSPACES:  # noqa: PTH119
        return os.path.dirname(above)  # noqa: PTH120
    return folder


def _with_divisions(client: Client, divisions: Mapping[str, Division]) -> Client:
    """Return the client with its grants' divisions by name, if only their ids are known."""
    if not any(isinstance(g.division, str) and g.division in divisions for g in client.grants):
        return client
    grants = tuple(
        replace(grant, division=divisions[grant.division])
        if isinstance(grant.division, str) and grant.division in divisions
        else grant
        for grant in client.grants
    )
    return replace(client, grants=grants)


def _has_clients_of(inventory: Inventory, state: Inventory) -> bool:
    named = Counter(client.name for client in inventory.clients if isinstance(client.name, str))
    return all(named[client.name] == 1 for client in state.clients if isinstance(client.name, str))
