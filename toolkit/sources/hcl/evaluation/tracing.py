"""Trace what unknown values are made of, so that two of them can be compared.

A reason names the unknown input: ``var.a``. Two values with this reason are equal only if they are
made of it in the same way. The `origin` records that way: it is a digest of the expressions that
were applied.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from msgspec.structs import replace

from toolkit.model.values import Unknown as Reason
from toolkit.sources.hcl import values as cty
from toolkit.sources.hcl.evaluation.evaluator import Environment, Evaluator, Names
from toolkit.sources.hcl.functions.signature import Function
from toolkit.sources.hcl.syntax import nodes
from toolkit.sources.hcl.syntax.nodes import Attribute, Block, Expression, ScopeTraversal
from toolkit.sources.hcl.values import EvaluationError, UnknownVal, Value, doubts

#: Expressions that pass on the value of their inner expression.
_PASSING: Final = frozenset(
    {nodes.Parentheses, nodes.TemplateWrap, nodes.Literal, nodes.TupleCons, nodes.Conditional,
     nodes.ScopeTraversal, nodes.RelativeTraversal}
)  # fmt: skip
#: Functions whose result contains their arguments' elements, in any order.
_JOINING: Final = frozenset(
    {"compact", "concat", "distinct", "flatten", "reverse", "setunion", "sort", "tolist", "toset",
     "sensitive", "nonsensitive"}
)  # fmt: skip
_IN_A_DIGEST: Final = 24


def digest(*parts: str) -> str:
    """Return a digest of texts; each may be long."""
    found = hashlib.sha256()
    for part in parts:
        found.update(f"{len(part)}:".encode())
        found.update(part.encode("utf-8", "surrogatepass"))
    return found.hexdigest()[:_IN_A_DIGEST]


def made_through(step: str, reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return the reasons of an unknown value after a step."""
    return tuple(replace(each, origin=digest(each.origin, step)) for each in reasons)


class TracingEvaluator(Evaluator):
    """An evaluator that records what its unknown values are made of."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        # The values are kept alive, so that their id() is not reused.
        self._digests: dict[int, tuple[Value, str]] = {}

    def evaluate(self, node: Expression, names: Names) -> Value:
        value = super().evaluate(node, names)
        if type(node) in _PASSING or cty.is_plain(value):
            return value
        if isinstance(node, nodes.FunctionCall):
            return self._called(node, names, value)
        if isinstance(node, nodes.Index):
            return self._element(node, names, value)
        if isinstance(cty.unmark(value)[0], UnknownVal):
            return _through(self.written(node, names), value)
        return value

    def _either(self, node: nodes.Conditional, names: Names, *rest: Any) -> Value:
        return _through(self.written(node, names), super()._either(node, names, *rest))

    def _called(self, node: nodes.FunctionCall, names: Names, value: Value) -> Value:
        name = node.name.removeprefix("core::")
        if name in _JOINING:
            return value
        try:
            function = self.environment.function(name)
        except EvaluationError:
            function = None
        moves = name == "try" or (isinstance(function, Function) and function.structural)
        if moves and not isinstance(cty.unmark(value)[0], UnknownVal):
            return value
        return _through(self.written(node, names), value, deep=True)

    def _stepped(self, value: Value, steps: Sequence[nodes.Step]) -> Value:
        for step in steps:
            bare, _ = cty.unmark(value)
            value = super()._stepped(value, [step])
            if isinstance(bare, UnknownVal):
                key = self.of_value(step if isinstance(step, str) else self._literal(step, {}))
                value = _selected(bare, key, value)
        return value

    def _element(self, node: nodes.Index, names: Names, value: Value) -> Value:
        """Return the element at a computed index."""
        if not isinstance(cty.unmark(value)[0], UnknownVal):
            return value
        collection, _ = cty.unmark(self.evaluate(node.collection, names))
        key = self.of_value(self.evaluate(node.key, names))
        if isinstance(collection, UnknownVal):
            return _selected(collection, key, value)
        return _through(digest(self.of_value(collection), key), value)

    # Digests

    def of_value(self, value: Value) -> str:
        """Return a digest of a value: equal for the same value, and for the same unknown."""
        if isinstance(value, str):
            return digest("text", value)
        known = self._digests.get(id(value))
        if known is not None and known[0] is value:
            return known[1]
        found = digest(*self._parts(value))
        self._digests[id(value)] = value, found
        return found

    def _parts(self, value: Value) -> Iterable[str]:
        of = self.of_value
        if isinstance(value, cty.Marked):
            return ("marked", of(value.value))
        if isinstance(value, UnknownVal):
            sure = value.sure
            held = (
                [part for key, each in sure.items() for part in (str(key), of(each))]
                if isinstance(sure, Mapping)
                else [of(each) for each in sure]
            )
            return ("unknown", *map(_of_reason, value.reasons), value.template or "", *held)
        if isinstance(value, cty.Symbol):
            return ("symbol", _of_reason(value.reason))
        if isinstance(value, cty.SymbolText):
            return ("text", *(p if isinstance(p, str) else of(p) for p in value.parts))
        if isinstance(value, cty.SEQUENCES):
            return ("sequence", *map(of, value.items))
        if isinstance(value, cty.MAPPINGS):
            return ("mapping", *(p for k in value.items for p in (str(k), of(value.items[k]))))
        return (type(value).__name__, str(value))

    def written(self, node: Any, names: Names) -> str:
        """Return a digest of an expression, with the values of its names."""
        return digest(*_Writer(self._of_name, names).parts(node, frozenset()))

    def of_block(self, block: Block, names: Names) -> str:
        """Return a digest of a block with everything in it."""
        before, self._source = self._source, block.source
        try:
            return digest(*self._of_block(block, names, frozenset()))
        finally:
            self._source = before

    def _of_block(self, block: Block, names: Names, bound: frozenset[str]) -> list[str]:
        writer = _Writer(self._of_name, names)
        body = block.body
        if block.type == "dynamic":
            bound |= {block.labels[0]}
            iterator = body.attributes.get("iterator")
            if iterator is not None and isinstance(iterator.reference, ScopeTraversal):
                bound |= {iterator.reference.root}
        parts = [block.type]
        for name in sorted(body.attributes):
            attribute = body.attributes[name]
            if name not in ("alias", "depends_on", "provider", "providers", "iterator"):
                parts += [name, *self._of_attribute(attribute, writer, names, bound)]
        for inner in body.blocks:
            if inner.type != "lifecycle":
                parts += ["{", *self._of_block(inner, names, bound), "}"]
        return parts

    def _of_attribute(
        self, attribute: Attribute, writer: _Writer, names: Names, bound: frozenset[str]
    ) -> Sequence[str]:
        """Return a digest of an attribute's value, or of its source text if it has no value."""
        before = doubts.count
        try:
            if not bound:
                return [self.of_value(self.evaluate(attribute.expression, names))]
        except EvaluationError:
            pass
        finally:
            doubts.count = before
        return writer.parts(attribute.expression, bound)

    def _of_name(self, node: ScopeTraversal | nodes.SplatItem, names: Names) -> str:
        """Return a digest of a name's value, or of the name itself if it is refused."""
        before = doubts.count
        try:
            return self.of_value(self.evaluate(node, names))
        except (EvaluationError, KeyError):
            return _text_of(node)
        finally:
            doubts.count = before


class _Writer:
    """Writes expressions so that spaces and comments do not count."""

    def __init__(self, of_name: Callable[[Any, Names], str], names: Names) -> None:
        self._of_name = of_name
        self._names = names

    def parts(self, node: Any, bound: frozenset[str]) -> list[str]:
        if isinstance(node, ScopeTraversal):
            if node.root in bound:
                return [_text_of(node)]
            return [self._of_name(node, self._names)]
        if isinstance(node, nodes.SplatItem):
            return [self._of_name(node, self._names) if node in self._names else "item"]
        if isinstance(node, nodes.Parentheses | nodes.TemplateWrap):
            inner = node.inner if isinstance(node, nodes.Parentheses) else node.wrapped
            return self.parts(inner, bound)
        if isinstance(node, nodes.ForExpr):
            collection = self.parts(node.collection, bound)
            known = bound | {node.value_name} | ({node.key_name} if node.key_name else set())
            rest = [getattr(node, slot) for slot in type(node).__slots__ if slot != "collection"]
            return ["for", *collection, *(p for each in rest for p in self.parts(each, known))]
        if isinstance(node, nodes.Node):
            values = [getattr(node, slot) for slot in type(node).__slots__]
            found = [part for each in values for part in self.parts(each, bound)]
            return [type(node).__name__, *found]
        if isinstance(node, list | tuple):
            return ["(", *(p for each in node for p in self.parts(each, bound)), ")"]
        return [type(node).__name__ if node is None else str(node)]


def _text_of(node: ScopeTraversal | nodes.SplatItem) -> str:
    if isinstance(node, nodes.SplatItem):
        return "item"
    return ".".join([node.root, *(s if isinstance(s, str) else str(s.value) for s in node.steps)])


def _of_reason(reason: Reason) -> str:
    return f"{reason.reference} {reason.origin}"


def _selected(collection: UnknownVal, key: str, value: Value) -> Value:
    """Return an element of an unknown collection; an element that is certainly there stays as it
    is.
    """
    bare, _ = cty.unmark(value)
    sure = collection.sure
    held = sure.values() if isinstance(sure, Mapping) else sure
    if not isinstance(bare, UnknownVal) or any(bare is each for each in held):
        return value
    return _through(digest("element", key), value)


def _through(step: str, value: Value, *, deep: bool = False) -> Value:
    """Return the value as the result of a step; `deep` includes everything inside it."""
    if isinstance(value, cty.Marked):
        return cty.mark(_through(step, value.value, deep=deep), value.marks)
    if isinstance(value, UnknownVal):
        return UnknownVal(
            value.type,
            made_through(step, value.reasons),
            sure=value.sure,
            complete=value.complete,
            not_null=value.not_null,
            template=value.template,
        )
    if not deep or cty.is_plain(value):
        return value
    if isinstance(value, cty.TupleVal):
        return cty.TupleVal([_through(step, each, deep=True) for each in value.items])
    if isinstance(value, cty.ListVal | cty.SetVal):
        items = [_through(step, each, deep=True) for each in value.items]
        return type(value)(items, value.element)
    if isinstance(value, cty.MapVal | cty.ObjectVal):
        found = {key: _through(step, each, deep=True) for key, each in value.items.items()}
        if isinstance(value, cty.ObjectVal):
            return cty.ObjectVal(found)
        return cty.MapVal(found, value.element)
    return value
