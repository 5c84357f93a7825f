"""Check the provider's resources and data sources against its schema: required and allowed content.

Every function raises `HclSyntaxError` for a block that the provider refuses. A newer provider may
accept what this schema lacks, so such content is returned as a reason for doubt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from toolkit.model.clients import CLIENT_TYPE, DIVISION_TYPE, ROLE_TYPE
from toolkit.model.values import Unknown as Reason
from toolkit.sources.hcl.modules.language import META_ARGUMENTS, META_BLOCKS
from toolkit.sources.hcl.schemas import DATA_SOURCES, RESOURCES, Schema
from toolkit.sources.hcl.syntax import nodes
from toolkit.sources.hcl.syntax.nodes import Attribute, Block, ScopeTraversal
from toolkit.sources.hcl.syntax.source import HclSyntaxError
from toolkit.sources.remedies import A_PLAN

#: The resource and data source types that verdicts depend on.
_TABLES: Final[Mapping[str, Mapping[str, Schema]]] = {
    "resource": {kind: RESOURCES[kind] for kind in (CLIENT_TYPE, ROLE_TYPE, DIVISION_TYPE)},
    "data": DATA_SOURCES,
}
#: The arguments of a `dynamic` block.
_DYNAMIC: Final = frozenset({"for_each", "iterator", "labels"})


def of_block(block: Block, *, is_override: bool) -> Iterator[Reason]:
    """Yield the reasons for doubt of a top-level block, and of the data sources in a `check`."""
    inner = block.body.blocks if block.type == "check" else ()
    for each in (block, *inner):
        schema = _TABLES.get(each.type, {}).get(each.labels[0]) if each.labels else None
        if schema is not None:
            kind = each.labels[0]
            yield from _of_body(each, kind, schema, is_whole=not is_override, is_nested=False)
            for lifecycle in each.body.blocks:
                attribute = lifecycle.body.attributes.get("ignore_changes")
                if lifecycle.type == "lifecycle" and attribute is not None:
                    yield from _of_ignored(attribute, kind, schema)


def _of_body(
    block: Block, where: str, schema: Schema, *, is_whole: bool, is_nested: bool
) -> Iterator[Reason]:
    body = block.body.content(schema.labels)
    for name, attribute in body.attributes.items():
        if name in schema.blocks:
            message = f"{name} of {where} is a block, not an argument: it needs no equals sign"
            raise HclSyntaxError(message, attribute.start)
        if name not in schema.attributes and (is_nested or name not in META_ARGUMENTS):
            yield Reason(f"the argument {where}.{name}", A_PLAN)
        if name in schema.read_only and not _is_null(attribute):
            raise HclSyntaxError(f"{name} cannot be set: the provider computes it", attribute.start)
    if is_whole:
        for name in sorted(schema.required - body.attributes.keys()):
            raise HclSyntaxError(f"{where} needs the argument {name}", block.start)
    for nested in body.blocks:
        kind = nested.type
        if not is_nested and kind in META_BLOCKS and kind != "dynamic":
            continue
        if kind == "dynamic":
            yield from _of_dynamic(nested, where, schema)
        else:
            yield from _of_nested(nested, kind, where, schema)


def _of_nested(block: Block, kind: str, where: str, schema: Schema) -> Iterator[Reason]:
    """Check a nested block, or the content of a `dynamic` block, which may make no block at all."""
    inner = schema.blocks.get(kind)
    if kind in schema.attributes:
        message = f"{kind} of {where} is an argument, not a block: it needs an equals sign"
        raise HclSyntaxError(message, block.start)
    if inner is None:
        yield Reason(f"the block {where}.{kind}", A_PLAN)
        return
    if block.type == kind and block.labels:
        raise HclSyntaxError(f"a block {kind} has no labels", block.start)
    is_made = block.type != kind
    yield from _of_body(block, f"{where}.{kind}", inner, is_whole=not is_made, is_nested=True)


def _of_dynamic(block: Block, where: str, schema: Schema) -> Iterator[Reason]:
    """Check a `dynamic` block, a form that Terraform itself defines, and its content."""
    body = block.body.content({"content": 0})
    for name, attribute in body.attributes.items():
        if name not in _DYNAMIC:
            raise HclSyntaxError(f"a dynamic block has no argument {name}", attribute.start)
        if name == "labels" and block.labels[0] in schema.blocks:
            raise HclSyntaxError(f"a block {block.labels[0]} has no labels", attribute.start)
    for nested in body.blocks:
        if nested.type != "content":
            raise HclSyntaxError(f"a dynamic block has no block {nested.type}", nested.start)
        yield from _of_nested(nested, block.labels[0], where, schema)


def _of_ignored(attribute: Attribute, kind: str, schema: Schema) -> Iterator[Reason]:
    """Check the names in `ignore_changes`."""
    value = attribute.reference
    if isinstance(value, ScopeTraversal) and value.root == "all" and not value.steps:
        return
    if not isinstance(value, nodes.TupleCons):
        raise HclSyntaxError("ignore_changes has to be a list, or all", value.start)
    for item in value.items:
        if isinstance(item, nodes.Literal) and isinstance(item.value, str):
            # The quoted form of Terraform 0.11.
            name, steps = item.value.split(".")[0].split("[")[0], []
            if name == "*":
                raise HclSyntaxError(
                    '"*" is not an attribute: write ignore_changes = all', item.start
                )
        elif isinstance(item, ScopeTraversal):
            name, steps = item.root, item.steps
        else:
            raise HclSyntaxError("ignore_changes has attributes, nothing else", item.start)
        known = schema.attributes.get(name)
        if known is None and name not in schema.blocks:
            yield Reason(f"{name} in ignore_changes of {kind}", A_PLAN)
        elif steps and (known is None or known.kind != "map"):
            raise HclSyntaxError(f"{name} has no parts that changes are ignored of", item.start)


def _is_null(attribute: Attribute) -> bool:
    value = attribute.expression
    return isinstance(value, nodes.Literal) and value.value is None
