"""Detect the kind of Terraform's JSON by its content: a plan, a shown state, or a state file.

File names are not considered: plans are piped, states are called ``backup.json``. Input of another
kind is an error, as is every way in which a shell or an editor corrupts such a file.
"""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final, TypeVar

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from toolkit.errors import SourceError
from toolkit.lazily import pattern
from toolkit.model.inventory import Inventory
from toolkit.model.operator_needs import TerraformObjects
from toolkit.sources.json_objects import (
    old_state_file_objects,
    plan_objects,
    shown_state_objects,
    state_file_objects,
)
from toolkit.sources.plan.plan_pair import read_plan_pair
from toolkit.sources.plan.plan_reader import read_plan
from toolkit.sources.plan.plan_references import ResolveLocal
from toolkit.sources.state.state_reader import (
    read_old_state_file,
    read_shown_state,
    read_state_file,
)

#: The supported major version of the format: Terraform 1.1.1 and later, OpenTofu. Older ones are
#: refused, because the first of them do not mark sensitive values, which would then be printed.
FORMAT_MAJOR: Final = "1"
#: The state file version since Terraform 0.12.
STATE_VERSION: Final = 4
#: The previous version, which the provider's exporter writes.
OLD_STATE_VERSION: Final = 3

_BYTE: Final = pattern(r"\(byte (\d+)\)")
_UTF8_BOM: Final = b"\xef\xbb\xbf"
_UTF16_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")
#: A saved plan is a zip archive that contains a file of this name; the name is not compressed.
_ZIP: Final = b"PK\x03\x04"
_SAVED_PLAN: Final = b"tfplan"
_SHOW: Final = "terraform show -json PLAN or STATE makes what can be read here."
_LOG_LINE: Final = re.compile(rb'\{"@level":')
#: What the wrapper of the GitHub action setup-terraform adds to Terraform's output.
_WRAPPER: Final = re.compile(rb"\A\s*\[command\]|^::(?:debug|set-output)\b", re.MULTILINE)


_Read = TypeVar("_Read")


class _Kind(StrEnum):
    PLAN = "a plan"
    SHOWN_STATE = "a state"
    STATE_FILE = "a state file"
    OLD_STATE_FILE = "a state file of version 3"


class _Head(Struct):
    """The keys that tell the documents apart; their values are skipped."""

    format_version: Any = UNSET
    version: Any = UNSET
    serial: Raw | UnsetType = UNSET
    lineage: Raw | UnsetType = UNSET
    backend: Raw | UnsetType = UNSET
    resources: Raw | UnsetType = UNSET
    planned_values: Raw | UnsetType = UNSET
    resource_changes: Raw | UnsetType = UNSET
    configuration: Raw | UnsetType = UNSET
    values: Raw | UnsetType = UNSET
    # Documents of other commands have a format_version too.
    provider_schemas: Raw | UnsetType = UNSET
    modules: Raw | UnsetType = UNSET
    valid: Raw | UnsetType = UNSET
    diagnostics: Raw | UnsetType = UNSET
    function_signatures: Raw | UnsetType = UNSET


class _Variable(Struct):
    value: Raw = Raw(b"null")


class _Run(Struct):
    variables: dict[str, _Variable] = {}
    terraform_version: str = ""


def plan_run(data: bytes) -> tuple[str, str]:
    """Return a plan's root variables as one JSON object, and Terraform's version."""
    plan = msgspec.json.decode(data.removeprefix(_UTF8_BOM), type=_Run)
    values = msgspec.json.encode({k: v.value for k, v in plan.variables.items()}).decode()
    return values, plan.terraform_version


def read_json(data: bytes, root: str, *, resolve_local: ResolveLocal | None = None) -> Inventory:
    """Return the inventory of a plan or state; `root` is its name in the report.

    Raises SourceError for everything else: empty or truncated input, another encoding, JSON of
    another kind, and unknown format versions.
    """

    def read(kind: _Kind, data: bytes) -> Inventory:
        if kind is _Kind.PLAN:
            return read_plan(data, root, resolve_local)
        return _read_state(kind, data, root)

    return _reading(data, root, read)


def read_pair(
    data: bytes, root: str, *, resolve_local: ResolveLocal | None = None
) -> tuple[Inventory | None, Inventory]:
    """Return the inventories before and after a plan is applied; a state has only the second.

    Raises SourceError as `read_json` does.
    """

    def read(kind: _Kind, data: bytes) -> tuple[Inventory | None, Inventory]:
        if kind is _Kind.PLAN:
            return read_plan_pair(data, root, resolve_local)
        return None, _read_state(kind, data, root)

    return _reading(data, root, read)


def read_json_objects(data: bytes, root: str) -> TerraformObjects:
    """Return every object of the provider in a plan or state.

    Raises SourceError as `read_json` does.
    """

    def read(kind: _Kind, data: bytes) -> TerraformObjects:
        if kind is _Kind.PLAN:
            return plan_objects(data, root)
        if kind is _Kind.SHOWN_STATE:
            return shown_state_objects(data, root)
        if kind is _Kind.OLD_STATE_FILE:
            return old_state_file_objects(data, root)
        return state_file_objects(data, root)

    return _reading(data, root, read)


def _read_state(kind: _Kind, data: bytes, root: str) -> Inventory:
    if kind is _Kind.SHOWN_STATE:
        return read_shown_state(data, root)
    if kind is _Kind.OLD_STATE_FILE:
        return read_old_state_file(data, root)
    return read_state_file(data, root)


def _reading(data: bytes, root: str, read: Callable[[_Kind, bytes], _Read]) -> _Read:
    data = _utf8(data, root)
    kind = _kind(_head(data, root), root)
    try:
        return read(kind, data)
    except msgspec.ValidationError as error:
        raise SourceError(
            f"{root}: this is not {kind} as Terraform writes it: {error}",
            hint="Give what Terraform wrote as it is.",
        ) from error
    except RecursionError as error:
        raise _too_deep(root) from error


def _too_deep(root: str) -> SourceError:
    return SourceError(f"{root}: JSON nested too deeply for a plan or state")


def _kind(head: _Head, root: str) -> _Kind:
    if head.format_version is not UNSET:
        other = (
            head.provider_schemas,
            head.modules,
            head.valid,
            head.diagnostics,
            head.function_signatures,
        )
        is_plan = any(
            key is not UNSET
            for key in (head.planned_values, head.resource_changes, head.configuration)
        )
        if is_plan or all(key is UNSET for key in other):
            _require_major(head.format_version, root, "plan" if is_plan else "state")
            return _Kind.PLAN if is_plan else _Kind.SHOWN_STATE
    elif _is_state_file(head):
        _require_state_version(head, root)
        return _Kind.STATE_FILE if head.version == STATE_VERSION else _Kind.OLD_STATE_FILE
    raise SourceError(f"{root}: this JSON is neither a Terraform plan nor a state", hint=_SHOW)


def _utf8(data: bytes, root: str) -> bytes:
    """Return the input as UTF-8 without a byte order mark."""
    if data.startswith(_UTF16_BOMS) or b"\0" in data[:4]:
        raise SourceError(
            f"{root}: this is UTF-16, not UTF-8",
            hint="PowerShell's > writes UTF-16; pipe into Out-File -Encoding utf8, or use cmd.",
        )
    if data.startswith(_ZIP):
        raise _zipped(data, root)
    data = data.removeprefix(_UTF8_BOM)
    if not data.strip():
        raise SourceError(f"{root}: empty input, where a plan or state was expected", hint=_SHOW)
    if not data.isascii():
        try:
            data.decode()
        except UnicodeDecodeError as error:
            raise SourceError(
                f"{root}: not UTF-8 (byte {error.start} is {data[error.start]:#04x})",
                hint="Terraform writes UTF-8; keep its output as it is.",
            ) from error
    return data


def _zipped(data: bytes, root: str) -> SourceError:
    if _SAVED_PLAN not in data:
        return SourceError(
            f"{root}: this is a zip archive, not JSON",
            hint="An archive of Terraform is read where its name ends in .zip.",
        )
    return SourceError(
        f"{root}: this is a saved plan, not JSON",
        hint="--saved-plan FILE has Terraform show it, which starts providers; "
        "or give the output of 'terraform show -json'.",
    )


def _head(data: bytes, root: str) -> _Head:
    try:
        return msgspec.json.decode(data, type=_Head)
    except msgspec.ValidationError as error:
        _refuse_wrapped(data, root)
        raise SourceError(
            f"{root}: this JSON is neither a Terraform plan nor a state", hint=_SHOW
        ) from error
    except msgspec.DecodeError as error:
        if _LOG_LINE.match(data):
            raise SourceError(
                f"{root}: this is the log of terraform plan -json, not a plan",
                hint="Save the plan with -out, then give the output of terraform show -json.",
            ) from error
        _refuse_wrapped(data, root)
        raise SourceError(
            f"{root}: {_syntax_error(data, error)}",
            hint=_other_kind(root)
            if data.lstrip()[:1] not in (b"{", b"[")
            else "Was the output cut off? Run terraform show -json again.",
        ) from error
    except RecursionError as error:
        raise _too_deep(root) from error


def _refuse_wrapped(data: bytes, root: str) -> None:
    """Raise SourceError for JSON with lines added by the wrapper of a GitHub action."""
    if _WRAPPER.search(data):
        raise SourceError(
            f"{root}: the wrapper of setup-terraform has added lines to this JSON",
            hint="Set terraform_wrapper: false for hashicorp/setup-terraform, or call "
            "terraform-bin in place of terraform.",
        )


def _other_kind(root: str) -> str:
    """Return the message for data that does not begin like a plan or state."""
    kinds = "A source is a folder or file of Terraform, or a plan or state as JSON"
    if root.endswith((".yaml", ".yml")):
        return f"{kinds}; a policy is given with --policy."
    if root.endswith(".tfvars"):
        return f"{kinds}; values of variables are given with --var-file."
    return f"{kinds}: terraform show -json PLAN or STATE makes that."


def _syntax_error(data: bytes, error: msgspec.DecodeError) -> str:
    """Return the JSON syntax error, with line and column if the decoder gives them."""
    at = _BYTE.search(str(error))
    if at is None:
        return "this JSON ends too early"
    # For trailing data, the decoder counts the first extra byte as read.
    before = data[: int(at[1]) - ("trailing" in str(error))]
    line = before.count(b"\n") + 1
    column = len(before) - (before.rfind(b"\n") + 1) + 1
    return f"not JSON (line {line}, column {column})"


def _require_major(version: Any, root: str, what: str) -> None:
    major = version.split(".")[0] if isinstance(version, str) else ""
    if major == FORMAT_MAJOR:
        return
    hint = f"This release reads format {FORMAT_MAJOR}.x; a newer one may read this."
    if major == "0":
        hint = "Make it again with Terraform 1.1.1 or later."
    raise SourceError(f"{root}: {what} of an unknown format, {version!r}", hint=hint)


def _is_state_file(head: _Head) -> bool:
    return isinstance(head.version, int) and any(
        key is not UNSET for key in (head.serial, head.lineage, head.resources, head.backend)
    )


def _require_state_version(head: _Head, root: str) -> None:
    if head.version in (STATE_VERSION, OLD_STATE_VERSION) and head.backend is UNSET:
        return
    if head.version > STATE_VERSION:
        hint = f"This release reads version {STATE_VERSION}; a newer one may read this."
    elif head.backend is not UNSET:
        hint = "This file only says where the state is: run terraform state pull."
    else:
        hint = (
            "Terraform 0.12 or later writes version 4: run terraform apply -refresh-only with it."
        )
    raise SourceError(f"{root}: state file of version {head.version}, not 4", hint=hint)
