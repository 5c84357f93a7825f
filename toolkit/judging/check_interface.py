"""What a built-in check is: its metadata, and the function that finds."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from msgspec import Struct

from toolkit.judging.check_context import CheckContext
from toolkit.model.clients import Client, Location, Role
from toolkit.model.findings import Held, SettingOutcome, Severity
from toolkit.model.inventory import Inventory
from toolkit.model.values import Unknown


class Finding(Struct, frozen=True):
    """The check fires on this client."""

    client: Client
    message: str
    location: Location | None
    forbidden: tuple[Held, ...] = ()
    setting: SettingOutcome | None = None


class RoleFinding(Struct, frozen=True):
    """The check fires on this role, which `clients` have."""

    role: Role
    message: str
    location: Location | None
    forbidden: tuple[Held, ...]
    clients: tuple[Client, ...]


class Undecided(Struct, frozen=True):
    """The check may or may not fire on this client."""

    client: Client
    reasons: tuple[Unknown, ...]


class Unseen(Struct, frozen=True):
    """Something that may hold clients and was not looked at: an unknown of its own, never a note.

    `address` is what it is known by, the first of `addresses`.
    """

    address: str
    message: str
    reasons: tuple[Unknown, ...]
    location: Location | None
    called_from: tuple[Location, ...] = ()
    addresses: tuple[str, ...] = ()


Found: TypeAlias = Finding | RoleFinding | Undecided | Unseen
Find: TypeAlias = Callable[[Inventory, CheckContext], Iterator[Found]]
#: What a check says once per run, whatever the clients; None where there is nothing to say.
Remark: TypeAlias = Callable[[CheckContext], str | None]


class BuiltIn(Struct, frozen=True):
    """A check that runs beside the rules. Its id is its module's name, with dashes.

    One that is `always` asked bears on all rules, so selecting others does not leave it out.
    """

    id: str
    title: str
    severity: Severity
    why: str
    fix: str
    find: Find
    remark: Remark | None = None
    always: bool = False
