"""The single table of Terraform's language, with the first version of each tool that has a feature.

Sources: the changelogs of Terraform 1.5 to 1.15 and of OpenTofu 1.6 to 1.12.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from toolkit.sources.hcl.functions.signature import Behaviour

#: The minor versions of each tool that the table covers, from first to last.
COVERED: Final = {"Terraform": (5, 15), "OpenTofu": (6, 12)}

#: No covered version has the feature.
NEVER: Final = 999


class Since(Struct, frozen=True):
    """The first minor version of each tool that has a feature."""

    terraform: int
    opentofu: int


ALWAYS: Final = Since(0, 0)

BEHAVIOURS: Final = {
    Behaviour.EARLY_STOP: Since(12, 10),
    Behaviour.NEGATIVE_INDEX: Since(10, 10),
    # Terraform 1.10 and 1.11 fail here, except in some late patches.
    Behaviour.NEGATIVE_TUPLE_INDEX: Since(12, 10),
}
TOFU_FILES: Final = Since(NEVER, 8)
#: A provider configuration may have instances.
PROVIDER_INSTANCES: Final = Since(NEVER, 9)
#: A module's source may refer to variables and locals.
SOURCE_REFERENCES: Final = Since(15, 8)
#: A variable's validation may refer to other objects.
VALIDATION_REFERENCES: Final = Since(9, 9)
#: An import may identify an object by something other than its id.
IMPORT_IDENTITY: Final = Since(12, 12)
#: ``prevent_destroy`` may contain references.
PREVENT_DESTROY_REFERENCES: Final = Since(NEVER, 12)


#: Functions that only some versions have.
LATER_FUNCTIONS: Final = {
    "base64gunzip": Since(NEVER, 7),
    "cidrcontains": Since(NEVER, 7),
    "convert": Since(15, NEVER),
    "ephemeralasnull": Since(10, 11),
    "issensitive": Since(8, 7),
    "templatestring": Since(9, 7),
    "urldecode": Since(NEVER, 7),
}
#: Functions whose results are unknown here, and the input that decides them.
OPEN_FUNCTIONS: Final = {
    "base64gzip": "a plan",
    "bcrypt": "the state after apply",
    "pathexpand": "a plan",
    "plantimestamp": "a plan",
    "rsadecrypt": "a plan",
    "timestamp": "the state after apply",
    "uuid": "the state after apply",
}


class Grammar(Struct, frozen=True):
    """What a block may contain: its number of labels, its arguments and its nested blocks.

    An `open` block may contain other arguments as well, one with `open_blocks` other blocks.
    `required` names mandatory arguments; an override may omit them if the block is `replaced`.
    `flags` names arguments that must be literal booleans, `once` nested blocks that may occur once
    at most, and `needs` a nested block that must occur.
    """

    labels: int
    attributes: dict[str, Since]
    blocks: dict[str, Grammar]
    since: Since = ALWAYS
    open: bool = False
    open_blocks: bool = False
    required: tuple[str, ...] = ()
    replaced: bool = False
    flags: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    needs: str = ""


def _names(text: str, **later: Since) -> dict[str, Since]:
    return dict.fromkeys(text.split(), ALWAYS) | later


def _open(labels: int, since: Since = ALWAYS, **known: Since) -> Grammar:
    return Grammar(labels, known, {}, since, open=True, open_blocks=True)


_ANY: Final = _open(0)
_CONDITION: Final = Grammar(
    0, _names("condition error_message"), {}, required=("condition", "error_message")
)
#: Blocks with a condition.
CONDITIONS: Final = frozenset({"validation", "precondition", "postcondition", "assert"})
_PROVISIONER: Final = _open(1)
_RESOURCE_LIFECYCLE: Final = Grammar(
    0,
    _names(
        "create_before_destroy prevent_destroy ignore_changes replace_triggered_by",
        enabled=Since(NEVER, 11),
        destroy=Since(NEVER, 12),
    ),
    {
        "precondition": _CONDITION,
        "postcondition": _CONDITION,
        "action_trigger": _open(0, Since(14, NEVER)),
    },
    flags=("create_before_destroy", "prevent_destroy", "destroy"),
)
_OF_RESOURCES: Final = Since(NEVER, NEVER)
_DATA_LIFECYCLE: Final = replace(
    _RESOURCE_LIFECYCLE,
    attributes=_names("", enabled=Since(NEVER, 11))
    | dict.fromkeys(
        ("create_before_destroy", "prevent_destroy", "ignore_changes", "replace_triggered_by"),
        _OF_RESOURCES,
    ),
)
_REMOVED: Final = Grammar(
    0,
    _names("from"),
    {
        "lifecycle": Grammar(0, _names("destroy"), {}, flags=("destroy",)),
        "provisioner": _PROVISIONER,
        "connection": _ANY,
    },
    Since(7, 7),
    required=("from",),
    once=("lifecycle", "connection"),
)
#: Nested blocks of a resource that Terraform defines; the others are the provider's.
META_BLOCKS: Final = {
    "lifecycle": _RESOURCE_LIFECYCLE,
    "connection": _ANY,
    "provisioner": _PROVISIONER,
    "dynamic": _open(1),
}
#: Arguments of a resource that Terraform defines.
META_ARGUMENTS: Final = frozenset({"count", "for_each", "depends_on", "provider"})
#: Arguments of a module call that Terraform defines; the others are the module's variables.
CALL_ARGUMENTS: Final = frozenset(
    {"count", "for_each", "depends_on", "source", "version", "providers"}
)

_RESOURCE: Final = Grammar(
    2, {}, META_BLOCKS, open=True, open_blocks=True, once=("lifecycle", "connection")
)
_DATA: Final = replace(_RESOURCE, blocks={**META_BLOCKS, "lifecycle": _DATA_LIFECYCLE})

BLOCKS: Final = {
    "terraform": Grammar(
        0,
        _names("required_version experiments language"),
        {
            "required_providers": _ANY,
            "backend": _open(1),
            "cloud": _ANY,
            "provider_meta": _open(1),
            "encryption": _open(0, Since(NEVER, 7)),
        },
    ),
    "provider": _open(1, for_each=PROVIDER_INSTANCES),
    "variable": Grammar(
        1,
        _names(
            "description default type sensitive nullable",
            ephemeral=Since(10, 11),
            deprecated=Since(15, 10),
            const=Since(15, 12),
        ),
        {"validation": _CONDITION},
        flags=("sensitive", "nullable", "ephemeral"),
    ),
    "locals": Grammar(0, {}, {}, open=True),
    "output": Grammar(
        1,
        _names(
            "description value sensitive depends_on",
            ephemeral=Since(10, 11),
            deprecated=Since(15, 10),
            type=Since(15, NEVER),
        ),
        {"precondition": _CONDITION},
        required=("value",),
        replaced=True,
        flags=("sensitive", "ephemeral"),
    ),
    "module": Grammar(
        1,
        {},
        {"lifecycle": Grammar(0, _names("enabled"), {}, Since(NEVER, 11))},
        open=True,
        required=("source",),
        replaced=True,
        once=("lifecycle",),
    ),
    "resource": _RESOURCE,
    "data": _DATA,
    "ephemeral": replace(_DATA, since=Since(10, 11)),
    "moved": Grammar(0, _names("from to"), {}, required=("from", "to")),
    "import": Grammar(
        0,
        _names("to id provider", for_each=Since(7, 7), identity=IMPORT_IDENTITY),
        {},
        required=("to",),
    ),
    "removed": _REMOVED,
    "check": Grammar(1, {}, {"data": _DATA, "assert": _CONDITION}, once=("data",), needs="assert"),
    "action": _open(2, Since(14, NEVER)),
}
