"""The catalog's data about a name, in a form that reports can show."""

from __future__ import annotations

from msgspec import Struct


class Call(Struct, frozen=True):
    """One operation and its needs.

    `scopes` are alternatives: each needs all of its scopes, and any one alternative is enough.
    `mode` says how `permissions` combine: ALL, ANY, NONE or BACKEND; None means unknown. `contract`
    is the shipped contract that has the operation; None for an operation of the published API.
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
    """A class of risk: its title and the reason for it."""

    name: str
    title: str
    why: str


class CatalogEntry(Struct, frozen=True):
    """An operation, or a scope or permission with the operations that accept it.

    `kind` is ``operation``, ``scope`` or ``permission``. `date` is the date of the catalog.
    `published` is the published counterpart of an operation that only a contract has, if there is
    one. `risks` are the risk classes of a permission, each with its meaning and the reason why the
    permission belongs to it.
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
    """The results of a search: operations, scopes and permissions, best match first."""

    words: str
    date: str
    calls: tuple[Call, ...]
    scopes: tuple[str, ...]
    permissions: tuple[str, ...]
