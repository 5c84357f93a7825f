"""Policies as a check uses them: valid, with what the operations that they name need.

Most checks are made with a policy that ships, and reading its YAML and its contracts' would take
longer than judging. So that is written down once (`make compiled`), and used for as long as the
files that it was made of are what they were.
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
#: A policy that ships is named without one.
_SUFFIXES: Final = (".yaml", ".yml")
FILE: Final = Path(__file__).with_name("compiled.json")


class ReadyPolicies(Struct, frozen=True):
    """Policies that are used together; `operations` has every one that a rule of them may name."""

    policies: tuple[Policy, ...]
    operations: Mapping[str, Operation]


class Compiled(Struct):
    """A policy that ships. `files` are what it was made of, each with its checksum."""

    files: dict[str, int]
    policy: Policy
    operations: dict[str, Operation]


def ready_policies(
    names_or_paths: Sequence[str], *, checks: Collection[str], catalog: Catalog = SHIPPED
) -> ReadyPolicies:
    """As `load_policies`, with the same errors."""
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
    """What `ready_policies` then reads of these policies, all of which ship."""
    found = {
        name: _compile(*policy.load_policies([name], checks=checks, catalog=catalog))
        for name in names
    }
    return msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n"


def checksum(name: str) -> int | None:
    """Tells whether a file of the package, or of the policies beside it, is what it was."""
    for folder in (PACKAGE, PACKAGE.parent):
        try:
            # Line ends are the checkout's own.
            return zlib.crc32((folder / name).read_bytes().replace(b"\r\n", b"\n"))
        except FileNotFoundError:
            continue
    return None


def _compile(loaded: LoadedPolicy) -> dict[str, object]:
    """What `Compiled` reads."""
    of_policy = loaded.policy
    files = [f"policies/{of_policy.name}.yaml"]
    files += [f"contracts/{name}.yaml" for name in of_policy.contracts]
    # What a check does not look at: payloads, examples and answers are for a probe.
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
    # The policy as it was written: what it leaves out has defaults that nobody may write.
    return {
        "files": {name: checksum(name) for name in files},
        "policy": loaded.document.value,
        "operations": operations,
    }


@cache
def _compiled() -> dict[str, Compiled]:
    return msgspec.json.decode(FILE.read_bytes(), type=dict[str, Compiled])
