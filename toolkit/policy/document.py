"""The schema of a policy document, version 1.

These types are the schema: the loader converts into them, `policy schema` is derived from them, and
the documentation and the error messages show their descriptions. `extra_json_schema` has
constraints that an editor can check beyond the types; the loader validates these and more, with
better messages.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from toolkit.contracts.contract import Operation
from toolkit.policy.attributes import ATTRIBUTES

if TYPE_CHECKING:
    from toolkit.documents import Document

SeverityName = Literal["error", "warning", "note"]
UnknownMode = Literal["fail", "report"]
Text = Annotated[str, Meta(min_length=1)]
Day = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)",
        extra_json_schema={"format": "date"},
    ),
]

#: Permission names that predate ``domain:entity:action``.
LEGACY_PERMISSIONS: Final = ("admin", "content_management_user")

#: The kinds of rules; each rule has exactly one.
RULE_KINDS: Final = ("require", "forbid", "settings", "change")

_LEGACY = "|".join(LEGACY_PERMISSIONS)
_ScopeGlob = Annotated[Text, Meta(extra_json_schema={"pattern": r"^\S+$"})]
_NeededScope = Annotated[Text, Meta(extra_json_schema={"pattern": r"^[^*\s]+$"})]
_NeededPermission = Annotated[
    Text,
    Meta(extra_json_schema={"pattern": rf"^([^:*\s]+:[^:*\s]+:[^:*\s]+|{_LEGACY})$"}),
]
_Segment = r"(\*|[^:*\s]+)"
_PermissionPattern = Annotated[
    Text,
    Meta(extra_json_schema={"pattern": rf"^({_Segment}:{_Segment}:{_Segment}|{_LEGACY})$"}),
]


class _Document(Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping that rejects unknown keys."""


class Selector(_Document, frozen=True):
    """Which clients a rule selects: every given key must match; a key matches by any entry."""

    name: Annotated[
        tuple[Text, ...],
        Meta(min_length=1, description="Globs over the client's name; only * is a wildcard."),
    ] = ()
    address: Annotated[
        tuple[Text, ...],
        Meta(min_length=1, description="Globs over the Terraform address; only * is a wildcard."),
    ] = ()
    grant_type: Annotated[
        tuple[
            Literal[
                "CODE", "TOKEN", "SAML2-BEARER", "SAML2BEARER", "PASSWORD", "CLIENT-CREDENTIALS"
            ],
            ...,
        ],
        Meta(min_length=1, description="Grant types, spelled as in Terraform."),
    ] = ()


class Scopes(_Document, frozen=True):
    """Scopes that a client needs. An empty list has no effect."""

    all_of: Annotated[
        tuple[_NeededScope, ...], Meta(description="Scopes that are all needed.")
    ] = ()
    any_of: Annotated[
        tuple[_NeededScope, ...], Meta(description="Alternative scopes: any one is enough.")
    ] = ()


class Permissions(_Document, frozen=True):
    """Permissions that a client needs, held together in one division."""

    all_of: Annotated[
        tuple[_NeededPermission, ...],
        Meta(description="Permissions that are all needed, as domain:entity:action."),
    ] = ()
    any_of: Annotated[
        tuple[_NeededPermission, ...],
        Meta(description="Alternative permissions, as domain:entity:action: any one is enough."),
    ] = ()
    division: Annotated[
        Text, Meta(description="Where they are needed: any, home, all, or a division's id.")
    ] = "any"


class Require(_Document, frozen=True):
    """What a client must be able to do, or must hold."""

    operations: Annotated[
        tuple[Text, ...],
        Meta(
            description="Operations that the client must be able to call, by their ids in the "
            "policy's contracts or the published API. The scopes and permissions they "
            "need are derived."
        ),
    ] = ()
    scopes: Annotated[
        Scopes, Meta(description="Scopes needed; they count for clients with user grants.")
    ] = field(default_factory=Scopes)
    permissions: Annotated[
        Permissions, Meta(description="Permissions needed; they count for CLIENT-CREDENTIALS.")
    ] = field(default_factory=Permissions)


class Forbid(_Document, frozen=True):
    """What a client must not hold."""

    scopes: Annotated[
        tuple[_ScopeGlob, ...], Meta(description="Globs of scopes that the client must not hold.")
    ] = ()
    permissions: Annotated[
        tuple[_PermissionPattern, ...],
        Meta(
            description="Permissions that the client must not hold, as domain:entity:action; "
            "a * stands for a whole part."
        ),
    ] = ()


RiskName = Literal[
    "personal-data",
    "recording-deletion",
    "bulk-export",
    "role-grant",
    "credentials",
    "telephony",
    "unclassified",
]


class ForbiddenAccess(_Document, frozen=True):
    """What a change must not give a client, or take from it."""

    operations: Annotated[
        tuple[Text, ...],
        Meta(description="Operations that must not become possible, or impossible."),
    ] = ()
    scopes: Annotated[tuple[_ScopeGlob, ...], Meta(description="Globs of scopes.")] = ()
    permissions: Annotated[
        tuple[_PermissionPattern, ...],
        Meta(description="Permissions, as domain:entity:action; a * stands for a whole part."),
    ] = ()
    risk: Annotated[
        tuple[RiskName, ...], Meta(description="Classes of risk that permissions are in.")
    ] = ()


class ChangeRule(_Document, frozen=True):
    """What a change must not do. It applies when there is a base: in `diff`, and for a plan."""

    forbid_gain: Annotated[ForbiddenAccess, Meta(description="What no client may gain.")] = field(
        default_factory=ForbiddenAccess
    )
    forbid_loss: Annotated[ForbiddenAccess, Meta(description="What no client may lose.")] = field(
        default_factory=ForbiddenAccess
    )
    forbid_replacement: Annotated[
        bool,
        Meta(description="Whether the rule forbids that a client is destroyed and created again."),
    ] = False


class Setting(_Document, frozen=True):
    """What an attribute of the client must be. Every operator given must hold."""

    equals: Annotated[
        str | int | float | bool | UnsetType | None,
        Meta(description="The value; null means that the attribute is not set."),
    ] = UNSET
    one_of: Annotated[
        tuple[str | int | float | bool, ...] | UnsetType,
        Meta(description="The values that are allowed.", extra_json_schema={"minItems": 1}),
    ] = UNSET
    at_most: Annotated[
        int | float | UnsetType, Meta(description="The largest number that is allowed.")
    ] = UNSET
    at_least: Annotated[
        int | float | UnsetType, Meta(description="The smallest number that is allowed.")
    ] = UNSET
    matches: Annotated[
        Text | UnsetType,
        Meta(description="A regular expression (RE2) that is found in the text."),
    ] = UNSET
    each_matches: Annotated[
        Text | UnsetType,
        Meta(description="A regular expression (RE2) that is found in every text of the set."),
    ] = UNSET


class Rule(_Document, frozen=True):
    """One rule: exactly one of `require`, `forbid`, `settings`, `change`."""

    id: Annotated[
        str,
        Meta(
            # `$` alone would also match before a final line break.
            pattern=r"^[A-Za-z][A-Za-z0-9_.-]*$(?!\n)",
            description="Names the rule in reports and waivers: a letter, "
            "then letters, digits, or any of _ . -",
        ),
    ]
    title: Annotated[Text, Meta(description="What the rule says, in a few words.")]
    severity: Annotated[
        SeverityName, Meta(description="How serious a violation is; --fail-on compares with it.")
    ] = "error"
    clients: Annotated[
        Selector, Meta(description="The clients that the rule applies to. Default: every client.")
    ] = field(default_factory=Selector)
    must_match: Annotated[
        bool | None,
        Meta(
            description="Whether the rule is unknown, not passed, if no client matches; by default "
            "true for require, else false."
        ),
    ] = None
    unknown: Annotated[
        UnknownMode,
        Meta(
            description="Whether an unknown of this rule counts (fail) or is only listed (report)."
        ),
    ] = "fail"
    require: Annotated[
        Require | None, Meta(description="What a client must be able to do, or must hold.")
    ] = None
    forbid: Annotated[Forbid | None, Meta(description="What a client must not hold.")] = None
    settings: Annotated[
        dict[str, Annotated[Setting, Meta(extra_json_schema={"minProperties": 1})]] | None,
        Meta(
            description="What attributes of the client must be, by the provider's names.",
            extra_json_schema={"propertyNames": {"enum": sorted(ATTRIBUTES)}},
        ),
    ] = None
    change: Annotated[
        ChangeRule | None,
        Meta(description="What a change must not do; checked by diff, and in plans."),
    ] = None
    waivable: Annotated[
        bool,
        Meta(
            description="Whether a waiver, in the policy or as a comment, may accept a violation."
        ),
    ] = True
    compliance: Annotated[
        tuple[Text, ...],
        Meta(description="The standard behind the rule, such as PCI DSS; reports show it."),
    ] = ()
    why: Annotated[str | None, Meta(description="What goes wrong if the rule is broken.")] = None
    fix: Annotated[str | None, Meta(description="What to change, for the reader of a report.")] = (
        None
    )

    @property
    def wants_a_match(self) -> bool:
        """Whether a rule that matches no client is an unknown; by default True for `require`."""
        return self.require is not None if self.must_match is None else self.must_match


def operations_named(rule: Rule) -> Iterator[tuple[tuple[str, ...], int, str]]:
    """Yield every operation that a rule names: the path of its list, its index there, its id."""
    places: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    if rule.require is not None:
        places.append((("require",), rule.require.operations))
    if rule.change is not None:
        places.append((("change", "forbid_gain"), rule.change.forbid_gain.operations))
        places.append((("change", "forbid_loss"), rule.change.forbid_loss.operations))
    for place, names in places:
        for at, name in enumerate(names):
            yield place, at, name


class CheckSetting(_Document, frozen=True):
    """How a built-in check counts in this policy."""

    severity: Annotated[SeverityName, Meta(description="How serious a finding of the check is.")]


class Waiver(_Document, frozen=True):
    """A violation that is accepted: for which client, why, and until when."""

    rule: Annotated[Text, Meta(description="The id of a rule or of a built-in check.")]
    address: Annotated[
        Text,
        Meta(
            description="A glob over the client's Terraform address; only * is a wildcard. "
            "A lone * also covers a rule that no client matches."
        ),
    ]
    reason: Annotated[Text, Meta(description="Why it is accepted, for those who read it later.")]
    expires: Annotated[
        Day, Meta(description="The last day on which it holds (UTC), as YYYY-MM-DD.")
    ]


class KnownRole(_Document, frozen=True, kw_only=True):
    """What a role that this Terraform does not define grants, by its name or id."""

    name: Annotated[Text | None, Meta(description="The role's name.")] = None
    id: Annotated[Text | None, Meta(description="The role's id.")] = None
    permissions: Annotated[
        tuple[_PermissionPattern, ...],
        Meta(
            description="What the role grants, as domain:entity:action; "
            "a * stands for a whole part."
        ),
    ]


class Operator(_Document, frozen=True, kw_only=True):
    """What the client that runs Terraform holds."""

    permissions: Annotated[
        tuple[_PermissionPattern, ...],
        Meta(
            description="What its roles grant, as domain:entity:action; "
            "a * stands for a whole part."
        ),
    ]
    division: Annotated[
        Text, Meta(description="Where it holds them: all, home, or a division's id.")
    ] = "all"


_OneRule = Annotated[
    Rule,
    Meta(
        extra_json_schema={
            "oneOf": [{"required": [kind]} for kind in RULE_KINDS],
            # An empty `require:` is null and would require nothing, so it must be a mapping.
            "properties": {kind: {"type": "object", "minProperties": 1} for kind in RULE_KINDS},
        }
    ),
]
_OneRole = Annotated[
    KnownRole,
    Meta(extra_json_schema={"anyOf": [{"required": ["name"]}, {"required": ["id"]}]}),
]


class Policy(_Document, frozen=True):
    """A policy: rules about OAuth clients, how the built-in checks count, and what is waived."""

    version: Annotated[Literal[1], Meta(description="The version of this format: 1.")]
    name: Annotated[Text, Meta(description="The policy's name.")]
    description: Annotated[str, Meta(description="What the policy is for.")] = ""
    contracts: Annotated[
        tuple[Text, ...],
        Meta(
            description="Contracts whose operations rules may name: shipped ones by name, others "
            "by a path from the policy's folder."
        ),
    ] = ()
    rules: Annotated[
        tuple[_OneRule, ...],
        Meta(description="The rules, at least one.", extra_json_schema={"minItems": 1}),
    ] = ()
    checks: Annotated[
        dict[str, CheckSetting | Literal["off"]],
        Meta(description="Built-in checks by id: a severity of this policy's own, or off."),
    ] = field(default_factory=dict)
    waivers: Annotated[
        tuple[Waiver, ...], Meta(description="Violations that are accepted for a time.")
    ] = ()
    inline_waivers: Annotated[
        Literal["allow", "report-only"],
        Meta(
            description="Whether a comment in the Terraform may waive this policy's rules, or is "
            "only reported. It may waive a built-in check if all policies in use allow it."
        ),
    ] = "report-only"
    roles: Annotated[
        tuple[_OneRole, ...],
        Meta(description="What roles grant that this Terraform does not define."),
    ] = ()
    operator: Annotated[
        Operator | None,
        Meta(
            description="What the operator, the client that runs Terraform, holds. plan, apply and "
            "check --operator then say what it lacks."
        ),
    ] = None


class LoadedPolicy(Struct, frozen=True):
    """A policy that was read and is valid, with the position of each part in its file.

    `operations` are those of its contracts, by id; `published` are the operations of the catalog
    that its rules name and that none of its contracts has.
    """

    policy: Policy
    document: "Document"
    operations: Mapping[str, Operation] = {}
    published: Mapping[str, Operation] = {}


def operations_of(loaded: Iterable[LoadedPolicy]) -> dict[str, Operation]:
    """Return the operations that rules may name; those of contracts win over the catalog."""
    loaded = tuple(loaded)
    found = {name: operation for each in loaded for name, operation in each.published.items()}
    for each in loaded:
        found.update(each.operations)
    return found


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a policy document."""
    # The type allows a missing `rules`, because the loader has a better message for it.
    policy = Annotated[Policy, Meta(extra_json_schema={"required": ["version", "name", "rules"]})]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "recording-toolkit policy",
        **msgspec.json.schema(policy),
    }
