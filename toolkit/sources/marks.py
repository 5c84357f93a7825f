"""Merge values with their marks: what is unknown, and what must not be shown.

Terraform's JSON keeps values, unknown marks and sensitive marks in three trees. `merge_object`
merges them into one: `Unknown` replaces an unknown value, `Redacted` one that must not be shown.
The HCL reader can build the same tree, so all later code is shared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import Any, TypeAlias

from toolkit.model.values import Redacted, Unknown

#: A decoded value: JSON's own types, `Unknown` and `Redacted`.
Tree: TypeAlias = Any
#: Return the reason for an unknown attribute, given the attribute's top-level name.
Explain: TypeAlias = Callable[[str], Unknown]

REDACTED = Redacted()


def merge_object(
    values: Mapping[str, Tree],
    unknown: Mapping[str, Tree],
    sensitive: Mapping[str, Tree],
    explain: Explain,
) -> dict[str, Tree]:
    """Return one resource's attributes merged with their marks.

    An attribute that is wholly unknown is absent from the values; a set with unknown members has
    null in their places. The mark wins in both cases.
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
    """Return a resource's marks by attribute; a mark of the whole resource applies to each."""
    if isinstance(mark, bool):
        return dict.fromkeys(values, True) if mark else {}
    return dict(mark)


def marks(mark: Tree) -> bool:
    """Whether the tree contains any mark; most mark trees are empty."""
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
    # An unset value is not secret (the provider's SDK writes an unset string as an empty one), and
    # being unknown is the better reason.
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
