"""What whoever runs Terraform needs: for which objects, in which phases, and which permissions."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from toolkit.model.clients import Grant, Location
from toolkit.model.values import Unknown


class Phase(StrEnum):
    """When a call is made."""

    START = "start"
    READ = "read"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    #: Only who holds what a role grants may grant it.
    GRANT = "grant"


class TerraformObject(Struct, frozen=True):
    """A resource or data source of the provider, and what is to be done with it.

    `given` are the attributes that are set. `certain` is false where the object, or what happens
    to it, may not come to be.
    """

    address: str
    kind: str
    phases: tuple[Phase, ...]
    is_data: bool = False
    given: frozenset[str] = frozenset()
    certain: bool = True
    location: Location | None = None


class TerraformObjects(Struct, frozen=True):
    """The objects of one root. `unknown` says why there may be more."""

    root: str
    objects: tuple[TerraformObject, ...]
    unknown: tuple[Unknown, ...] = ()


class Need(Struct, frozen=True):
    """One permission for one object: `permission` is the one chosen, of `any_of` each is enough.

    `call` is the call that asks for it, as method and path; None for a role that is granted.
    `certain` says that this input surely makes the call. `division` is where a role is granted, as
    reports carry it; None for a call, which any division will do for.
    """

    permission: str
    any_of: tuple[str, ...]
    phase: Phase
    certain: bool
    root: str
    address: str
    call: str | None = None
    location: Location | None = None
    division: str | None = None


class OperatorNeeds(Struct, frozen=True):
    """All needs, and the least role and scopes that meet them. `unknown` says what is left out."""

    permissions: tuple[str, ...]
    scopes: tuple[str, ...]
    needs: tuple[Need, ...]
    unknown: tuple[Unknown, ...] = ()


class OperatorGrants(Struct, frozen=True):
    """What whoever runs Terraform holds. `unknown` says why it may hold more.

    `home` is the id of the home division, where that is known. `offered` are the permissions that
    the org has to give, of the domains that were asked for: its licences decide that.
    """

    grants: tuple[Grant, ...]
    unknown: tuple[Unknown, ...] = ()
    home: str | None = None
    offered: frozenset[str] | None = None


class Lack(Struct, frozen=True):
    """Permissions of which the operator holds none, or may hold none, and what asks for them.

    `certain` says that it surely holds none, and that a call which needs one is surely made;
    `reasons` say what is not known. `held_in` are the divisions in which it does hold one, where
    that is not the one in which a role is granted. `offered` is false where the org has none of
    them to give.
    """

    needs: tuple[Need, ...]
    certain: bool
    reasons: tuple[Unknown, ...] = ()
    held_in: tuple[str, ...] = ()
    offered: bool = True

    @property
    def need(self) -> Need:
        """The need to name first: one that is certain, where there is one."""
        return next((each for each in self.needs if each.certain), self.needs[0])
