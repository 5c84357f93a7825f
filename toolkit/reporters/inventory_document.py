"""The shape of the JSON inventory, version 1: what other people's programs read.

`inventory.schema.json` is this, written out; a test holds the two together.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

from toolkit.reporters.document import Location, Note, Problem, Reason, Tool


class _Part(Struct, forbid_unknown_fields=True, gc=False):
    """Every object of the document lists all its keys."""


class Text(_Part):
    """A text, or why it is not known; a client that has none has null in both."""

    value: str | None
    unknown: Reason | None


class Texts(_Part):
    """The members that are certain, and why there may be more."""

    members: tuple[str, ...]
    unknown: tuple[Reason, ...]


class Permission(_Part):
    """What a role holds; `conditional` where its policy has conditions."""

    pattern: str
    conditional: bool
    location: Location | None


class Role(_Part):
    """A role. `origin` says where its permissions come from.

    `resource`: defined by this Terraform; `data`: looked up by it; `policy`: stated under `roles:`
    in a policy; `live`: read from the org; `undefined`: nothing but a reference or an id is known.
    """

    origin: Literal["resource", "data", "policy", "live", "undefined"]
    address: str | None
    id: str | None
    name: Text
    permissions: tuple[Permission, ...]
    unknown: tuple[Reason, ...]
    location: Location | None


class Grant(_Part):
    """A role in a division: `home`, `*` for all of them, or an id."""

    role: Role
    division: Text
    location: Location | None


class Setting(_Part):
    """An attribute of the client; `default` where the provider's own value holds.

    A `sensitive` value is never shown. `unknown` says why it is not known, or not all of it.
    """

    name: str
    value: str | int | float | bool | tuple[str, ...] | None
    unknown: tuple[Reason, ...]
    sensitive: bool
    default: bool
    location: Location | None


class Use(_Part):
    """A credential that logs in as the client, and the integrations that have it.

    `address` is null for one that the provider makes beside the client. `keeps_secret` says that
    the client's secret stands in its fields, which are in the state.
    """

    address: str | None
    name: str | None
    integrations: tuple[str, ...]
    keeps_secret: bool


class Client(_Part):
    """A client. `existence` says why it is not certain that there is one."""

    address: str
    name: Text
    grant_type: Text
    scopes: Texts
    roles: tuple[Grant, ...]
    roles_unknown: tuple[Reason, ...]
    settings: tuple[Setting, ...]
    existence: Reason | None
    location: Location | None
    used_by: tuple[Use, ...]


class Unread(_Part):
    """A module that was not read, though it may define clients, and what would decide it."""

    address: str
    why: str
    decided_by: str
    location: Location | None


class Source(_Part):
    """One thing that was looked at; `judged` is false where a check would judge nothing.

    `unread` are modules whose clients and roles are in neither list.
    """

    root: str
    kind: str
    judged: bool
    clients: tuple[Client, ...]
    roles: tuple[Role, ...]
    unread: tuple[Unread, ...]
    notes: tuple[Note, ...]


class Document(_Part):
    """The whole inventory; `notes` are about the sources as a whole."""

    schema_version: Literal[1]
    tool: Tool
    command: Literal["check --inventory"]
    sources: tuple[Source, ...]
    notes: tuple[Note, ...]
    errors: tuple[Problem, ...]


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of an inventory."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "recording-toolkit inventory, version 1",
        **msgspec.json.schema(Document),
    }
