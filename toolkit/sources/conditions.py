"""Permission policy conditions in one form for Terraform and the API, so that they can be compared.

A condition has no such form if the provider cannot express it (nested conditions) or if it hides a
value. Nothing can then be said about whether two conditions differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from msgspec import json

#: Terraform's attribute names, each with its path in the API.
_OPERAND: Final = {
    "type": ("type",),
    "value": ("value",),
    "user_id": ("user", "id"),
    "queue_id": ("queue", "id"),
}
_TERM_OF_API: Final = frozenset({"variableName", "operator", "operands"})
_OPERAND_OF_API: Final = frozenset(path[0] for path in _OPERAND.values())
_NODE_OF_API: Final = frozenset({"conjunction", "terms"})


class _OtherFormError(Exception):
    """The condition has a form that this module does not know."""


def condition_of_terraform(conditions: Any) -> str:
    """Return the form of a policy's `conditions` blocks, of which there is at most one."""
    try:
        (block,) = _list(conditions)
        return _written(
            _text(block, "conjunction"),
            (
                (
                    _text(term, "variable_name"),
                    _text(term, "operator"),
                    [
                        {name: _text(operand, name) for name in _OPERAND}
                        for operand in _list(_object(term).get("operands"))
                    ],
                )
                for term in _list(_object(block).get("terms"))
            ),
        )
    except (_OtherFormError, ValueError):
        return ""


def condition_of_api(node: Any) -> str:
    """Return the form of a policy's `resourceConditionNode` or of a grant's `condition`."""
    try:
        _only(node, _NODE_OF_API)
        return _written(
            _text(node, "conjunction"),
            (
                (
                    _text(_only(term, _TERM_OF_API), "variableName"),
                    _text(term, "operator"),
                    [
                        {
                            name: _text(_only(operand, _OPERAND_OF_API), *path)
                            for name, path in _OPERAND.items()
                        }
                        for operand in _list(_object(term).get("operands"))
                    ],
                )
                for term in _list(_object(node).get("terms"))
            ),
        )
    except _OtherFormError:
        return ""


def _written(conjunction: str, terms: Iterable[tuple[str, str, list[dict[str, str]]]]) -> str:
    """Write the terms and operands as sets: their order has no meaning."""
    told = [
        [variable, operator, sorted(str(json.encode(each), "utf-8") for each in operands)]
        for variable, operator, operands in terms
    ]
    return str(json.encode([conjunction, sorted(told)]), "utf-8")


def _only(value: Any, known: frozenset[str]) -> Mapping[str, Any]:
    """Return the object if it has only known keys."""
    found = _object(value)
    if any(said for name, said in found.items() if name not in known):
        raise _OtherFormError
    return found


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _OtherFormError
    return value


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _OtherFormError
    return value


def _text(value: Any, *path: str) -> str:
    """Return the string, or '' if it is absent, null or empty, which mean the same."""
    for key in path:
        value = _object(value).get(key)
        if value is None:
            return ""
    if not isinstance(value, str):
        raise _OtherFormError
    return value
