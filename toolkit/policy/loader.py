"""Read, convert and validate policies by name or path."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from toolkit import contracts
from toolkit.catalog.catalog import SHIPPED, Catalog
from toolkit.contracts.contract import Operation
from toolkit.documents import Document, convert, read_file
from toolkit.documents.document import raise_all
from toolkit.documents.wording import quoted, suggestion
from toolkit.errors import ContractError, PolicyError
from toolkit.policy.document import LoadedPolicy, Policy, operations_named
from toolkit.policy.validation import validate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

SUFFIXES: Final = (".yaml", ".yml")
TEST_SUFFIXES: Final = (".test", "_test")


def load_policy(
    name_or_path: str, *, checks: Collection[str], catalog: Catalog = SHIPPED
) -> LoadedPolicy:
    """Load one policy as `load_policies` does."""
    return load_policies([name_or_path], checks=checks, catalog=catalog)[0]


def load_policies(
    names_or_paths: Iterable[str], *, checks: Collection[str], catalog: Catalog = SHIPPED
) -> tuple[LoadedPolicy, ...]:
    """Load policies that are used together, in the given order.

    A word without a path separator and without .yaml or .yml is the name of a shipped policy;
    anything else is a path. `checks` are the ids of the built-in checks, which policies may name.
    `catalog` has the operations that they may name besides those of their contracts.

    Raises `PolicyError` if no shipped policy has the name, and `DocumentError` if a document or one
    of its contracts cannot be read, does not fit its schema, or is contradictory.
    """
    loaded = []
    for name in names_or_paths:
        path = find_policy(name)
        document = read_file(path)
        policy = convert(document, Policy)
        operations = _operations(policy, document, path.parent)
        published = _published(policy, operations, catalog)
        loaded.append(LoadedPolicy(policy, document, operations, published))
    validate(loaded, checks, catalog)
    return tuple(loaded)


def _operations(policy: Policy, document: Document, folder: Path) -> dict[str, Operation]:
    """Return the operations of a policy's contracts; an earlier contract wins."""
    found: dict[str, Operation] = {}
    faults = []
    for at, name in enumerate(policy.contracts):
        # A path is relative to the policy's folder, so that both can be moved together.
        is_path = "/" in name or name.endswith((*SUFFIXES, ".json"))
        try:
            contract = (
                contracts.load_contract(str(folder / name), document.path)
                if is_path
                else contracts.load_contract(name)
            )
        except ContractError as error:
            faults.append(document.error(error.message, ("contracts", at), hint=error.hint))
            continue
        for operation in contract.operations:
            found.setdefault(operation.id, operation)
    raise_all(faults)
    return found


def _published(
    policy: Policy, contracted: Collection[str], catalog: Catalog
) -> dict[str, Operation]:
    """Return the operations that rules name, no contract has and the catalog has."""
    named = {name for rule in policy.rules for _, _, name in operations_named(rule)}
    found = ((name, catalog.operation(name)) for name in sorted(named - set(contracted)))
    return {name: operation for name, operation in found if operation is not None}


def find_policy(name_or_path: str) -> Path:
    """Return the file of a policy. A file that is given by path need not exist.

    Raises `PolicyError` if no shipped policy has the name.
    """
    is_path = "/" in name_or_path or "\\" in name_or_path or name_or_path.endswith(SUFFIXES)
    shipped = shipped_policies()
    if name_or_path in shipped:
        return shipped[name_or_path]
    path = Path(name_or_path)
    # Unlike Path.is_file, this does not raise for a name that is too long.
    is_there = os.path.isfile(name_or_path)  # noqa: PTH113
    names = f"Shipped policies: {', '.join(shipped)}."
    if not is_path:
        raise PolicyError(
            f"no shipped policy is named {quoted(name_or_path)}{suggestion(name_or_path, shipped)}",
            hint=f"{names} A file is named by its path: "
            + (f"./{name_or_path}" if is_there else f"./{name_or_path or 'policy'}.yaml"),
        )
    if path.stem in shipped and path.name == name_or_path and not is_there:
        raise PolicyError(
            f"there is no file {name_or_path} here",
            hint=f"The shipped policy is named without the suffix: {path.stem}",
        )
    return path


def shipped_policies() -> dict[str, Path]:
    """Return the policies that ship with the toolkit, by name."""
    return {
        path.stem: path
        for path in sorted(_shipped_folder().glob("*.yaml"))
        if not path.stem.endswith(TEST_SUFFIXES)
    }


def _shipped_folder() -> Path:
    # The wheel puts `policies/` inside the package. In a source checkout, including an editable
    # install, the folder is beside the package, where users look for it.
    package = Path(__file__).resolve().parent.parent
    inside = package / "policies"
    return inside if inside.is_dir() else package.parent / "policies"
