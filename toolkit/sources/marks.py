"""Values with their marks: what of them is not known, and what of them must not be shown.

Terraform's JSON keeps the three in three trees. `merge_object` makes one tree of them: `Unknown`
stands where a value is not known, `Redacted` where it must not be shown. The HCL reader can make
the same tree, so everything behind it is shared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import Any, TypeAlias

from toolkit.model.values import Redacted, Unknown

#: A decoded value: JSON's own types, `Unknown` and `Redacted`.
Tree: TypeAlias = Any
#: The reason for an unknown attribute, by the attribute's name at the top level.
Explain: TypeAlias = Callable[[str], Unknown]

REDACTED = Redacted()


def merge_object(
    values: Mapping[str, Tree],
    unknown: Mapping[str, Tree],
    sensitive: Mapping[str, Tree],
    explain: Explain,
) -> dict[str, Tree]:
    """One resource's attributes with its marks put in.

    An attribute that is unknown as a whole is absent from the values; a set with unknown members
    has null in their places. The mark wins in both cases.
    """
    merged = dict(values)
    for name, mark in unknown.items():
        if marks(mark):
            merged[name] = _merge_unknown(merged.get(name), mark, explain(name))
    for name, mark in sensitive.items():
        if name in merged and marks(mark):
            merged[name] = _redact(merged[name], mark)
    return merged


def by_attribute(mark: Mapping[str, Tree] | bool, values: Mapping[str, Tree]) -> dict[str, Tree]:
    """The marks of a resource by attribute; one for the resource is one for each."""
    if isinstance(mark, bool):
        return dict.fromkeys(values, True) if mark else {}
    return dict(mark)


def marks(mark: Tree) -> bool:
    """Whether anything below is marked at all; most marks are empty shells."""
    if isinstance(mark, bool):
        return mark
    inner = mark.values() if isinstance(mark, dict) else mark if isinstance(mark, list) else ()
    return any(item is True or (item is not False and marks(item)) for item in inner)


def _merge_unknown(value: Tree, mark: Tree, reason: Unknown) -> Tree:
    if mark is True:
        return reason
    if isinstance(mark, dict):
        merged = dict(value) if isinstance(value, dict) else {}
        for name, inner in mark.items():
            if marks(inner):
                merged[name] = _merge_unknown(merged.get(name), inner, reason)
        return merged
    if isinstance(mark, list):
        items = value if isinstance(value, list) else []
        return [_merge_unknown(item, inner, reason) for item, inner in zip_longest(items, mark)]
    return value


def _redact(value: Tree, mark: Tree) -> Tree:
    # That nothing is set is no secret (the provider's SDK writes an unset string as an empty one),
    # and that it is unknown is the better reason.
    if value in (None, "") or isinstance(value, Unknown):
        return value
    if mark is True:
        return REDACTED
    if isinstance(mark, dict) and isinstance(value, dict):
        return {
            name: _redact(item, mark[name]) if name in mark else item
            for name, item in value.items()
        }
    if isinstance(mark, list) and isinstance(value, list):
        return [_redact(item, inner) for item, inner in zip_longest(value, mark)][: len(value)]
    return value
