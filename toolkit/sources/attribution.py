"""Match the `roles` entries of a planned client to the `roles` blocks of its configuration.

The entries are a set, so their order does not tell which block made which entry. The blocks resolve
an unknown entry only if every way of pairing all blocks with entries agrees. The configuration
omits `dynamic` blocks: an entry that matches no block comes from one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from toolkit.model.clients import Division, Grant, OwnDivision, Role
from toolkit.model.values import Unknown
from toolkit.sources.divisions import DivisionBook
from toolkit.sources.plan.plan_references import references_of
from toolkit.sources.remedies import NOT_SENSITIVE, SOURCE_DIR
from toolkit.sources.role_blocks import Block, Entry, RoleById, Traced


class Attribution(Struct, frozen=True):
    """The roles that a client certainly has, and the reasons why there may be more."""

    grants: tuple[Grant, ...]
    unknown: tuple[Unknown, ...] = ()


NO_ROLES: Final = Attribution(())


class Attributor(Struct, frozen=True):
    """Match the entries of one client. `reference` names its roles: ``ADDRESS.roles``."""

    reference: str
    by_id: RoleById
    divisions: DivisionBook

    def known(self, entries: Sequence[Entry]) -> Attribution:
        """Return the roles of entries that are fully known."""
        known = [entry for entry in entries if entry.role_id is not None]
        return Attribution(tuple(grant for entry in known for grant in self._grants(entry)))

    def all_unknown(self, blocks: Sequence[Block]) -> Attribution:
        """Return the roles of the static blocks; a `dynamic` block makes the whole set unknown."""
        certain, unknown = self._certain(blocks)
        return Attribution(certain, (*unknown, self._reason))

    def attribute(self, entries: Sequence[Entry], blocks: Sequence[Block]) -> Attribution:
        """Return the roles of entries that are partly unknown."""
        # Equal blocks that are not constant make either one entry each or one entry together,
        # depending on whether their values are known.
        for candidates in (_merged(blocks), list(dict.fromkeys(blocks))):
            edges = [
                [i for i, entry in enumerate(entries) if block.could_make(entry)]
                for block in candidates
            ]
            likely = edges
            if any(block.division.likely for block in candidates):
                likely = [
                    [i for i in edge if block.likely_made(entries[i])] or edge
                    for block, edge in zip(candidates, edges, strict=True)
                ]
            for chosen in (likely, edges):
                if _saturates(chosen):
                    return self._paired(entries, candidates, chosen)
        return self._unpaired(entries, blocks)

    def _paired(
        self, entries: Sequence[Entry], blocks: Sequence[Block], edges: list[list[int]]
    ) -> Attribution:
        grants: list[Grant] = []
        unknown: list[Unknown] = []
        for index, block in enumerate(blocks):
            possible = [
                entries[entry]
                for entry in edges[index]
                if len(edges[index]) == 1
                or _saturates([[entry] if i == index else edge for i, edge in enumerate(edges)])
            ]
            role = self._role(block, possible)
            if role is None:
                unknown += self._reasons(block.role)
            else:
                grants += [Grant(role, each) for each in self._divisions(block, possible)]
        if len(entries) > len(blocks):
            for i, entry in enumerate(entries):
                if not _saturates([[j for j in edge if j != i] for edge in edges]):
                    continue
                if entry.role_id is None:
                    unknown.append(self._reason)
                else:
                    grants += self._grants(entry, dynamic=True)
        return Attribution(tuple(grants), tuple(unknown))

    def _unpaired(self, entries: Sequence[Entry], blocks: Sequence[Block]) -> Attribution:
        """Return only what the entries themselves say: the blocks do not explain the entries.

        The provider's SDK can merge entries with the same unknowns, so several blocks may stand
        behind one entry. The number of entries then says nothing about `dynamic` blocks.
        """
        known = [entry for entry in entries if entry.role_id]
        grants = [grant for entry in known for grant in self._grants(entry, dynamic=True)]
        unknown: list[Unknown] = []
        if any(entry.role_id is None for entry in entries):
            pending = [block for block in blocks if block.role_when_unknown() is not None]
            certain, unknown = self._certain(pending)
            grants += certain
            unknown.append(self._reason)
        return Attribution(tuple(grants), tuple(unknown))

    def _certain(self, blocks: Sequence[Block]) -> tuple[tuple[Grant, ...], list[Unknown]]:
        """Return what the blocks alone make certain."""
        grants: list[Grant] = []
        unknown: list[Unknown] = []
        for block in blocks:
            role = block.certain_role(self.by_id)
            if role is None:
                unknown += self._reasons(block.role)
                continue
            divisions = self._open_divisions(block.division, 1)
            if block.division.is_constant:
                constant = block.division.constant
                named = constant if isinstance(constant, tuple) else [constant]
                divisions = [self.divisions.of(each) for each in named or [None]]
            grants += [Grant(role, each) for each in divisions]
        return tuple(grants), unknown

    def _role(self, block: Block, possible: Sequence[Entry]) -> Role | None:
        ids = {entry.role_id for entry in possible}
        if len(ids) != 1:
            return block.certain_role(self.by_id)
        (role_id,) = ids
        return block.role_when_unknown() if role_id is None else self.by_id(role_id)

    def _divisions(self, block: Block, possible: Sequence[Entry]) -> Iterable[Division]:
        found = {tuple(dict.fromkeys(self._divisions_in(block, entry))) for entry in possible}
        return found.pop() if len(found) == 1 else self._reasons(block.division)[:1]

    def _divisions_in(self, block: Block, entry: Entry) -> Iterator[Division]:
        number = entry.divisions.count(None)
        is_open = number > 0 and block.division.open
        for each in entry.divisions:
            # The value is settled without being known: it is null, which the provider treats as
            # home.
            if each is not None or not is_open:
                yield self.divisions.of(each)
        if is_open:
            yield from self._open_divisions(block.division, number)

    def _open_divisions(self, traced: Traced, number: int) -> list[Division]:
        """Return the divisions that an expression refers to and that have no known id yet."""
        found: list[Division] = [each.division for each in traced.divisions_when_unknown(number)]
        return found or [*self._reasons(traced)[:1]]

    def _grants(self, entry: Entry, *, dynamic: bool = False) -> Iterator[Grant]:
        role = self.by_id(entry.role_id or "")
        for each in entry.divisions:
            is_open = each is None and dynamic
            yield Grant(role, self._reason if is_open else self.divisions.of(each))

    @property
    def _reason(self) -> Unknown:
        return Unknown(self.reference, SOURCE_DIR)

    def _reasons(self, traced: Traced) -> list[Unknown]:
        return list(_reasons(traced)) or [self._reason]


def _reasons(traced: Traced) -> Iterator[Unknown]:
    for reference in references_of(traced.outcomes or ()):
        yield Unknown(reference, SOURCE_DIR)


def without_secrets(roles: Attribution, reference: str) -> Attribution:
    """Return the roles without the ids and divisions that are marked sensitive.

    A role with a resource is named by its address, which is not secret.
    """
    secret = Unknown(reference, NOT_SENSITIVE)
    unknown_role = Role(origin="undefined", unknown=(secret,))
    return Attribution(
        tuple(
            Grant(
                unknown_role if grant.role.origin == "undefined" else grant.role,
                _without_id(grant.division, secret),
            )
            for grant in roles.grants
        ),
        roles.unknown,
    )


def _without_id(division: Division, secret: Unknown) -> Division:
    if isinstance(division, OwnDivision):
        return OwnDivision(division.address)
    return secret if isinstance(division, str) else division


def _merged(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks; equal constant blocks count once, because Terraform makes one entry of
    them.
    """
    merged: list[Block] = []
    for block in blocks:
        constant = block.role.is_constant and block.division.is_constant
        if not (constant and block in merged):
            merged.append(block)
    return merged


def _saturates(edges: Sequence[Sequence[int]]) -> bool:
    """Whether every block can have its own entry (Kuhn's algorithm)."""
    owner: dict[int, int] = {}

    def place(block: int, seen: set[int]) -> bool:
        for entry in edges[block]:
            if entry not in seen:
                seen.add(entry)
                if entry not in owner or place(owner[entry], seen):
                    owner[entry] = block
                    return True
        return False

    return all(place(block, set()) for block in range(len(edges)))
