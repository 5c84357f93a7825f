"""Evaluate expressions; the environment resolves references."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol, TypeAlias

from toolkit.sources.hcl import values as cty
from toolkit.sources.hcl.evaluation import loops, operators
from toolkit.sources.hcl.evaluation.access import attribute, in_common, indexed
from toolkit.sources.hcl.functions.signature import Behaviour, Files, Function, call
from toolkit.sources.hcl.syntax import nodes
from toolkit.sources.hcl.syntax.nodes import Expression, FunctionCall, ScopeTraversal
from toolkit.sources.hcl.syntax.scanner import normal
from toolkit.sources.hcl.syntax.source import Source, located
from toolkit.sources.hcl.values import EvaluationError, UnknownVal, Value, doubts, numbers
from toolkit.sources.hcl.values.budget import Budget

#: Names that a `for`, a block or a template defines, and the current item of each splat.
Names: TypeAlias = "Mapping[Any, Value]"


class Environment(Protocol):
    """The names, functions and limits that apply to an expression."""

    budget: Budget

    @property
    def files(self) -> Files:
        """Return the files that functions may open."""

    def resolve(self, node: ScopeTraversal, names: Names) -> tuple[Value, int]:
        """Return the value of a reference, and the number of its steps that were resolved.

        Raises `EvaluationError`.
        """

    def function(self, name: str) -> Function | UnknownVal:
        """Return a function, or its unknown result if it cannot be called here.

        Raises `EvaluationError` if no such function exists.
        """

    def special(self, node: FunctionCall, names: Names) -> Value | None:
        """Return the value of a call that takes expressions, not values; None for any
        other call.
        """

    def has(self, behaviour: Behaviour) -> bool:
        """Whether the tool in use has a behaviour."""


class Evaluator:
    """Evaluates the expressions of one environment."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self._source: Source | None = None

    def value(self, node: Expression, source: Source | None, names: Names) -> Value:
        """Return the value of an expression in a file.

        Raises `EvaluationError` with its location, and `OverBudget`.
        """
        before, self._source = self._source, source
        try:
            return self.evaluate(node, names)
        finally:
            self._source = before

    def evaluate(self, node: Expression, names: Names) -> Value:
        try:
            return self._METHODS[type(node)](self, node, names)
        except EvaluationError as error:
            if error.place is None and self._source is not None:
                error.place = self._source, node.start
            if not isinstance(node, _PASSING_ON):
                error.type = _type_of_refused(node)
            raise

    def _computed(self, value: Value, node: Expression) -> Value:
        """Return the value; new strings keep the expression that made them."""
        if type(value) is str and self._source is not None:
            return located(value, self._source, node.start, node.end, computed=True)
        if isinstance(value, cty.ListVal | cty.TupleVal) and str in map(type, value.items):
            value.items = [self._computed(item, node) for item in value.items]
        return value

    def _literal(self, node: nodes.Literal, _names: Names) -> Value:
        value = node.value
        if value is None:
            return cty.NULL
        if type(value) is nodes.NumberText:
            value = node.value = numbers.number(value)
        return value  # type: ignore[no-any-return]

    def _invalid(self, node: nodes.Invalid, _names: Names) -> Value:
        raise EvaluationError(node.message)

    def _template(self, node: nodes.Template, names: Names) -> Value:
        return self._joined([self.evaluate(each, names) for each in node.parts], node)

    def _template_join(self, node: nodes.TemplateJoin, names: Names) -> Value:
        strings, marks = cty.unmark(self.evaluate(node.strings, names))
        if isinstance(strings, cty.TupleVal):
            return cty.mark(self._joined(strings.items, node), marks)
        return cty.mark(cty.unknown(cty.STRING, strings, not_null=True), marks)

    def _joined(self, values: Sequence[Value], node: Expression) -> Value:
        """Return the concatenation of the values as a string."""
        marks = cty.NO_MARKS
        parts: list[Value] = []
        for value in values:
            bare, own = cty.unmark(value)
            marks |= own
            if isinstance(bare, cty.Null):
                raise EvaluationError("a template cannot include null")
            parts.append(cty.convert(bare, cty.STRING))
        unknown = [part for part in parts if isinstance(part, UnknownVal)]
        if unknown:
            for part in unknown:
                if not part.not_null:
                    cty.doubt(part.reasons)
            shown = "".join(map(cty.template_of, parts))
            reasons = cty.reasons_of(*unknown)
            return cty.mark(UnknownVal(cty.STRING, reasons, not_null=True, template=shown), marks)
        text = cty.symbol_text(parts)  # type: ignore[arg-type]
        if isinstance(text, str):
            self.environment.budget.spend_text(len(text))
            text = self._computed(normal(text), node)
        return cty.mark(text, marks)

    def _template_wrap(self, node: nodes.TemplateWrap, names: Names) -> Value:
        return self.evaluate(node.wrapped, names)

    def _parentheses(self, node: nodes.Parentheses, names: Names) -> Value:
        return self.evaluate(node.inner, names)

    def _scope_traversal(self, node: ScopeTraversal, names: Names) -> Value:
        if node.root in names:
            return self._stepped(names[node.root], node.steps)
        value, taken = self.environment.resolve(node, names)
        return self._stepped(value, node.steps[taken:])

    def _relative_traversal(self, node: nodes.RelativeTraversal, names: Names) -> Value:
        return self._stepped(self.evaluate(node.origin, names), node.steps)

    def _stepped(self, value: Value, steps: Sequence[nodes.Step]) -> Value:
        for step in steps:
            if isinstance(step, str):
                value = attribute(value, step)
            else:
                value = indexed(value, self._literal(step, {}))
        return value

    def _index(self, node: nodes.Index, names: Names) -> Value:
        return indexed(self.evaluate(node.collection, names), self.evaluate(node.key, names))

    def _splat_item(self, node: nodes.SplatItem, names: Names) -> Value:
        return names[node]

    def _splat(self, node: nodes.Splat, names: Names) -> Value:
        inner = dict(names)

        def each(item: Value) -> Value:
            self.environment.budget.spend(1)
            inner[node.item] = item
            return self.evaluate(node.each, inner)

        return loops.splat(self.evaluate(node.collection, names), each)

    def _tuple(self, node: nodes.TupleCons, names: Names) -> Value:
        return cty.TupleVal([self.evaluate(item, names) for item in node.items])

    def _object(self, node: nodes.ObjectCons, names: Names) -> Value:
        found: dict[Any, Value] = {}
        marks = cty.NO_MARKS
        unknown: list[Value] = []
        for key_node, value_node in node.items:
            key, own = cty.unmark(self.evaluate(key_node, names))
            value = self.evaluate(value_node, names)
            marks |= own
            name = loops.object_key(key)
            if isinstance(name, UnknownVal):
                unknown.append(name)
                # The unknown key may equal any key before it.
                found.clear()
            elif node.is_json and name in found:
                raise EvaluationError(f'the key "{name}" is there twice')
            else:
                found[name] = value
        return cty.mark(loops.object_of(found, unknown, complete=not unknown), marks)

    def _for(self, node: nodes.ForExpr, names: Names) -> Value:
        collection = self.evaluate(node.collection, names)
        return loops.for_each(node, collection, names, self.evaluate, self.environment.budget.spend)

    def _outcome(self, node: Expression, names: Names) -> operators.Outcome:
        try:
            return self.evaluate(node, names)
        except EvaluationError as error:
            return error

    def _conditional(self, node: nodes.Conditional, names: Names) -> Value:
        results: list[operators.Outcome] = []
        raised: list[int] = []
        for each in (node.true_result, node.false_result):
            before = doubts.count
            results.append(self._outcome(each, names))
            raised.append(doubts.count - before)
            doubts.count = before
        self._spend_on_unifying([each for each in results if not isinstance(each, EvaluationError)])
        common = operators.ConditionType(results, in_doubt=sum(raised) > 0)
        try:
            return self._chosen(node, names, results, raised, common)
        except EvaluationError as error:
            error.type = common.kind
            raise

    def _spend_on_unifying(self, values: Sequence[Value]) -> None:
        """Count the steps of unifying the values' types. Raises `OverBudget`."""
        kinds = [cty.type_of(each) for each in values]
        if any(each is not kinds[0] for each in kinds):
            weight = cty.weight(*values) + sum(each.weight for each in kinds)
            self.environment.budget.spend(weight // _A_STEP)

    def _chosen(
        self,
        node: nodes.Conditional,
        names: Names,
        results: Sequence[operators.Outcome],
        raised: Sequence[int],
        common: operators.ConditionType,
    ) -> Value:
        """Return the result that a condition selects, or what both results have in common."""
        condition, marks = cty.unmark_deep(self.evaluate(node.condition, names))
        if isinstance(condition, cty.Null):
            raise EvaluationError("a condition cannot be null")
        answer = cty.convert(condition, cty.BOOL)
        if isinstance(answer, bool):
            at = 0 if answer else 1
            doubts.count += raised[at]
            return cty.mark(common.convert(results[at]), marks)
        return cty.mark(self._either(node, names, condition, results, raised, common), marks)

    def _either(
        self,
        node: nodes.Conditional,
        names: Names,
        condition: Value,
        results: Sequence[operators.Outcome],
        raised: Sequence[int],
        common: operators.ConditionType,
    ) -> Value:
        """Return what both results have in common, if the condition is unknown."""
        found = [each for each in results if not isinstance(each, EvaluationError)]
        not_null = isinstance(condition, UnknownVal) and condition.not_null
        if sum(raised) or len(found) < 2 or not not_null:
            cty.doubt(cty.reasons_of(condition))
        if not found:
            return common.convert(results[0])
        taken = [common.convert(each) for each in found]
        reasons = cty.reasons_of(condition, *found)
        return in_common(taken, common.kind, reasons)

    def _binary(self, node: nodes.BinaryOp, names: Names) -> Value:
        if node.operator in ("&&", "||"):
            sides = [self._outcome(node.left, names), self._outcome(node.right, names)]
            return operators.logical(node.operator, sides, self.environment.has)
        left, right = self.evaluate(node.left, names), self.evaluate(node.right, names)
        if node.operator in ("==", "!="):
            self.environment.budget.spend(min(cty.weight(left), cty.weight(right)) // _A_STEP)
        return operators.binary(node.operator, left, right)

    def _unary(self, node: nodes.UnaryOp, names: Names) -> Value:
        return operators.unary(node.operator, self.evaluate(node.operand, names))

    def _call(self, node: FunctionCall, names: Names) -> Value:
        environment = self.environment
        name = node.name.removeprefix("core::")
        if name == "try":
            return self._try(node, names)
        if name == "can":
            return self._can(node, names)
        special = environment.special(node, names)
        if special is not None:
            return self._computed(special, node)
        function = environment.function(name)
        arguments = self.arguments(node, names)
        if isinstance(function, UnknownVal):
            cty.doubt(function.reasons)
            return function
        if arguments is None:
            return UnknownVal(cty.DYNAMIC, doubts.reasons)
        inner = 0 if name in _OF_THE_OUTERMOST else cty.weight(*arguments) // _A_STEP
        environment.budget.spend(1 + max(_size(arguments), inner))
        value = call(function, arguments, environment.files, environment.has)
        environment.budget.spend(_size((value,)))
        return self._computed(value, node)

    def arguments(self, node: FunctionCall, names: Names) -> list[Value] | None:
        """Return the arguments; None if their number is unknown."""
        values = [self.evaluate(each, names) for each in node.arguments]
        if not node.expands:
            return values
        last, marks = cty.unmark(values.pop())
        if isinstance(last, cty.SEQUENCES):
            return [*values, *(cty.mark(item, marks) for item in last.items)]
        if isinstance(last, UnknownVal) and (last.type.is_sequence or last.type is cty.DYNAMIC):
            cty.doubt(last.reasons)
            return None
        raise EvaluationError("what stands before ... must be a list, a set or a tuple")

    def _try(self, node: FunctionCall, names: Names) -> Value:
        candidates: list[Value] = []
        reasons: list[Any] = []
        before = doubts.count
        for each in node.arguments:
            outcome = self._outcome(each, names)
            certain = doubts.count == before
            doubts.count = before
            if isinstance(outcome, EvaluationError):
                # An error is final, whatever doubts came before it in its expression.
                continue
            candidates.append(outcome)
            if certain:
                break
            reasons += doubts.reasons
        else:
            if not candidates:
                raise EvaluationError("every argument of try() is refused")
            cty.doubt(reasons)
        if len(candidates) == 1:
            return candidates[0]
        first, *others = map(cty.type_of, candidates)
        kind = first if all(each == first for each in others) else cty.DYNAMIC
        return in_common(candidates, kind, reasons)

    def _can(self, node: FunctionCall, names: Names) -> Value:
        if len(node.arguments) != 1:
            raise EvaluationError("can() takes one argument")
        before = doubts.count
        outcome = self._outcome(node.arguments[0], names)
        certain = doubts.count == before
        doubts.count = before
        if isinstance(outcome, EvaluationError):
            return False
        if not certain:
            return UnknownVal(cty.BOOL, doubts.reasons, not_null=True)
        deferred = frozenset({cty.DEFERRED}) if cty.has_symbols(outcome) else cty.NO_MARKS
        return cty.mark(True, deferred)

    _METHODS: Final[dict[type, Callable[[Evaluator, Any, Names], Value]]] = {
        nodes.Literal: _literal,
        nodes.Invalid: _invalid,
        nodes.Template: _template,
        nodes.TemplateJoin: _template_join,
        nodes.TemplateWrap: _template_wrap,
        nodes.Parentheses: _parentheses,
        nodes.ScopeTraversal: _scope_traversal,
        nodes.RelativeTraversal: _relative_traversal,
        nodes.Index: _index,
        nodes.Splat: _splat,
        nodes.SplatItem: _splat_item,
        nodes.TupleCons: _tuple,
        nodes.ObjectCons: _object,
        nodes.ForExpr: _for,
        nodes.Conditional: _conditional,
        nodes.BinaryOp: _binary,
        nodes.UnaryOp: _unary,
        nodes.FunctionCall: _call,
    }


#: The number of elements, at all depths, that cost one step; the functions below look only at the
#: outermost level.
_A_STEP: Final = 4
_OF_THE_OUTERMOST: Final = frozenset(
    {"lookup", "element", "length", "keys", "values", "merge", "concat", "slice", "one"}
)
#: Expressions that have the type of their inner expression.
_PASSING_ON: Final = (nodes.Conditional, nodes.Parentheses, nodes.TemplateWrap)


def _type_of_refused(node: Expression) -> cty.Type:
    """Return the type that Terraform still knows for an expression that it refuses."""
    if isinstance(node, nodes.BinaryOp):
        return operators.result_type(node.operator)
    if isinstance(node, nodes.UnaryOp):
        return cty.BOOL if node.operator == "!" else cty.NUMBER
    return cty.STRING if isinstance(node, nodes.Template) else cty.DYNAMIC


def _size(values: Sequence[Value]) -> int:
    """Return the size of the values, in steps."""
    size = 0
    for value in values:
        if isinstance(value, str):
            size += len(value) >> 8
        elif isinstance(value, (*cty.SEQUENCES, *cty.MAPPINGS)):
            size += len(value.items)
    return size
