"""A planned `roles` entry, a configured `roles` block, and whether one can have made the other."""

from collections.abc import Callable
from typing import Self, TypeAlias

from msgspec import Struct

from toolkit.model.clients import Role
from toolkit.sources.marks import Tree
from toolkit.sources.plan.plan_configuration import Expression, is_constant
from toolkit.sources.plan.plan_references import DivisionId, Opaque, Outcome, RoleId, Settled
from toolkit.sources.resources import known_text

RoleById: TypeAlias = Callable[[str], Role]


class Entry(Struct, frozen=True):
    """A planned entry; None is what is not known, or, for a division, not set."""

    role_id: str | None
    division: str | None

    @classmethod
    def of(cls, value: Tree, mark: Tree = False) -> Self:
        """The entry of a plan or state with its `after_unknown`."""
        return cls(_member(value, mark, "role_id"), _member(value, mark, "division_id"))


class Traced(Struct, frozen=True):
    """A block's expression: the constant it is, else what its value may come from."""

    constant: str | None = None
    outcomes: tuple[Outcome, ...] | None = None
    #: What the value is if nothing is done with the one thing that it refers to.
    likely: str | None = None

    @property
    def is_constant(self) -> bool:
        return self.outcomes is None

    def division_when_unknown(self) -> DivisionId | None:
        """The division, if its id is not known and one division of the plan alone can be it."""
        match [each for each in self.outcomes or () if not isinstance(each, Settled)]:
            case [DivisionId() as found] if not any(
                isinstance(each, Settled) and each.may_be_id for each in self.outcomes or ()
            ):
                return found
        return None

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
        """Whether the entry has the division that the block's one reference has."""
        return entry.division is not None and entry.division == self.division.likely

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
        if not self.division.is_constant:
            return True
        if self.division.constant in (None, ""):
            # Computed: unknown, or what the state already has for this role.
            return entry.division is None or entry.role_id is not None
        return entry.division == self.division.constant

    @property
    def _pending(self) -> tuple[Outcome, ...]:
        """What a role id that is not known yet may come from."""
        return tuple(
            outcome
            for outcome in self.role.outcomes or ()
            if isinstance(outcome, Opaque)
            or (isinstance(outcome, RoleId) and outcome.role.id is None)
        )

    def role_when_unknown(self) -> Role | None:
        """The role, if its id is not known in the plan and one role alone can be it.

        A condition on that id would leave the same references, so no other id may stand beside it.
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
        """The role, whatever the entry shows."""
        if self.role.is_constant:
            return None if self.role.constant is None else by_id(self.role.constant)
        match self.role.outcomes:
            case (RoleId(role),):
                return role
        return None


def traced(
    expression: Expression | None, outcomes: tuple[Outcome, ...], likely: str | None
) -> Traced:
    """An expression and what it was traced to, as a block's; None is an attribute left out."""
    if expression is None:
        return Traced()
    if is_constant(expression):
        constant = expression["constant_value"]
        return Traced(None if constant is None else str(constant))
    return Traced(None, outcomes, likely)


def _member(value: Tree, mark: Tree, name: str) -> str | None:
    if mark is True or (isinstance(mark, dict) and mark.get(name) is True):
        return None
    return known_text(value.get(name)) if isinstance(value, dict) else None
