"""The permissions that the operator needs: for which objects, and in which phases.

The operator is the client that runs Terraform.
"""

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
    #: Granting a role requires the permissions that the role grants.
    GRANT = "grant"


class TerraformObject(Struct, frozen=True):
    """A resource or data source of the provider, and what Terraform will do with it.

    `given` are the attributes that are set. `certain` is False if the object or the action may not
    happen.
    """

    address: str
    kind: str
    phases: tuple[Phase, ...]
    is_data: bool = False
    given: frozenset[str] = frozenset()
    certain: bool = True
    location: Location | None = None


class TerraformObjects(Struct, frozen=True):
    """The objects of one root. `unknown` are the reasons why there may be more."""

    root: str
    objects: tuple[TerraformObject, ...]
    unknown: tuple[Unknown, ...] = ()


class Need(Struct, frozen=True):
    """One permission for one object: `permission` is the chosen one; each of `any_of` is enough.

    `call` is the call that requires it, as method and path; None for granting a role. `certain`
    means that this input surely makes the call. `division` is where the role is granted, as reports
    store it; None for a call, for which any division is enough.
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
    """All needs, and the least role and scopes that meet them.

    `unknown` are the reasons why more may be needed.
    """

    permissions: tuple[str, ...]
    scopes: tuple[str, ...]
    needs: tuple[Need, ...]
    unknown: tuple[Unknown, ...] = ()


class OperatorGrants(Struct, frozen=True):
    """What the operator holds. `unknown` are the reasons why it may hold more.

    `home` is the id of the home division, if it is known. `offered` are the permissions that the
    org can grant in the domains that were requested; its licences decide that.
    """

    grants: tuple[Grant, ...]
    unknown: tuple[Unknown, ...] = ()
    home: str | None = None
    offered: frozenset[str] | None = None


class Lack(Struct, frozen=True):
    """Permissions of which the operator holds none, or may hold none, and the needs for them.

    `certain` means that it surely holds none, and that a call that needs one is surely made.
    `reasons` are the unknowns. `held_in` are the divisions in which it does hold one, if that is
    not the division in which the role is granted. `offered` is False if the org cannot grant any of
    them.
    """

    needs: tuple[Need, ...]
    certain: bool
    reasons: tuple[Unknown, ...] = ()
    held_in: tuple[str, ...] = ()
    offered: bool = True

    @property
    def need(self) -> Need:
        """The need to report first: a certain one if there is one."""
        return next((each for each in self.needs if each.certain), self.needs[0])
