"""Functions that need more than argument values: templates, and conversion to any type."""

from __future__ import annotations

from typing import Final

from toolkit.sources.hcl import values as cty
from toolkit.sources.hcl.evaluation.evaluator import Environment, Evaluator, Names
from toolkit.sources.hcl.functions.signature import Behaviour, Files, Function, text_of
from toolkit.sources.hcl.modules.constants import type_constraint
from toolkit.sources.hcl.modules.references import used
from toolkit.sources.hcl.syntax.native import parse_template
from toolkit.sources.hcl.syntax.nodes import (
    Expression,
    FunctionCall,
    Index,
    RelativeTraversal,
    ScopeTraversal,
)
from toolkit.sources.hcl.syntax.source import HclSyntaxError, Source
from toolkit.sources.hcl.values import EvaluationError, UnknownVal, Value
from toolkit.sources.hcl.values.budget import Budget

TEMPLATE_FUNCTIONS: Final = frozenset({"templatefile", "templatestring"})


class _TemplateScope:
    """The environment of a template: its variables, and all functions but the template
    functions.
    """

    def __init__(self, outer: Environment) -> None:
        self._outer = outer
        self.budget: Budget = outer.budget

    @property
    def files(self) -> Files:
        return self._outer.files

    def resolve(self, node: ScopeTraversal, names: Names) -> tuple[Value, int]:
        raise EvaluationError(f"the template uses {node.root}, which is not one of its variables")

    def function(self, name: str) -> Function | UnknownVal:
        return self._outer.function(name)

    def special(self, node: FunctionCall, names: Names) -> Value | None:
        if node.name.removeprefix("core::") in TEMPLATE_FUNCTIONS:
            raise EvaluationError(f"a template cannot call {node.name}()")
        return None

    def has(self, behaviour: Behaviour) -> bool:
        return self._outer.has(behaviour)


def call_template(evaluator: Evaluator, node: FunctionCall, names: Names) -> Value:
    """Return the value of ``templatefile`` or ``templatestring``. Raises `EvaluationError`."""
    name = node.name.removeprefix("core::")
    is_string = name == "templatestring"
    if is_string and node.arguments and not _is_direct(node.arguments[0]):
        raise EvaluationError("templatestring() takes a reference to a template, no other value")
    arguments = evaluator.arguments(node, names)
    if arguments is None:
        return cty.UnknownVal(cty.DYNAMIC, cty.doubts.reasons)
    if len(arguments) != 2:
        raise EvaluationError(f"{name}() takes 2 arguments, not {len(arguments)}")
    text, marks = cty.unmark(arguments[0])
    variables, more = cty.unmark(arguments[1])
    marks |= more
    if isinstance(text, cty.Null) or isinstance(variables, cty.Null):
        raise EvaluationError(f"{name}() takes no null")
    if is_string and cty.type_of(text) not in (cty.STRING, cty.DYNAMIC):
        raise EvaluationError("templatestring() takes a reference to a string")
    path, text = text, cty.convert(text, cty.STRING)
    if not is_string:
        content = evaluator.environment.files.read(text)
        text = text_of(text, content) if isinstance(content, bytes) else content
    kind = cty.type_of(variables)
    if not kind.is_mapping and kind is not cty.DYNAMIC:
        raise EvaluationError(f"{name}() takes a map or object of variables")
    if not isinstance(text, str) or isinstance(variables, UnknownVal):
        cty.doubt(cty.reasons_of(text, variables))
        return cty.mark(cty.unknown(cty.DYNAMIC, text, variables), marks)
    shown = "a template" if is_string else str(path)
    return cty.mark(_rendered(evaluator, Source(shown, text), variables), marks)


def _is_direct(node: Expression) -> bool:
    """Whether an expression is a reference to one object or to a part of it."""
    while isinstance(node, Index | RelativeTraversal):
        node = node.collection if isinstance(node, Index) else node.origin
    return isinstance(node, ScopeTraversal)


def _rendered(evaluator: Evaluator, source: Source, variables: Value) -> Value:
    try:
        template = parse_template(source)
    except HclSyntaxError as error:
        line, column = source.position(error.offset)
        where = f"{source.path}:{line}:{column}"
        raise EvaluationError(f"{where}: {error.message}") from None
    known: Names = variables.items if isinstance(variables, cty.MAPPINGS) else {}
    scope = _TemplateScope(evaluator.environment)
    for node in used(template):
        if isinstance(node, ScopeTraversal) and node.root not in known:
            scope.resolve(node, known)
    try:
        value = Evaluator(scope).value(template, source, known)
    except EvaluationError as error:
        # Errors are reported at the call.
        error.place = None
        raise
    return str(value) if isinstance(value, str) else value


def call_convert(evaluator: Evaluator, node: FunctionCall, names: Names) -> Value:
    """Return the value of ``convert(value, type)``. Raises `EvaluationError`."""
    if len(node.arguments) != 2:
        raise EvaluationError(f"convert() takes 2 arguments, not {len(node.arguments)}")
    value, constraint = node.arguments
    kind, defaults = type_constraint(constraint)
    return cty.convert(defaults.applied(evaluator.evaluate(value, names)), kind)
