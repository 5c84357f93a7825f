"""Compiled policies: already validated, with the needs of the operations that they name.

Most runs use a shipped policy, and parsing its YAML and its contracts takes longer than judging. So
`make compiled` stores the result, which is used as long as its source files are unchanged.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from toolkit import policy
from toolkit.catalog.catalog import SHIPPED, Catalog
from toolkit.contracts.contract import Operation
from toolkit.policy.document import LoadedPolicy, Policy, operations_of

PACKAGE: Final = Path(__file__).parent.parent
#: The name of a shipped policy does not end in one of these.
_SUFFIXES: Final = (".yaml", ".yml")
FILE: Final = Path(__file__).with_name("compiled.json")


class ReadyPolicies(Struct, frozen=True):
    """Policies that are used together. `operations` has every operation that rules may name."""

    policies: tuple[Policy, ...]
    operations: Mapping[str, Operation]


class Compiled(Struct):
    """A shipped policy. `files` maps each source file to its checksum."""

    files: dict[str, int]
    policy: Policy
    operations: dict[str, Operation]


def ready_policies(
    names_or_paths: Sequence[str], *, checks: Collection[str], catalog: Catalog = SHIPPED
) -> ReadyPolicies:
    """Return the policies like `load_policies`, with the same errors."""
    name, *others = names_or_paths or ("",)
    if not others and catalog is SHIPPED and not name.endswith(_SUFFIXES):
        compiled = _compiled().get(name)
        if compiled is not None and all(
            checksum(name) == known for name, known in compiled.files.items()
        ):
            return ReadyPolicies((compiled.policy,), compiled.operations)
    loaded = policy.load_policies(names_or_paths, checks=checks, catalog=catalog)
    return ReadyPolicies(tuple(each.policy for each in loaded), operations_of(loaded))


def compile_policies(
    names: Sequence[str], *, checks: Collection[str], catalog: Catalog = SHIPPED
) -> bytes:
    """Return the file content that `ready_policies` reads. All these policies must be shipped."""
    found = {
        name: _compile(*policy.load_policies([name], checks=checks, catalog=catalog))
        for name in names
    }
    return msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n"


def checksum(name: str) -> int | None:
    """Return the checksum of a file in the package or its policies; None if it is missing."""
    for folder in (PACKAGE, PACKAGE.parent):
        try:
            # Line ends differ between checkouts.
            return zlib.crc32((folder / name).read_bytes().replace(b"\r\n", b"\n"))
        except FileNotFoundError:
            continue
    return None


def _compile(loaded: LoadedPolicy) -> dict[str, object]:
    """Return the data that `Compiled` decodes."""
    of_policy = loaded.policy
    files = [f"policies/{of_policy.name}.yaml"]
    files += [f"contracts/{name}.yaml" for name in of_policy.contracts]
    # Without payloads, examples and responses, which only a probe needs.
    operations = {
        name: Operation(
            each.id,
            each.method,
            each.path,
            scopes=each.scopes,
            permissions=each.permissions,
            user_context=each.user_context,
        )
        for name, each in operations_of([loaded]).items()
    }
    # The policy as written: the defaults of omitted keys are not valid in a document.
    return {
        "files": {name: checksum(name) for name in files},
        "policy": loaded.document.value,
        "operations": operations,
    }


@cache
def _compiled() -> dict[str, Compiled]:
    return msgspec.json.decode(FILE.read_bytes(), type=dict[str, Compiled])
