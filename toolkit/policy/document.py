"""The shape of a policy document, version 1.

These types are the schema: the loader converts into them and `policy schema` is derived from them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

SeverityName = Literal["error", "warning", "note"]
UnknownMode = Literal["fail", "report"]
Text = Annotated[str, Meta(min_length=1)]


class _Document(Struct, frozen=True, forbid_unknown_fields=True):
    """Every mapping of the document refuses keys that it does not know."""


class Selector(_Document):
    """Which clients a rule is about: every key given must match; a key matches by any entry."""

    name: tuple[Text, ...] = ()
    address: tuple[Text, ...] = ()
    grant_type: tuple[
        Literal["CODE", "TOKEN", "SAML2-BEARER", "SAML2BEARER", "PASSWORD", "CLIENT-CREDENTIALS"],
        ...,
    ] = ()


class Scopes(_Document):
    """Scopes that a client needs."""

    all_of: tuple[Text, ...] = ()
    any_of: tuple[Text, ...] = ()


class Permissions(_Document):
    """Permissions that a client needs, held together in one division.

    `division` is ``any``, ``home``, ``all`` or a division's id.
    """

    all_of: tuple[Text, ...] = ()
    any_of: tuple[Text, ...] = ()
    division: Text = "any"


class Require(_Document):
    """What a client must be able to do, or must hold."""

    operations: tuple[Text, ...] = ()
    scopes: Scopes = field(default_factory=Scopes)
    permissions: Permissions = field(default_factory=Permissions)


class Forbid(_Document):
    """What a client must not hold: globs of scopes, patterns of permissions."""

    scopes: tuple[Text, ...] = ()
    permissions: tuple[Text, ...] = ()


class Setting(_Document):
    """What an attribute of the client must be. Every operator given must hold."""

    equals: str | int | float | bool | None | msgspec.UnsetType = msgspec.UNSET
    one_of: tuple[str | int | float | bool, ...] | msgspec.UnsetType = msgspec.UNSET
    at_most: int | float | msgspec.UnsetType = msgspec.UNSET
    at_least: int | float | msgspec.UnsetType = msgspec.UNSET
    matches: Text | msgspec.UnsetType = msgspec.UNSET
    each_matches: Text | msgspec.UnsetType = msgspec.UNSET


class Rule(_Document):
    """One rule: exactly one of `require`, `forbid`, `settings`."""

    id: Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_.-]*$")]
    title: Text
    severity: SeverityName = "error"
    clients: Selector = field(default_factory=Selector)
    must_match: bool | None = None
    unknown: UnknownMode = "fail"
    require: Require | None = None
    forbid: Forbid | None = None
    settings: dict[str, Setting] | None = None
    why: str | None = None
    fix: str | None = None

    @property
    def wants_a_match(self) -> bool:
        """Whether no client at all is an unknown; the default for `require`."""
        return self.require is not None if self.must_match is None else self.must_match


class CheckSetting(_Document):
    """How a built-in check counts in this policy."""

    severity: SeverityName


class Waiver(_Document):
    """A violation that is accepted, by whom it concerns, why, and through which day (UTC)."""

    rule: Text
    address: Text
    reason: Text
    expires: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class KnownRole(_Document, frozen=True, kw_only=True):
    """What a role that this Terraform does not define is known to grant, by its name or id."""

    name: Text | None = None
    id: Text | None = None
    permissions: tuple[Text, ...]


class Policy(_Document):
    """A whole policy document."""

    version: Literal[1]
    name: Text
    description: str = ""
    contracts: tuple[Text, ...] = ()
    rules: tuple[Rule, ...] = ()
    checks: dict[str, CheckSetting | Literal["off"]] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    inline_waivers: Literal["allow", "report-only"] = "report-only"
    roles: tuple[KnownRole, ...] = ()


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a policy document."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "recording-toolkit policy",
        **msgspec.json.schema(Policy),
    }
