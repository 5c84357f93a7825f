"""The interface of a built-in check: its metadata and its find function."""

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
    """The check fires on this role, which is granted to `clients`."""

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
    """A place that was not read and may define clients: a separate unknown result, never a note.

    `address` identifies the place; it is the first of `addresses`.
    """

    address: str
    message: str
    reasons: tuple[Unknown, ...]
    location: Location | None
    called_from: tuple[Location, ...] = ()
    addresses: tuple[str, ...] = ()


Found: TypeAlias = Finding | RoleFinding | Undecided | Unseen
Find: TypeAlias = Callable[[Inventory, CheckContext], Iterator[Found]]
#: A statement that a check makes once per run, for all clients; None if it has none.
Remark: TypeAlias = Callable[[CheckContext], str | None]


class BuiltIn(Struct, frozen=True):
    """A check that runs beside the rules. Its id is its module name with dashes.

    A check with `always` affects all rules, so `--select` of other ids does not leave it out.
    """

    id: str
    title: str
    severity: Severity
    why: str
    fix: str
    find: Find
    remark: Remark | None = None
    always: bool = False
