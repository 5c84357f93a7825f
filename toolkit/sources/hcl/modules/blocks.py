"""Read resource blocks by the provider's schema: typed attributes, `dynamic` blocks expanded.

`evaluate` returns the value of an attribute. All functions raise `EvaluationError` if Terraform
refuses the configuration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from msgspec import Struct

from toolkit.model.values import Unknown as Reason
from toolkit.sources.hcl import values as cty
from toolkit.sources.hcl.evaluation.access import elements
from toolkit.sources.hcl.evaluation.evaluator import Names
from toolkit.sources.hcl.modules.loading import blocks_of, refused
from toolkit.sources.hcl.schemas import Schema
from toolkit.sources.hcl.syntax import nodes
from toolkit.sources.hcl.syntax.nodes import Attribute, Block
from toolkit.sources.hcl.values import EvaluationError, UnknownVal, Value
from toolkit.sources.remedies import A_PLAN

Evaluate: TypeAlias = Callable[[Attribute, Names], Value]
_DYNAMIC_ARGUMENTS: Final = frozenset({"for_each", "iterator", "labels"})


class Content(Struct, frozen=True):
    """A block, written or made by a `dynamic` block, and the names that its expressions may use."""

    block: Block
    names: Names


def attribute_value(content: Content, name: str, kind: cty.Type, evaluate: Evaluate) -> Value:
    """Return an attribute converted to its type; null if it is absent."""
    attribute = content.block.body.attributes.get(name)
    if attribute is None:
        return cty.Null(kind)
    value = evaluate(attribute, content.names)
    try:
        value = cty.convert(value, kind)
    except EvaluationError as error:
        raise _refused(attribute, f": {error.message}", error) from None
    bare, marks = cty.unmark_deep(value)
    if cty.EPHEMERAL in marks:
        raise _refused(attribute, " cannot be an ephemeral value: it goes into the state")
    if isinstance(bare, cty.SetVal) and any(isinstance(item, cty.Null) for item in bare.items):
        raise _refused(attribute, " has a null in it, which the provider refuses")
    return value


def _refused(
    attribute: Attribute, why: str, error: EvaluationError | None = None
) -> EvaluationError:
    refusal = EvaluationError(f"{attribute.name}{why}")
    place = None if error is None else error.place
    refusal.place = place or (attribute.source, attribute.expression.start)
    return refusal


def nested(
    content: Content, kind: str, schema: Schema, evaluate: Evaluate
) -> tuple[list[Content], tuple[Reason, ...]]:
    """Return the nested blocks of a type, and the reasons why there may be more."""
    found: list[Content] = []
    unknown: list[Reason] = []
    for block in content.block.body.blocks:
        if block.type == kind:
            found.append(Content(_read(block, schema), content.names))
        elif block.type == "dynamic" and block.labels == (kind,):
            made, reasons = _generated(content, block, schema, evaluate)
            found += made
            unknown += reasons
    return found, tuple(dict.fromkeys(unknown))


def _read(block: Block, schema: Schema) -> Block:
    """Return the block as its schema reads it; this matters in JSON syntax."""
    body = block.body.content(schema.labels)
    if body is block.body:
        return block
    return Block(block.type, block.labels, body, block.source, block.start, block.end)


def _generated(
    content: Content, block: Block, schema: Schema, evaluate: Evaluate
) -> tuple[Iterator[Content], tuple[Reason, ...]]:
    """Return the blocks that one `dynamic` block makes, and the reasons why there may be more."""
    body = block.body.content({"content": 0})
    for_each = body.attributes.get("for_each")
    templates = [each for each in body.blocks if each.type == "content"]
    if for_each is None or len(templates) != 1:
        raise refused(
            block.source, block.start, "a dynamic block has a for_each and one content block"
        )
    template = _read(templates[0], schema)
    iterator = _iterator(block, body.attributes.get("iterator"))
    value, _ = cty.unmark(evaluate(for_each, content.names))
    if isinstance(value, cty.Null):
        raise EvaluationError("the for_each of a dynamic block must not be null")
    kind = cty.type_of(value)
    if not (kind.is_sequence or kind.is_mapping or kind is cty.DYNAMIC):
        raise EvaluationError(f"the for_each of a dynamic block takes no {kind.name}")
    reasons: tuple[Reason, ...] = ()
    if isinstance(value, UnknownVal) and not value.complete:
        reasons = value.reasons

    def made() -> Iterator[Content]:
        for key, item in elements(value):
            current = cty.ObjectVal({"key": key, "value": item})
            yield Content(template, {**content.names, iterator: current})

    return made(), reasons


def _iterator(block: Block, attribute: Attribute | None) -> str:
    if attribute is None:
        return block.labels[0]
    found = attribute.reference
    if not isinstance(found, nodes.ScopeTraversal) or found.steps:
        raise refused(attribute.source, attribute.start, "iterator must be a name")
    return found.root


def block_value(content: Content, schema: Schema, evaluate: Evaluate, unset: Callable[[str], Value],
                ) -> Value:  # fmt: skip
    """Return the value of a block; `unset` returns the value of an absent computed attribute."""
    attributes: dict[str, Value] = {}
    for name, kind in schema.attributes.items():
        value = attribute_value(content, name, kind, evaluate)
        if name in schema.computed and isinstance(value, cty.Null):
            value = unset(name)
        attributes[name] = value
    for kind_name, inner in schema.blocks.items():
        attributes[kind_name] = blocks_value(content, kind_name, inner, evaluate, unset)
    return cty.ObjectVal(attributes)


def blocks_value(
    content: Content, kind: str, schema: Schema, evaluate: Evaluate, unset: Callable[[str], Value]
) -> Value:
    """Return the list or set of the nested blocks of a type."""
    found, unknown = nested(content, kind, schema, evaluate)
    items = [block_value(each, schema, evaluate, unset) for each in found]
    element = schema.type
    if unknown:
        many = cty.list_of(element) if schema.is_list else cty.set_of(element)
        return UnknownVal(many, unknown, sure=items, not_null=True)
    return cty.ListVal(items, element) if schema.is_list else cty.make_set(items, element)


def ignored(block: Block, name: str) -> Reason | None:
    """Return why an attribute may differ from its expression: `ignore_changes` in `lifecycle`."""
    for lifecycle in blocks_of(block, "lifecycle"):
        attribute = lifecycle.body.attributes.get("ignore_changes")
        if attribute is not None and {name, "all"} & set(_words(attribute)):
            return Reason(f"{name}, of which changes are ignored", A_PLAN)
    return None


def _words(attribute: Attribute) -> Iterator[str]:
    """Yield the first name of each entry in `ignore_changes`."""
    value = attribute.reference
    for item in value.items if isinstance(value, nodes.TupleCons) else [value]:
        if isinstance(item, nodes.ScopeTraversal):
            yield item.root
        elif isinstance(item, nodes.Literal) and isinstance(item.value, str):
            yield item.value.split(".")[0].split("[")[0]
        elif isinstance(item, nodes.Index | nodes.RelativeTraversal):
            yield attribute.source.text[item.start : item.end].split(".")[0].split("[")[0]
