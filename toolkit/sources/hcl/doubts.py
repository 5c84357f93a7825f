"""Whether the evaluator starts from the same values as Terraform.

tfparse reads every function as Terraform does, but not everything that a function is given: it
takes some values for others, and gives up on what takes it too many rounds. Measured on tfparse
0.6.22, and kept by the tests against Terraform:

- an output that is called like an argument of its module call is that argument to it;
- an attribute that the provider makes a set is the list as it is written;
- a null for a variable that is not ``nullable`` stays null;
- ``count``, ``for_each`` and ``dynamic`` are decided before any module or resource is.
"""

from __future__ import annotations

from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any

from toolkit.sources.hcl.expressions import Comprehension, Expression, Mixed, Reference, Splat, Step
from toolkit.sources.hcl.values import SET_ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.sources.hcl.blocks import Block
    from toolkit.sources.hcl.scopes import ModuleInstance, Scope

#: What every module call has, and an output can be called too.
_META = frozenset({"id", "source", "version", "providers", "count", "for_each", "depends_on"})
#: It evaluates names that stand behind one another in 32 rounds, each of them at least once.
_LONGEST = 16


def is_doubtful(expression: Expression, scope: Scope, *, early: bool = False) -> bool:
    """Whether tfparse may evaluate an expression from other values than Terraform.

    `early` is for what makes instances of blocks.
    """
    return _length(expression, scope, early=early) > _LONGEST


def _length(
    node: Any, scope: Scope, bound: frozenset[str] = frozenset(), *, early: bool = False
) -> float:
    """How many names stand behind one another; infinite where one is taken for another value."""
    if isinstance(node, Reference):
        steps = _length(node.steps, scope, bound, early=early)
        return steps if node.root in bound else max(steps, _named(node, scope, early=early))
    if isinstance(node, Comprehension):
        inner = bound | frozenset(node.names)
        over = _length(node.collection, scope, bound, early=early)
        parts = (node.key, node.value, node.condition)
        return max(over, _length(parts, scope, inner, early=early))
    if isinstance(node, Mixed):
        node = node.parts
    if not isinstance(node, tuple):
        return 0
    return max((_length(part, scope, bound, early=early) for part in node), default=0)


def _named(reference: Reference, scope: Scope, *, early: bool) -> float:
    """The same of what the first words of a reference name."""
    root, steps, instance = reference.root, reference.steps, scope.instance
    if root in scope.names:
        # The names of a `for` around it are bound; these are of a block with instances.
        source = scope.sources.get(root)
        if source is None:
            return 0
        # All of them come from the one expression, which the block keeps.
        return _once(instance, f"{id(source[0])}", partial(_length, *source, early=True))
    name = steps[0] if steps and isinstance(steps[0], str) else None
    if name is None or instance.module is None or root == "path":
        return 0
    if root in ("var", "local"):
        measure = _variable if root == "var" else _local
        return _once(
            instance, f"{root}.{name} {early}", partial(measure, instance, name, early=early)
        )
    if early:
        return inf
    if root == "module":
        return _outputs(instance, name, steps[1:])
    if root != "data":
        return _resource(instance, instance.module.resources, (root, name), steps[1:])
    label = steps[1] if len(steps) > 1 and isinstance(steps[1], str) else ""
    return _resource(instance, instance.module.data, (name, label), steps[2:])


def _once(instance: ModuleInstance, name: str, measure: Callable[[], float]) -> float:
    """Measure a name once; one more than what stands behind it."""
    if name not in instance.lengths:
        # Of one that leads to itself nothing is evaluated.
        instance.lengths[name] = 0
        instance.lengths[name] = 1 + measure()
    return instance.lengths[name]


def _variable(instance: ModuleInstance, name: str, *, early: bool) -> float:
    if instance.is_replaced(name):
        return inf
    argument = instance.argument(name)
    if argument is not None:
        return _length(*argument, early=early)
    block = instance.module.variables.get(name) if instance.module else None
    return _attribute(block, "default", instance.scope, early=early)


def _local(instance: ModuleInstance, name: str, *, early: bool) -> float:
    attribute = instance.module.locals.get(name) if instance.module else None
    return 0 if attribute is None else _length(attribute.expression, instance.scope, early=early)


def _attribute(block: Block | None, name: str, scope: Scope, *, early: bool = False) -> float:
    attribute = block.attributes.get(name) if block is not None else None
    return 0 if attribute is None else _length(attribute.expression, scope, early=early)


def _outputs(instance: ModuleInstance, name: str, steps: tuple[Step, ...]) -> float:
    """The same of an output of a module call, or of all its outputs, in each of its instances."""
    call = instance.module.calls.get(name) if instance.module else None
    wanted = None if call is None else _wanted(call, steps)
    return max(
        (
            _once(child, f"output.{output}", partial(_output, child, output, block))
            for child, _ in instance.children(name)
            for output, block in (child.module.outputs.items() if child.module else ())
            if wanted in (None, output)
        ),
        default=0,
    )


def _output(instance: ModuleInstance, name: str, block: Block) -> float:
    if name in _META or instance.argument(name) is not None:
        return inf
    return _attribute(block, "value", instance.scope)


def _resource(
    instance: ModuleInstance,
    declared: dict[tuple[str, str], Block],
    key: tuple[str, str],
    steps: tuple[Step, ...],
) -> float:
    """The same of an attribute of a resource, or of all its attributes, in each instance."""
    block = declared.get(key)
    if block is None:
        return 0
    wanted = _wanted(block, steps)
    names = tuple(block.attributes) if wanted is None else (wanted,)
    if not SET_ATTRIBUTES.isdisjoint(names):
        return inf
    label = ".".join((block.kind, *key) if block.kind == "data" else key)

    def measure() -> float:
        copies = instance.expansion(label, block).copies
        return max((_attribute(block, n, c.scope) for c in copies for n in names), default=0)

    return _once(instance, f"{label} {wanted}", measure)


def _wanted(block: Block, steps: tuple[Step, ...]) -> str | None:
    """The attribute of a block's instances that steps lead to; None where it may be any."""
    is_keyed = not block.attributes.keys().isdisjoint(("count", "for_each"))
    after = steps[1:] if is_keyed or (steps and isinstance(steps[0], Splat)) else steps
    return after[0] if after and isinstance(after[0], str) else None
