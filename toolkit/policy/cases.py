"""The schema of a policy's test cases, version 1. The cases are in a file beside the policy.

As with the policy itself, these types are the schema; `case_validation` checks the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct, field

from toolkit.policy.document import Day, LoadedPolicy, Text

if TYPE_CHECKING:
    from toolkit.documents import Document

#: The expectation that there is no result: the rule does not select the client, or the built-in
#: check does not fire.
NO_RESULT: Final = "none"
#: The possible inputs of a case; each case has exactly one.
INPUTS: Final = ("terraform", "plan", "clients")

Wanted = Literal["pass", "fail", "unknown", "waived", "not-applicable", "none"]


class _Document(Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping that rejects unknown keys."""


class UnknownValue(_Document, frozen=True):
    """A value that the input does not decide."""

    unknown: Annotated[
        Text, Meta(description="What makes it unknown, as Terraform has it: var.scopes.")
    ]


_Text = Text | UnknownValue


class CaseRole(_Document, frozen=True):
    """A role that the client has, in a division."""

    name: Annotated[Text | None, Meta(description="The role's name.")] = None
    id: Annotated[Text | None, Meta(description="The role's id.")] = None
    permissions: Annotated[
        tuple[Text, ...] | None,
        Meta(
            description="What it grants, as domain:entity:action. If it is absent, this Terraform "
            "does not define the role."
        ),
    ] = None
    division: Annotated[
        _Text, Meta(description="Where it is granted: home (default), all, an id, or unknown.")
    ] = "home"
    unknown: Annotated[
        Text | None,
        Meta(
            description="What makes the role unknown; with permissions, "
            "what makes some of them unknown."
        ),
    ] = None


class CaseClient(_Document, frozen=True):
    """A client, as the toolkit would read it from Terraform."""

    name: Annotated[_Text, Meta(description="The client's name.")]
    grant_type: Annotated[
        Literal["CODE", "TOKEN", "SAML2-BEARER", "SAML2BEARER", "PASSWORD", "CLIENT-CREDENTIALS"]
        | UnknownValue,
        Meta(description="The grant type, spelled as in Terraform."),
    ]
    address: Annotated[
        Text | None, Meta(description="The Terraform address; by default made from the name.")
    ] = None
    scopes: Annotated[
        tuple[_Text, ...] | UnknownValue,
        Meta(description="The scopes; an entry, or all of them, may be unknown."),
    ] = ()
    roles: Annotated[
        tuple[CaseRole, ...] | UnknownValue,
        Meta(description="The roles; unknown means that any role is possible."),
    ] = ()
    settings: Annotated[
        dict[str, str | int | float | bool | tuple[Text, ...] | UnknownValue | None],
        Meta(description="Other attributes, by the provider's names."),
    ] = field(default_factory=dict)
    exists: Annotated[
        UnknownValue | None, Meta(description="What makes it uncertain that this client exists.")
    ] = None


class Case(_Document, frozen=True):
    """One input, and the results that the policy must give for it."""

    name: Annotated[Text, Meta(description="What the case shows, in a few words.")]
    terraform: Annotated[
        Text | dict[str, str] | None,
        Meta(description="Terraform: one text, or a mapping of file names to texts."),
    ] = None
    plan: Annotated[
        Text | None, Meta(description="The path of a plan as JSON, seen from this file.")
    ] = None
    clients: Annotated[
        tuple[CaseClient, ...] | None, Meta(description="A list of clients, without Terraform.")
    ] = None
    variables: Annotated[
        dict[str, Any], Meta(description="Values of the Terraform's variables.")
    ] = field(default_factory=dict)
    expect: Annotated[
        dict[str, dict[str, Wanted]],
        Meta(
            description="By client (name or address), by rule or built-in check: the verdict, "
            "or none where there must be no result."
        ),
    ] = field(default_factory=dict)
    unmatched: Annotated[
        tuple[Text, ...],
        Meta(description="Rules that must match some client, and here match none."),
    ] = ()
    today: Annotated[
        Day | None,
        Meta(
            description="The day (UTC) by which waivers are judged, as YYYY-MM-DD; by default "
            "that of the run."
        ),
    ] = None
    exact: Annotated[
        bool, Meta(description="Whether the case fails on a result that it does not expect.")
    ] = False


class Cases(_Document, frozen=True):
    """The test cases of one policy."""

    version: Annotated[Literal[1], Meta(description="The version of this format: 1.")]
    cases: Annotated[
        tuple[Case, ...],
        Meta(description="The cases, at least one.", extra_json_schema={"minItems": 1}),
    ]


class LoadedCases(Struct, frozen=True):
    """Cases that were read and are valid, with their policy."""

    policy: LoadedPolicy
    cases: tuple[Case, ...]
    document: Document


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a test cases file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "recording-toolkit policy test cases",
        **msgspec.json.schema(Cases),
    }
