"""The configuration of one planned instance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from toolkit.model.clients import RolePermission
from toolkit.sources.json_shapes import ResourceChange
from toolkit.sources.plan.plan_configuration import (
    Expression,
    ModulePath,
    Modules,
    Repetition,
    decode_expression,
    decode_expressions,
    is_constant,
)
from toolkit.sources.plan.plan_references import Scope
from toolkit.sources.reference_lists import Step
from toolkit.sources.resources import policy_permissions

#: Nested blocks: for each block, the expressions of its attributes.
BLOCKS: Final = list[dict[str, Any]]
_POLICY_PARTS: Final = ("domain", "entity_name", "action_set")


class ConfiguredInstance:
    """The configuration of one planned instance, decoded on first use."""

    __slots__ = ("_change", "_expressions", "_keys", "_modules", "_path", "_resource", "_scope")

    def __init__(
        self,
        modules: Modules,
        path: ModulePath,
        change: ResourceChange,
        keys: Mapping[tuple[str, str, str], frozenset[Step | None]],
    ) -> None:
        self._modules, self._path, self._change, self._keys = modules, path, change, keys
        self._expressions: Mapping[str, Any] | None = None
        self._scope: Scope | None = None
        self._resource = modules.resource(path, change.mode, change.type, change.name)

    @property
    def expressions(self) -> Mapping[str, Any]:
        if self._expressions is None:
            resource = self._resource
            self._expressions = {} if resource is None else decode_expressions(resource.expressions)
        return self._expressions

    @property
    def scope(self) -> Scope:
        if self._scope is None:
            change, resource = self._change, self._resource
            for_each = None if resource is None else decode_expression(resource.for_each_expression)
            siblings = self._keys[change.module_address, change.type, change.name]
            self._scope = Scope(self._path, Repetition(change.index, for_each, siblings))
        return self._scope


def constant_policies(block: ConfiguredInstance) -> list[RolePermission]:
    """Return the permissions of the static policies beside an unknown `dynamic` block."""
    listed = msgspec.convert(block.expressions.get("permission_policies") or [], BLOCKS)
    policies = [
        {
            name: _constant(expression) if isinstance(expression, dict) else expression
            for name, expression in policy.items()
        }
        for policy in listed
    ]
    whole = [policy for policy in policies if all(policy.get(part) for part in _POLICY_PARTS)]
    return policy_permissions(whole, "")[0]


def _constant(expression: Expression) -> Any:
    return expression["constant_value"] if is_constant(expression) else None


def expressions_in(node: Any) -> Iterator[Expression]:
    """Yield every expression of an attribute or of nested blocks."""
    if isinstance(node, list):
        for item in node:
            yield from expressions_in(item)
    elif isinstance(node, dict):
        if "references" in node or "constant_value" in node or not node:
            yield node
        else:
            for item in node.values():
                yield from expressions_in(item)
