"""Find, read, convert and validate the test cases of a policy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.catalog.catalog import SHIPPED, Catalog
from toolkit.documents import convert, read_file
from toolkit.errors import PolicyError
from toolkit.policy.case_validation import validate_cases
from toolkit.policy.cases import Cases, LoadedCases
from toolkit.policy.loader import SUFFIXES, TEST_SUFFIXES, find_policy, load_policies

if TYPE_CHECKING:
    from collections.abc import Collection


def load_cases(
    name_or_path: str, *, checks: Collection[str], catalog: Catalog = SHIPPED
) -> LoadedCases:
    """Load the test cases of a policy, named as in `load_policies` or by its cases file.

    The cases of ``ours.yaml`` are in ``ours.test.yaml`` in the same folder. Raises the errors of
    `load_policies` for either file, and `PolicyError` if the policy has no cases.
    """
    policy_path, cases_path = find_cases(name_or_path)
    (policy,) = load_policies([str(policy_path)], checks=checks, catalog=catalog)
    document = read_file(cases_path)
    cases = convert(document, Cases).cases
    validate_cases(cases, document, policy.policy, checks)
    return LoadedCases(policy, cases, document)


def is_cases_file(name_or_path: str) -> bool:
    """Whether the path has the name of a cases file."""
    path = Path(name_or_path)
    return path.suffix in SUFFIXES and path.stem.endswith(TEST_SUFFIXES)


def find_cases(name_or_path: str) -> tuple[Path, Path]:
    """Return the path of a policy and the path of its test cases.

    Raises `PolicyError` if the policy does not exist, or if it has no cases file or two of them.
    """
    if is_cases_file(name_or_path):
        cases = Path(name_or_path)
        stem = next(
            cases.stem.removesuffix(end) for end in TEST_SUFFIXES if cases.stem.endswith(end)
        )
        names = [f"{stem}{suffix}" for suffix in SUFFIXES]
        found = [cases.with_name(name) for name in names if cases.with_name(name).is_file()]
        if not found:
            raise PolicyError(
                f"{name_or_path}: the policy that it tests is not there",
                hint=f"Put it beside the cases, as {names[0]}.",
            )
        return found[0], cases
    policy = find_policy(name_or_path)
    if not policy.is_file():
        return policy, policy  # Reading the policy reports what is wrong with it.
    names = [f"{policy.stem}{end}{suffix}" for end in TEST_SUFFIXES for suffix in SUFFIXES]
    found = [policy.with_name(name) for name in names if policy.with_name(name).is_file()]
    if len(found) != 1:
        has = f"two files of tests: {found[0].name}, {found[1].name}" if found else "no tests"
        raise PolicyError(
            f"{name_or_path}: the policy has {has}",
            hint="Make them one." if found else f"Write them into {policy.with_name(names[0])}.",
        )
    return policy, found[0]
