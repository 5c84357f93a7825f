"""Read the `moved`, `import` and `removed` blocks of a root module."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from toolkit.model.inventory import Succession
from toolkit.sources.hcl.modules.instance import ModuleInstance
from toolkit.sources.hcl.modules.loading import blocks_of
from toolkit.sources.hcl.syntax.nodes import (
    Attribute,
    Block,
    Expression,
    Index,
    Literal,
    Parentheses,
    RelativeTraversal,
    ScopeTraversal,
)
from toolkit.sources.reference_lists import index_text


def lineage_of(instances: Sequence[ModuleInstance]) -> tuple[Succession, ...]:
    """Return the successions that these module instances declare, each once."""
    found: dict[Succession, None] = {}
    for instance in instances:
        for block in instance.module.others:
            for succession in _of_block(instance, block):
                found[succession] = None
    return tuple(found)


def imported_by_id(instances: Iterable[ModuleInstance]) -> dict[str, str]:
    """Return the addresses of the objects in `import` blocks, by id if it is known.

    Raises `SourceError` for an id that Terraform refuses.
    """
    found: dict[str, str] = {}
    for instance in instances:
        for block in instance.module.others:
            attributes = block.body.attributes
            given, target = attributes.get("id"), address_of(attributes.get("to"))
            if block.type == "import" and given and target and "for_each" not in attributes:
                value = instance.known(f"the id by which {target} is imported", given)
                if isinstance(value, str):
                    found[str(value)] = instance.within(target)
    return found


def _of_block(instance: ModuleInstance, block: Block) -> Iterator[Succession]:
    attributes = block.body.attributes
    if block.type == "moved":
        before, after = address_of(attributes.get("from")), address_of(attributes.get("to"))
        if before and after:
            yield Succession("moved", instance.within(after), instance.within(before))
    elif block.type == "import":
        # An evaluated key stands for any key: each instance may exist, and none certainly does.
        imported = address_of(attributes.get("to"), any_key="[*]")
        if imported:
            yield Succession("imported", instance.within(imported))
    elif block.type == "removed":
        left = address_of(attributes.get("from"))
        if left and any(_keeps(lifecycle) for lifecycle in blocks_of(block, "lifecycle")):
            yield Succession("forgotten", instance.within(left))


def _keeps(lifecycle: Block) -> bool:
    """Whether the object is kept: ``destroy = false``."""
    destroy = lifecycle.body.attributes.get("destroy")
    value = destroy.expression if destroy is not None else None
    return isinstance(value, Literal) and value.value is False


def address_of(attribute: Attribute | None, any_key: str = "") -> str:
    """Return the address that an attribute contains; '' for anything else."""
    if attribute is None:
        return ""
    return _text(attribute.reference, any_key)


def _text(node: Expression, any_key: str) -> str:
    if isinstance(node, Parentheses):
        return _text(node.inner, any_key)
    if isinstance(node, ScopeTraversal):
        return node.root + _steps(node.steps)
    if isinstance(node, RelativeTraversal):
        origin = _text(node.origin, any_key)
        return origin + _steps(node.steps) if origin else ""
    if isinstance(node, Index) and any_key:
        collection = _text(node.collection, any_key)
        return collection + any_key if collection else ""
    return ""


def _steps(steps: Sequence[str | Literal]) -> str:
    return "".join(
        f".{step}" if isinstance(step, str) else index_text(_key(step)) for step in steps
    )


def _key(literal: Literal) -> str | int:
    return literal.value if type(literal.value) is int else str(literal.value)
