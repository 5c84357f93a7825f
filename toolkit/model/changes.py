"""One difference in access between what is and what is to be."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from toolkit.model.clients import Location
from toolkit.model.values import Unknown


class Identity(StrEnum):
    """Whether the object after the change is the one that was there before it."""

    SAME = "same"
    #: The same object under another address.
    MOVED = "moved"
    #: Destroyed and created again: a client gets a new id and a new secret.
    REPLACED = "replaced"
    NEW = "new"
    GONE = "gone"
    #: Exists already, and this Terraform takes it over.
    IMPORTED = "imported"
    #: Goes on to exist without this Terraform.
    FORGOTTEN = "forgotten"
    UNKNOWN = "unknown"


class Certainty(StrEnum):
    CERTAIN = "certain"
    #: The input does not decide it; `reasons` say what would.
    POSSIBLE = "possible"


class Direction(StrEnum):
    GAIN = "gain"
    LOSS = "loss"


class HolderKind(StrEnum):
    """Who gains or loses: a client, or a user or group that is given roles.

    A role stands for whoever has it, also where this Terraform does not say who that is.
    """

    CLIENT = "client"
    USER = "user"
    GROUP = "group"
    ROLE = "role"


class ChangeKind(StrEnum):
    CLIENT = "client"
    ROLE = "role"
    GRANT = "grant"
    SCOPE = "scope"
    PERMISSION = "permission"
    OPERATION = "operation"


class Change(Struct, frozen=True):
    """One thing that a client gains or loses; or, as `holder` says, a user, a group or a role.

    `address` is the client's after the change, or before it where it is gone; `before` is its
    former address, where that is another. `name` is the scope, permission, role, operation or
    client; None for what the input does not name. `through` is the role, and the pattern of it
    where that is not `name`. `growing` is a wildcard, which also grants what is published later.
    `risks` are the classes of a permission; `phrase` says what an operation is for, the gravest of
    which has the lowest `rank`. `environment` is the target of the configuration that it is of.
    """

    root: str
    address: str
    client: str
    identity: Identity
    certainty: Certainty
    kind: ChangeKind
    name: str | None
    division: str | None
    direction: Direction
    through: str | None = None
    pattern: str | None = None
    location: Location | None = None
    reasons: tuple[Unknown, ...] = ()
    growing: bool = False
    risks: tuple[str, ...] = ()
    phrase: str | None = None
    rank: int = 0
    before: str | None = None
    holder: HolderKind = HolderKind.CLIENT
    environment: str | None = None

    @property
    def sort_key(self) -> tuple[str, ...]:
        return (
            self.environment or "",
            self.root,
            self.address,
            self.kind,
            self.name or "",
            self.division or "",
            self.direction,
            self.certainty,
            self.through or "",
        )
