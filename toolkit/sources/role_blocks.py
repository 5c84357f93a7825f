"""Planned `roles` entries and configured `roles` blocks, and whether a block can have made an
entry.
"""

from collections.abc import Callable
from itertools import zip_longest
from typing import Self, TypeAlias

from msgspec import Struct

from toolkit.model.clients import Role
from toolkit.sources.marks import Tree
from toolkit.sources.plan.plan_configuration import Expression, is_constant
from toolkit.sources.plan.plan_references import DivisionId, Opaque, Outcome, RoleId, Settled
from toolkit.sources.resources import as_list, known_text

RoleById: TypeAlias = Callable[[str], Role]


class Entry(Struct, frozen=True):
    """A planned entry; None is an unknown value, or an unset division of a client.

    A client's entry has one division. That of a user or group has any number; an empty division
    there is known to be unset.
    """

    role_id: str | None
    divisions: tuple[str | None, ...]

    @classmethod
    def of(cls, value: Tree, mark: Tree = False) -> Self:
        """Return the entry of a plan or state, with its `after_unknown`."""
        return cls(_member(value, mark, "role_id"), _divisions(value, mark))


class Traced(Struct, frozen=True):
    """A block's expression: its constant, or what its value may come from.

    For a set expression the constant is a tuple.
    """

    constant: str | tuple[str, ...] | None = None
    outcomes: tuple[Outcome, ...] | None = None
    #: The value, assuming that the only reference is used unchanged.
    likely: str | None = None

    @property
    def is_constant(self) -> bool:
        return self.outcomes is None

    def divisions_when_unknown(self, number: int) -> list[DivisionId]:
        """Return the divisions, if exactly this many unknown ids can only be divisions
        of the plan.
        """
        open_ones = [each for each in self.outcomes or () if not isinstance(each, Settled)]
        found = [each for each in open_ones if isinstance(each, DivisionId)]
        is_clear = not any(
            isinstance(each, Settled) and each.may_be_id for each in self.outcomes or ()
        )
        return found if is_clear and len(found) == len(open_ones) == number else []

    @property
    def open(self) -> bool:
        """Whether the value may be unknown in the plan."""
        return not all(isinstance(outcome, Settled) for outcome in self.outcomes or ())


class Block(Struct, frozen=True):
    """A static `roles` block of the configuration."""

    role: Traced
    division: Traced = Traced()

    def could_make(self, entry: Entry) -> bool:
        return self._role_fits(entry.role_id) and self._division_fits(entry)

    def likely_made(self, entry: Entry) -> bool:
        """Whether the entry has the division of the block's only reference."""
        likely = self.division.likely
        return likely is not None and entry.divisions == (likely,)

    def _role_fits(self, role_id: str | None) -> bool:
        if self.role.outcomes is None:
            return role_id is not None and role_id == self.role.constant
        if role_id is None:
            return bool(self._pending)
        return not self.role.outcomes or any(
            isinstance(outcome, Settled | Opaque)
            or (isinstance(outcome, RoleId) and outcome.role.id == role_id)
            for outcome in self.role.outcomes
        )

    def _division_fits(self, entry: Entry) -> bool:
        constant = self.division.constant
        if not self.division.is_constant:
            return True
        if not constant:
            # A computed division is unknown, or keeps the state's value for this role.
            return entry.divisions in ((None,), ("",)) or entry.role_id is not None
        return set(entry.divisions) == set(constant if isinstance(constant, tuple) else [constant])

    @property
    def _pending(self) -> tuple[Outcome, ...]:
        """Return what an unknown role id may come from."""
        return tuple(
            outcome
            for outcome in self.role.outcomes or ()
            if isinstance(outcome, Opaque)
            or (isinstance(outcome, RoleId) and outcome.role.id is None)
        )

    def role_when_unknown(self) -> Role | None:
        """Return the role, if its id is unknown in the plan and only one role is possible.

        A condition on that id would leave the same references, so no other id may be possible.
        """
        others = [
            outcome
            for outcome in self.role.outcomes or ()
            if isinstance(outcome, RoleId) or (isinstance(outcome, Settled) and outcome.may_be_id)
        ]
        match self._pending:
            case (RoleId(role),) if len(others) == 1:
                return role
        return None

    def certain_role(self, by_id: RoleById) -> Role | None:
        """Return the role that does not depend on what the entry shows."""
        if self.role.is_constant:
            return by_id(self.role.constant) if isinstance(self.role.constant, str) else None
        match self.role.outcomes:
            case (RoleId(role),):
                return role
        return None


def traced(
    expression: Expression | None, outcomes: tuple[Outcome, ...], likely: str | None
) -> Traced:
    """Return a block's expression with its trace; None is an absent attribute."""
    if expression is None:
        return Traced()
    if is_constant(expression):
        constant = expression["constant_value"]
        if isinstance(constant, list):
            return Traced(tuple(map(str, constant)))
        return Traced(None if constant is None else str(constant))
    return Traced(None, outcomes, likely)


def _divisions(value: Tree, mark: Tree) -> tuple[str | None, ...]:
    """Return the division of a client's entry, or those of a user's or group's."""
    listed = value.get("division_ids") if isinstance(value, dict) else None
    marked = mark.get("division_ids") if isinstance(mark, dict) else None
    if marked is True:
        return (None,)
    if listed is None and not marked:
        return (_member(value, mark, "division_id"),)
    members = zip_longest(as_list(listed), marked if isinstance(marked, list) else [])
    found = [None if unknown is True else known_text(each) for each, unknown in members]
    return tuple(found) or ("",)


def _member(value: Tree, mark: Tree, name: str) -> str | None:
    if mark is True or (isinstance(mark, dict) and mark.get(name) is True):
        return None
    return known_text(value.get(name)) if isinstance(value, dict) else None
