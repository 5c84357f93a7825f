"""A module before its values are known, as `terraform validate` sees it.

Terraform evaluates every block once like this, also a block or a module without instances.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from toolkit.model.values import Unknown as Reason
from toolkit.sources.hcl import values as cty
from toolkit.sources.hcl.evaluation.evaluator import Names
from toolkit.sources.hcl.modules import blocks
from toolkit.sources.hcl.modules.expansion import Expansion
from toolkit.sources.hcl.modules.instance import ModuleInstance, Root
from toolkit.sources.hcl.modules.language import CONDITIONS
from toolkit.sources.hcl.modules.loading import blocks_of
from toolkit.sources.hcl.modules.tree import Called
from toolkit.sources.hcl.schemas import DATA_SOURCES, RESOURCES, Schema
from toolkit.sources.hcl.syntax.nodes import Attribute, Block, Literal
from toolkit.sources.hcl.values import UnknownVal, Value
from toolkit.sources.remedies import A_PLAN

_KEYS: Final = {"count": int, "for_each": str}


class Outline(ModuleInstance):
    """A module whose variables, resources and keys are unknown values of their types."""

    def _variable(self, name: str, block: Block) -> Value:
        # The value is checked against the type, and then unknown all the same.
        value = super()._variable(name, block) if self.call is not None else None
        unset = self._unset(name, block, A_PLAN)
        return unset if value is None else cty.mark(cty.unmark(unset)[0], cty.unmark(value)[1])

    def _validate(self, name: str, block: Block) -> None:
        """A condition on an unknown value refuses nothing."""

    def _expand(self, label: str, block: Block) -> Expansion:
        keyed = next((_KEYS[each] for each in _KEYS if each in block.body.attributes), None)
        reason = Reason(f"the key of {label}", A_PLAN)
        return Expansion((), (reason,), keyed)

    def _resource(
        self, table: Mapping[tuple[str, str], Block], steps: Sequence[str | Literal], prefix: str
    ) -> tuple[Value, int]:
        label = ".".join(map(str, steps[:2]))
        return UnknownVal(cty.DYNAMIC, [Reason(f"{prefix}{label}", A_PLAN)]), len(steps)

    def _module(self, steps: Sequence[str | Literal]) -> tuple[Value, int]:
        return UnknownVal(cty.DYNAMIC, [Reason(f"module.{steps[0]}", A_PLAN)]), len(steps)

    def hold_block(self, label: str, block: Block) -> None:
        """Refuse an expression of a resource or data source that Terraform refuses.

        Raises `SourceError`.
        """
        schema = (DATA_SOURCES if block.type == "data" else RESOURCES)[block.labels[0]]
        content = blocks.Content(block, self.expansion_of(label, block).unknown_names)
        self._hold_content(label, content, schema)
        for lifecycle in blocks_of(block, "lifecycle"):
            for rule in lifecycle.body.blocks:
                if rule.type in CONDITIONS:
                    names = {**content.names, "self": UnknownVal(cty.DYNAMIC, ())}
                    self._look(f"a condition of {label}", rule.body.attributes["condition"], names)

    def _look(self, what: str, attribute: Attribute, names: Names) -> None:
        place = attribute.source, attribute.expression.start
        self.settled(what, place, lambda: self.evaluate(attribute, names))

    def _hold_content(self, label: str, content: blocks.Content, schema: Schema) -> None:
        block = content.block

        def compute() -> Value:
            for name in schema.attributes.keys() & block.body.attributes.keys():
                blocks.attribute_value(content, name, schema.attributes[name], self.evaluate)
            for kind, inner in schema.blocks.items():
                for each in blocks.nested(content, kind, inner, self.evaluate)[0]:
                    self._hold_content(f"{kind} of {label}", each, inner)
            return True

        self.settled(label, (block.source, block.start), compute)

    def hold_module(self) -> None:
        """Refuse what Terraform refuses in a module without instances. Raises `SourceError`."""
        for name in self.module.variables:
            self.variable(name)
        for table, known, prefix in (
            (self.module.resources, RESOURCES, ""),
            (self.module.data, DATA_SOURCES, "data."),
        ):
            for (kind, name), block in table.items():
                if kind in known:
                    self.hold_block(f"{prefix}{kind}.{name}", block)
        for name, call in self.module.calls.items():
            called = self.callee(call)
            if isinstance(called, Called):
                self.inside(name, call, called).hold_module()

    def inside(self, name: str, call: Block, called: Called) -> Outline:
        """Return the outline of a called module."""
        names = self.expansion_of(f"module.{name}", call).unknown_names
        return Outline(self.root, called, (self, call), self.within(f"module.{name}"), names)


class Outlines:
    """The outlines of a root's modules, each made when it is first needed."""

    def __init__(self, root: Root) -> None:
        self._root = root
        self._known: dict[tuple[str, ...], Outline] = {}
        self._held: set[tuple[tuple[str, ...], str]] = set()

    def hold_block(self, instance: ModuleInstance, label: str, block: Block) -> None:
        """Check a block without instances, once for all instances of its module."""
        assert isinstance(instance.called, Called)  # noqa: S101 - it has blocks
        if self._is_new(instance.called.keys, label):
            self._of(instance).hold_block(label, block)

    def hold_module(self, caller: ModuleInstance, name: str, call: Block) -> None:
        """Check a module without instances, once for all instances of its caller."""
        assert isinstance(caller.called, Called)  # noqa: S101 - it has calls
        if self._is_new(caller.called.keys, f"module.{name}"):
            called = caller.callee(call)
            if isinstance(called, Called):
                self._of(caller).inside(name, call, called).hold_module()

    def _is_new(self, keys: tuple[str, ...], label: str) -> bool:
        known = len(self._held)
        self._held.add((keys, label))
        return len(self._held) > known

    def _of(self, instance: ModuleInstance) -> Outline:
        called = instance.called
        assert isinstance(called, Called)  # noqa: S101 - as above
        found = self._known.get(called.keys)
        if found is None:
            if instance.call is None:
                found = Outline(self._root, called)
            else:
                caller, call = instance.call
                found = self._of(caller).inside(call.labels[0], call, called)
            self._known[called.keys] = found
        return found
