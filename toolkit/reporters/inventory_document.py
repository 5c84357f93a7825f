"""The schema of the JSON inventory, version 1, which other programs read.

`inventory.schema.json` is generated from it, and a test compares the two.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

from toolkit.reporters.document import Location, Note, Problem, Reason, Tool


class _Part(Struct, forbid_unknown_fields=True, gc=False):
    """Every object of the document lists all its keys."""


class Text(_Part):
    """A text, or why it is unknown. Both are null if there is no text."""

    value: str | None
    unknown: Reason | None


class Texts(_Part):
    """The members that are certain, and the reasons why there may be more."""

    members: tuple[str, ...]
    unknown: tuple[Reason, ...]


class Permission(_Part):
    """A permission of a role; `conditional` if its policy has conditions."""

    pattern: str
    conditional: bool
    location: Location | None


class Role(_Part):
    """A role. `origin` says where its permissions come from.

    `resource`: defined by this Terraform; `data`: looked up by it; `policy`: stated under `roles:`
    in a policy; `live`: read from the org; `undefined`: only a reference or an id is known.
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
    """An attribute of the client; `default` if it has the provider's default.

    A `sensitive` value is never shown. `unknown` are the reasons why the value is unknown or
    incomplete.
    """

    name: str
    value: str | int | float | bool | tuple[str, ...] | None
    unknown: tuple[Reason, ...]
    sensitive: bool
    default: bool
    location: Location | None


class Use(_Part):
    """A credential that logs in as the client, and the integrations that use it.

    `address` is null for a credential that the provider creates together with the client.
    `keeps_secret` means that its fields, and so the state, hold the client's secret.
    """

    address: str | None
    name: str | None
    integrations: tuple[str, ...]
    keeps_secret: bool


class Client(_Part):
    """A client. `existence` is the reason why it may not exist."""

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
    """A module that was not read and may define clients, and the input that would decide it."""

    address: str
    why: str
    decided_by: str
    location: Location | None


class Source(_Part):
    """One thing that was read; `judged` is false if a check would judge nothing in it.

    `unread` are modules; their clients and roles are in neither list.
    """

    root: str
    kind: str
    judged: bool
    clients: tuple[Client, ...]
    roles: tuple[Role, ...]
    unread: tuple[Unread, ...]
    notes: tuple[Note, ...]


class Document(_Part):
    """The whole inventory; `notes` are about all sources together."""

    schema_version: Literal[1]
    tool: Tool
    command: Literal["check --inventory"]
    sources: tuple[Source, ...]
    notes: tuple[Note, ...]
    errors: tuple[Problem, ...]


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of an inventory."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "recording-toolkit inventory, version 1",
        **msgspec.json.schema(Document),
    }
