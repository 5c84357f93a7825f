"""What a catalog has to say of a name, in words that a report can show."""

from __future__ import annotations

from msgspec import Struct


class Call(Struct, frozen=True):
    """One operation and what it needs.

    `scopes` are alternatives: all of one are needed, any one is enough. `mode` says how
    `permissions` combine: ALL, ANY, NONE or BACKEND. None is not known. `contract` is the shipped
    contract that has the operation, None for one of the published API.
    """

    id: str
    method: str
    path: str
    summary: str
    scopes: tuple[tuple[str, ...], ...] | None
    mode: str | None
    permissions: tuple[str, ...]
    user_context: str
    contract: str | None = None


class Risk(Struct, frozen=True):
    """A class of risk, what it does, and why."""

    name: str
    title: str
    why: str


class CatalogEntry(Struct, frozen=True):
    """An operation, or a scope or permission with the operations that take it.

    `kind` is ``operation``, ``scope`` or ``permission``. `date` is that of the catalog. What
    only a contract has may have a counterpart that is `published`. `risks` are the classes of a
    permission, each with what it stands for and why the permission is in it.
    """

    kind: str
    name: str
    description: str
    date: str
    calls: tuple[Call, ...]
    contract: str | None = None
    published: str | None = None
    risks: tuple[Risk, ...] = ()


class Matches(Struct, frozen=True):
    """What a search found: operations, scopes and permissions, the best first."""

    words: str
    date: str
    calls: tuple[Call, ...]
    scopes: tuple[str, ...]
    permissions: tuple[str, ...]
