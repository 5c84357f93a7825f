"""What the expressions of a module refer to, as far as it can be told without evaluating them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Final

from msgspec import Struct

from toolkit.sources.hcl.modules.language import (
    CALL_ARGUMENTS,
    LATER_FUNCTIONS,
    SOURCE_REFERENCES,
    VALIDATION_REFERENCES,
    Since,
)
from toolkit.sources.hcl.modules.loading import Feature, Module, refused
from toolkit.sources.hcl.syntax import nodes
from toolkit.sources.hcl.syntax.nodes import Block, Expression, ForExpr, ScopeTraversal
from toolkit.sources.hcl.syntax.source import HclSyntaxError, Source

#: Arguments that hold no expression, or one whose words are not references: by type of block.
_NO_REFERENCES: Final[Mapping[str, frozenset[str]]] = {
    "variable": frozenset({"type", "default"}),
    "output": frozenset({"type"}),
    "resource": frozenset({"provider"}),
    "data": frozenset({"provider"}),
    "ephemeral": frozenset({"provider"}),
    "module": frozenset({"providers", "version"}),
    "lifecycle": frozenset({"ignore_changes", "replace_triggered_by"}),
    "provider": frozenset({"alias", "version"}),
    "import": frozenset({"to", "provider"}),
    "removed": frozenset({"from"}),
    "moved": frozenset({"from", "to"}),
    "terraform": frozenset({"required_version", "experiments", "language"}),
}
#: What a reference may begin with beside a type of resource.
_RESERVED: Final = frozenset({"action", "self", "tofu"})
_FOLLOWED_BY_NAME: Final = frozenset(
    {"count", "each", "local", "module", "path", "terraform", "var"}
)
_PATHS: Final = frozenset({"module", "root", "cwd"})
#: ``core::`` and ``provider::``.
_NAMESPACES: Final = Since(8, 7)


class Reference(Struct, frozen=True):
    """A name that an expression uses, and the file that it stands in."""

    node: ScopeTraversal
    source: Source

    def refused(self, message: str) -> Exception:
        return refused(self.source, self.node.start, message)


class References:
    """The references of a module by the declaration that makes them.

    A declaration is named as references name it: ``("local", "x")``, ``("data", type, name)``. An
    argument of a module call is one by itself: ``("module", "m", "x")``.
    """

    def __init__(self, module: Module) -> None:
        self._module = module
        self.of: dict[tuple[str, ...], list[Reference]] = {}
        self.features = list(module.features)
        self._others: list[Reference] = []
        for name, attribute in module.locals.items():
            self._collect(("local", name), attribute.expression, attribute.source)
        for kind, table in (
            ("var", module.variables),
            ("output", module.outputs),
            ("module", module.calls),
        ):
            for label, block in table.items():
                self._collect_block((kind, label), block)
        for call in module.calls.values():
            self._note_source(call)
        for name in module.variables:
            self._note_validation(name)
        for prefix, typed in (
            ((), module.resources),
            (("data",), module.data),
            (("ephemeral",), module.ephemerals),
        ):
            for (kind, name), block in typed.items():
                self._collect_block((*prefix, kind, name), block)
        #: Data sources that only the check around them sees.
        self._scoped: set[tuple[str, ...]] = set()
        for block in module.others:
            if block.type == "check":
                nested = block.body.blocks
                self._scoped |= {each.labels for each in nested if each.type == "data"}
            self._collect_block(None, block)

    def _collect(self, key: tuple[str, ...] | None, expression: Expression, source: Source) -> None:
        if type(expression) is nodes.Literal:
            return
        found = self._others if key is None else self.of.setdefault(key, [])
        for node in used(expression):
            if isinstance(node, ScopeTraversal):
                found.append(Reference(node, source))
            else:
                self._note_call(node, source)

    def _note_call(self, call: nodes.FunctionCall, source: Source) -> None:
        name = call.name.removeprefix("core::")
        since = _NAMESPACES if "::" in name else LATER_FUNCTIONS.get(name)
        if since is not None:
            self.features.append(Feature(since, f"the function {name}()", source, call.start))
        elif name is not call.name:
            self.features.append(Feature(_NAMESPACES, call.name, source, call.start))

    def _note_validation(self, name: str) -> None:
        for use in self.of.get(("var", name), ()):
            node = use.node
            if node.root != "var" or node.steps[:1] != [name]:
                what = "a validation that refers to other objects"
                self.features.append(Feature(VALIDATION_REFERENCES, what, use.source, node.start))

    def _note_source(self, call: Block) -> None:
        for name in ("source", "version"):
            attribute = call.body.attributes.get(name)
            if attribute is not None and not isinstance(attribute.expression, nodes.Literal):
                what = f"a {name} of a module that is not written out"
                self.features.append(
                    Feature(SOURCE_REFERENCES, what, attribute.source, attribute.start)
                )

    def _collect_block(
        self, key: tuple[str, ...] | None, block: Block, bound: frozenset[str] = frozenset()
    ) -> None:
        skipped = _NO_REFERENCES.get(block.type, frozenset())
        if block.type == "dynamic":
            bound |= {_iterator(block)}
            skipped = frozenset({"iterator"})
        for name, attribute in block.body.attributes.items():
            if name in skipped:
                continue
            expression = attribute.expression
            if type(expression) is nodes.Literal:
                continue
            if block.type == "module" and key and name not in CALL_ARGUMENTS:
                self._collect((*key, name), expression, attribute.source)
                continue
            before = len(self.of.get(key, ())) if key else 0
            self._collect(key, expression, attribute.source)
            if bound and key:
                found = self.of[key]
                found[before:] = [each for each in found[before:] if each.node.root not in bound]
        for nested in block.body.blocks:
            if block.type != "terraform":
                self._collect_block(key, nested, bound)

    def check(self) -> None:
        """Raises `SourceError` for what refers to nothing."""
        for found in (*self.of.values(), self._others):
            for reference in found:
                message = self._problem(reference.node)
                if message:
                    raise reference.refused(message)

    def _problem(self, node: ScopeTraversal) -> str:
        """Why Terraform refuses a reference; empty where it does not."""
        module, root = self._module, node.root
        names = [step for step in node.steps if isinstance(step, str)]
        first = node.steps[0] if node.steps else None
        if root in _FOLLOWED_BY_NAME:
            if not isinstance(first, str):
                return f"{root} must be followed by a dot and a name"
            if root == "var" and first not in module.variables:
                return f"var.{first} is not declared in this module"
            if root == "local" and first not in module.locals:
                return f"local.{first} is not declared in this module"
            if root == "module" and first not in module.calls:
                return f"module.{first} is not called in this module"
            if root == "path" and first not in _PATHS:
                return f"path.{first} does not exist: there is path.module, path.root and path.cwd"
            return ""
        if root == "resource":
            return self._missing(module.resources, "", names)
        if root == "data":
            return (
                ""
                if tuple(names[:2]) in self._scoped
                else self._missing(module.data, "data.", names)
            )
        if root == "ephemeral":
            return self._missing(module.ephemerals, "ephemeral.", names)
        if root in _RESERVED:
            return ""
        return self._missing(module.resources, "", [root, *names])

    def _missing(
        self, declared: Mapping[tuple[str, str], Block], prefix: str, names: list[str]
    ) -> str:
        if len(names) < 2:
            word = f"{prefix}{names[0]}" if names else prefix.rstrip(".")
            return f"{word} is not a reference: a string stands in quotes"
        if (names[0], names[1]) in declared:
            return ""
        return f"{prefix}{names[0]}.{names[1]} is not declared in this module"


def _iterator(block: Block) -> str:
    """The name that a `dynamic` block gives to the current element."""
    attribute = block.body.attributes.get("iterator")
    if attribute is not None:
        # Making the blocks refuses an invalid name.
        with suppress(HclSyntaxError):
            found = attribute.reference
            if isinstance(found, ScopeTraversal):
                return found.root
    return block.labels[0] if block.labels else ""


def used(
    expression: Expression, bound: frozenset[str] = frozenset()
) -> Iterator[ScopeTraversal | nodes.FunctionCall]:
    """The references and the calls in an expression; names that a `for` brings in are none."""
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        kind = type(node)
        if kind is nodes.Literal:
            continue
        if isinstance(node, ScopeTraversal):
            if node.root not in bound:
                yield node
        elif isinstance(node, ForExpr):
            yield from used(node.collection, bound)
            inner = bound | {node.key_name or "", node.value_name}
            for part in (node.key, node.value, node.condition):
                if part is not None:
                    yield from used(part, inner)
        else:
            if isinstance(node, nodes.FunctionCall):
                yield node
                if node.name.removeprefix("core::") == "convert":
                    # What follows the value is a type.
                    waiting += node.arguments[:1]
                    continue
            waiting += nodes.children(node)
