"""Module instances and what their names stand for: variables, locals, outputs, each, count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from toolkit.model.values import Unknown
from toolkit.sources.hcl.blocks import Attribute, Block
from toolkit.sources.hcl.conversion import converted
from toolkit.sources.hcl.expansion import Expansion, Key, expand, unknown_each, with_key
from toolkit.sources.hcl.expressions import Expression, Literal
from toolkit.sources.hcl.modules import Module
from toolkit.sources.hcl.native import expression_of
from toolkit.sources.hcl.tree import ModuleTree, Unread
from toolkit.sources.hcl.values import (
    BY_DECLARATION,
    BY_NOT_SENSITIVE,
    BY_PLAN,
    BY_VARIABLE,
    Value,
    as_bool,
    missing,
)


class Tally:
    """How many expressions were left to the evaluator so far."""

    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0


class Root(NamedTuple):
    """What all instances of one root module share.

    `resolve` is the evaluator of expressions, `keys` lists the instance keys that tfparse saw at
    an address without its own key; None where tfparse was not asked. `left` counts what `resolve`
    left to tfparse.
    """

    tree: ModuleTree
    provided: Mapping[str, Expression]
    resolve: Callable[[Expression, Scope], Value]
    keys: Callable[[str], tuple[Key, ...] | None]
    left: Tally


class Scope(NamedTuple):
    """Where an expression stands: a module instance, and the names of its block or `for`.

    `sources` has the expression that the names of a block's instances come from, and its scope.
    """

    instance: ModuleInstance
    names: Mapping[str, Value] = {}
    sources: Mapping[str, tuple[Expression, Scope]] = {}

    def within(self, **names: Value) -> Scope:
        return self._replace(names={**self.names, **names})

    def over(self, source: Expression, **names: Value) -> Scope:
        """The scope of an instance that `source` makes."""
        sources = {**self.sources, **dict.fromkeys(names, (source, self))}
        return self.within(**names)._replace(sources=sources)


class ModuleInstance:
    """One instance of a module: the root, or one made by a call.

    `existence` says why it may not exist at all. `module` is None where it is not read, for the
    reason in `unread`.
    """

    def __init__(
        self,
        root: Root,
        module: Module | Unread,
        *,
        address: str = "",
        call: Block | None = None,
        caller: Scope | None = None,
        existence: Unknown | None = None,
    ) -> None:
        self.root = root
        self.module = module if isinstance(module, Module) else None
        self.unread = module if isinstance(module, Unread) else None
        self.address = address
        self.existence = existence
        self.call = call
        self._caller = caller
        self._known: dict[tuple[str, str], Value] = {}
        self._open: set[tuple[str, str]] = set()
        self._children: dict[str, tuple[tuple[ModuleInstance, Key], ...]] = {}
        self._expansions: dict[str, Expansion] = {}
        #: How many names stand behind a name; see `toolkit.sources.hcl.doubts`.
        self.lengths: dict[str, float] = {}

    @property
    def scope(self) -> Scope:
        return Scope(self)

    def calls(self) -> tuple[Block, ...]:
        """The calls that made this instance, the innermost first; none for the root."""
        if self.call is None or self._caller is None:
            return ()
        return (self.call, *self._caller.instance.calls())

    def within(self, name: str) -> str:
        """The address of something declared in this instance."""
        return f"{self.address}.{name}" if self.address else name

    def _once(self, kind: str, name: str, read: Callable[[], Value]) -> Value:
        """Read a name once; one that refers to itself has no value."""
        slot = (kind, name)
        if slot not in self._known:
            if slot in self._open:
                return missing(f"{kind}.{name}, which refers to itself", BY_PLAN)
            self._open.add(slot)
            # What fails in a name fails by itself, and not where the name stands.
            before = self.root.left.count
            try:
                self._known[slot] = read()
            finally:
                self._open.discard(slot)
                self.root.left.count = before
        return self._known[slot]

    def variable(self, name: str) -> Value:
        return self._once("var", name, lambda: self._variable(name))

    def local(self, name: str) -> Value:
        def read() -> Value:
            attribute = self.module.locals.get(name) if self.module else None
            if attribute is None:
                return missing(f"local.{name}", BY_DECLARATION)
            return self.root.resolve(attribute.expression, self.scope)

        return self._once("local", name, read)

    def output(self, name: str) -> Value:
        """The value of an output, as the caller sees it."""

        def read() -> Value:
            reference = f"{self.address}.{name}"
            if self.module is None:
                return missing(reference, self.unread.decided_by if self.unread else BY_PLAN)
            block = self.module.outputs.get(name)
            value = block.attributes.get("value") if block is not None else None
            if block is None or value is None:
                return missing(reference, BY_DECLARATION)
            if is_true(block.attributes.get("sensitive")):
                return missing(reference, BY_NOT_SENSITIVE)
            return self.root.resolve(value.expression, self.scope)

        return self._once("output", name, read)

    def outputs(self) -> dict[str, Value] | None:
        """Every output; None where the module is not on disk."""
        if self.module is None:
            return None
        return {name: self.output(name) for name in self.module.outputs}

    def _variable(self, name: str) -> Value:
        reference = f"var.{name}"
        block = self.module.variables.get(name) if self.module else None
        if block is None:
            return missing(reference, BY_DECLARATION)
        if is_true(block.attributes.get("sensitive")):
            return missing(reference, BY_NOT_SENSITIVE)
        value = self._given(name)
        default = block.attributes.get("default")
        if default is not None and (value is _ABSENT or self.is_replaced(name)):
            value = self.root.resolve(default.expression, self.scope)
        if value is _ABSENT:
            by = BY_VARIABLE if self.call is None else BY_PLAN
            return missing(reference, by)
        kind = block.attributes.get("type")
        return converted(
            value,
            _type(kind),
            reference,
            lambda default: self.root.resolve(default, self.scope),
        )

    def is_replaced(self, name: str) -> bool:
        """Whether null is given for a variable that is not to be null: it has its default then."""
        block = self.module.variables.get(name) if self.module else None
        nullable = block.attributes.get("nullable") if block is not None else None
        if nullable is None or self._given(name) is not None:
            return False
        return as_bool(self.root.resolve(nullable.expression, self.scope)) is False

    def argument(self, name: str) -> tuple[Expression, Scope] | None:
        """What the caller, or the user, gives for a variable, and where; None for nothing."""
        if self.call is not None and self._caller is not None:
            attribute = self.call.attributes.get(name)
            return None if attribute is None else (attribute.expression, self._caller)
        given = self.root.provided.get(name)
        return None if given is None else (given, self.scope)

    def _given(self, name: str) -> Value:
        """The value that is given for a variable; `_ABSENT` for none."""
        argument = self.argument(name)
        return _ABSENT if argument is None else self.root.resolve(*argument)

    def expansion(self, label: str, block: Block) -> Expansion:
        """The instances of a resource or module block that is declared here as `label`."""
        if label not in self._expansions:
            self._expansions[label] = expand(self, self.within(label), block)
        return self._expansions[label]

    def children(self, name: str) -> tuple[tuple[ModuleInstance, Key], ...]:
        """The instances that a module call makes, each with its key.

        Where it is not certain that there is any, one stands for all that there may be.
        """
        if name not in self._children:
            self._children[name] = tuple(self._called(name))
        return self._children[name]

    def _called(self, name: str) -> list[tuple[ModuleInstance, Key]]:
        call = self.module.calls.get(name) if self.module else None
        if call is None or self.module is None:
            return []
        address = self.within(f"module.{name}")
        module = self.root.tree.called(self.module, name)
        expansion = self.expansion(f"module.{name}", call)
        made = [
            (self._child(module, with_key(address, copy.key), call, copy.scope, None), copy.key)
            for copy in expansion.copies
        ]
        if expansion.unknown is not None:
            scope = unknown_each(self.scope, expansion.unknown)
            made.append((self._child(module, address, call, scope, expansion.unknown), None))
        return made

    def _child(
        self,
        module: Module | Unread,
        address: str,
        call: Block,
        caller: Scope,
        unknown: Unknown | None,
    ) -> ModuleInstance:
        return ModuleInstance(
            self.root,
            module,
            address=address,
            call=call,
            caller=caller,
            existence=self.existence or unknown,
        )


def _type(attribute: Attribute | None) -> Expression | None:
    """A type constraint; the JSON syntax writes it as a string."""
    kind = attribute.expression if attribute is not None else None
    if isinstance(kind, Literal) and isinstance(kind.value, str):
        return expression_of(kind.value) or kind
    return kind


class _Absent:
    """No value was given; unlike null, which is one."""


_ABSENT: Value = _Absent()  # type: ignore[assignment]


def is_true(attribute: Attribute | None) -> bool:
    """Whether the attribute is written as anything but false."""
    return attribute is not None and attribute.source.strip() != "false"
