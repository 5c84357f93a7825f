"""One difference in access before and after a change."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from toolkit.model.clients import Location
from toolkit.model.values import Unknown


class Identity(StrEnum):
    """Whether the object after the change is the same object as before."""

    SAME = "same"
    #: The same object at another address.
    MOVED = "moved"
    #: Destroyed and created again: a client gets a new id and a new secret.
    REPLACED = "replaced"
    NEW = "new"
    GONE = "gone"
    #: The object exists already, and this Terraform starts to manage it.
    IMPORTED = "imported"
    #: The object continues to exist, but this Terraform no longer manages it.
    FORGOTTEN = "forgotten"
    UNKNOWN = "unknown"


class Certainty(StrEnum):
    CERTAIN = "certain"
    #: The input does not decide it; `reasons` name the inputs that would.
    POSSIBLE = "possible"


class Direction(StrEnum):
    GAIN = "gain"
    LOSS = "loss"


class HolderKind(StrEnum):
    """Who gains or loses: a client, or a user or group that is granted roles.

    A role stands for all who have it, even if this Terraform does not say who they are. A module
    that is not read stands for the clients that it may define.
    """

    CLIENT = "client"
    USER = "user"
    GROUP = "group"
    ROLE = "role"
    MODULE = "module"


class ChangeKind(StrEnum):
    CLIENT = "client"
    ROLE = "role"
    GRANT = "grant"
    SCOPE = "scope"
    PERMISSION = "permission"
    OPERATION = "operation"


class Change(Struct, frozen=True):
    """One thing that a client gains or loses, or a user, group or role, as `holder` says.

    - `address`: the client's address after the change; before it, if the client is gone.
    - `before`: the former address, if it differs.
    - `name`: the scope, permission, role, operation or client; None if the input does not name it.
    - `through`: the role; `pattern`: the pattern in the role, if it differs from `name`.
    - `growing`: a wildcard, which also grants permissions that are published later.
    - `risks`: the risk classes of a permission.
    - `phrase`: what an operation is for; the most severe operation has the lowest `rank`.
    - `environment`: the name of the configuration target.
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
