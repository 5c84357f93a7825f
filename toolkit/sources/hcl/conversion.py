"""A variable's value as its declared type makes it."""

from __future__ import annotations

import re

from toolkit.sources.hcl.values import Computed, SetValue, Value, as_bool, as_text, is_plain

_OPTIONAL = re.compile(r"\boptional\s*\(")


def converted(value: Value, kind: str, reference: str) -> Value:
    """The value as the variable's declared type makes it."""
    if kind == "string":
        return as_text(value) if as_text(value) is not None else value
    if kind == "bool":
        truth = as_bool(value)
        return value if truth is None else truth
    if kind == "number" and isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            return Computed(reference)
    if kind.startswith("set(") and isinstance(value, list) and is_plain(value):
        return SetValue(sorted(set(value))) if all(isinstance(v, str) for v in value) else value
    if _OPTIONAL.search(kind):
        return _without_nulls(value)
    return value


def _without_nulls(value: Value) -> Value:
    """Null members of an object with optional attributes: their default is the evaluator's."""
    if isinstance(value, dict):
        return {k: _without_nulls(v) for k, v in value.items() if v is not None}
    return [_without_nulls(v) for v in value] if isinstance(value, list) else value
