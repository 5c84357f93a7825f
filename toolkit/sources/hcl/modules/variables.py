"""The values of variables: collect those given to a root module, and convert them by declaration.

Terraform's order of precedence is the environment, then ``terraform.tfvars``,
``terraform.tfvars.json``, ``*.auto.tfvars[.json]`` by name, then ``--var`` and ``--var-file`` in
the order given; the last one wins.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from toolkit.errors import SourceError, UsageError
from toolkit.files.tree import FileRefusedError, Tree
from toolkit.model.inventory import Note
from toolkit.sources.hcl import syntax
from toolkit.sources.hcl import values as cty
from toolkit.sources.hcl.modules.constants import constant, flag, type_constraint
from toolkit.sources.hcl.modules.loading import Module, parsing, read_file, refused
from toolkit.sources.hcl.syntax.native import parse_body, parse_expression
from toolkit.sources.hcl.syntax.nodes import Attribute, Block, Expression
from toolkit.sources.hcl.syntax.scanner import normal
from toolkit.sources.hcl.syntax.source import HclSyntaxError, Source
from toolkit.sources.hcl.values import EvaluationError, Type, Value
from toolkit.sources.limits import read_limited
from toolkit.sources.read_requests import VAR_FILE_NOTE, Assignment

_ENVIRONMENT: Final = "TF_VAR_"
_FORM: Final = 'Each line is NAME = VALUE, such as scopes = ["a", "b"].'


class Given:
    """Collects the values given to a root module. All methods raise `SourceError`.

    `notes` receives a note for each undeclared variable that a file sets; `written` holds the
    attribute of each value from a file.
    """

    def __init__(self, module: Module, tree: Tree, notes: set[Note]) -> None:
        self.values: dict[str, Value] = {}
        self.written: dict[str, Attribute] = {}
        self._module = module
        self._tree = tree
        self._notes = notes

    def add_environment(self, environ: Mapping[str, str]) -> None:
        for key, value in sorted(environ.items()):
            name = key.removeprefix(_ENVIRONMENT)
            if key.startswith(_ENVIRONMENT):
                self._add_text(name, value, key)

    def add_files(self) -> None:
        """Add the files that Terraform reads automatically."""
        folder = self._module.folder
        for name in automatic_files(self._tree, folder):
            shown = posixpath.normpath(posixpath.join(self._module.path, name))
            data = read_file(self._tree, posixpath.join(folder, name), shown)
            where = "this root module does not declare"
            self._add_file(shown, data, "undeclared-variable", where)

    def add_assignments(self, assignments: Sequence[Assignment], max_size: int) -> None:
        """Add the command line's values. Raises `UsageError` for a ``--var`` without a name."""
        for assignment in assignments:
            text = assignment.text
            if assignment.kind == "file":
                data = assignment.piped
                if data is None:
                    data = read_limited(Path(text), text, max_size)
                self._add_file(text, data, VAR_FILE_NOTE, "no root module declares")
            elif assignment.kind == "values":
                values = _json_file(Source("the plan's variables", text))
                self._add_all(values)
                for name in values:
                    self.written.pop(name, None)
            else:
                name, equals, value = text.partition("=")
                if not equals or not name:
                    raise UsageError(f"--var {text}: has no name", hint="Write --var NAME=VALUE.")
                self._add_text(name, value, f"--var {name}")

    def _add_text(self, name: str, text: str, origin: str) -> None:
        """Add a value from the environment or the command line.

        It is parsed as an expression only if the variable's declared type is not primitive;
        otherwise it is the string itself.
        """
        block = self._module.variables.get(name)
        if block is None:
            return
        self.written.pop(name, None)
        kind = _declared_type(block)
        if kind is None or kind.is_primitive:
            self.values[name] = normal(text)
            return
        source = Source(origin, text)
        try:
            self.values[name] = _constant(parse_expression(source), source, origin)
        except HclSyntaxError:
            raise SourceError(
                f"{origin}: the value is not an expression of type {kind.name}",
                hint=f"""Quote it for the shell, such as '{name}=["a", "b"]'.""",
            ) from None

    def _add_file(self, shown: str, data: bytes, code: str, where: str) -> None:
        source = Source(shown, data)
        written = _json_file(source) if shown.endswith(".json") else _native_file(source)
        for name in written.keys() - self._module.variables.keys():
            message = f"{shown}: sets {name}, a variable that {where}; is it spelled right?"
            self._notes.add(Note(code, message))
        self._add_all(written)

    def _add_all(self, written: Mapping[str, tuple[Expression, Attribute]]) -> None:
        """Add the values of declared variables; ignore all others."""
        for name, (expression, attribute) in written.items():
            if name in self._module.variables:
                source = attribute.source
                origin = f"{source.path}:{source.line(attribute.start)}"
                self.values[name] = _constant(expression, source, origin)
                self.written[name] = attribute


def automatic_files(tree: Tree, folder: str) -> Iterator[str]:
    """Yield the names of the variable files that Terraform reads automatically in a folder."""
    try:
        names = [entry.name for entry in tree.entries(folder)]
    except FileRefusedError:
        return
    yield from (each for each in ("terraform.tfvars", "terraform.tfvars.json") if each in names)
    yield from (each for each in names if each.endswith((".auto.tfvars", ".auto.tfvars.json")))


def _native_file(source: Source) -> dict[str, tuple[Expression, Attribute]]:
    with parsing(source):
        body = parse_body(source)
    for block in body.blocks:
        raise refused(source, block.start, "a file of variables has no blocks", _FORM)
    return {name: (each.expression, each) for name, each in body.attributes.items()}


def _json_file(source: Source) -> dict[str, tuple[Expression, Attribute]]:
    with parsing(source):
        body = syntax.parse_json_body(source).content({})
    start = len(source.text) - len(source.text.lstrip())
    if source.text[start : start + 1] != "{":
        raise refused(source, start, "An object is expected here", 'Write {"NAME": VALUE}.')
    # Terraform reads these strings literally, without templates.
    return {name: (each.verbatim, each) for name, each in body.attributes.items()}


def _constant(expression: Expression, source: Source, origin: str) -> Value:
    """Return the value; the error does not quote it, because it may be an unquoted secret."""
    try:
        return constant(expression, source)
    except EvaluationError as error:
        raise SourceError(
            f"{origin}: {error.message}", hint="Write out what it comes to, strings in quotes."
        ) from None


def _declared_type(block: Block) -> Type | None:
    attribute = block.body.attributes.get("type")
    if attribute is None:
        return None
    try:
        return type_constraint(attribute.reference)[0]
    except (EvaluationError, HclSyntaxError) as error:
        raise refused(attribute.source, attribute.start, error.message) from None


def final_value(name: str, block: Block, value: Value | None) -> Value:
    """Return a variable's final value; `value` is None if none is given.

    Raises `EvaluationError`.
    """
    attributes = block.body.attributes
    default, constraint = attributes.get("default"), attributes.get("type")
    nullable = flag(block, "nullable", default=True)
    if default is not None:
        # Terraform checks the default's type even if the default is not used.
        fallback = constant(default.verbatim, default.source)
        if not nullable and isinstance(fallback, cty.Null):
            raise EvaluationError(f"the default of var.{name} must not be null")
        _of_type(f"the default of var.{name}", constraint, fallback)
    if value is None or (not nullable and isinstance(cty.unmark(value)[0], cty.Null)):
        if default is not None:
            value = fallback
        elif value is None:
            raise EvaluationError(f"var.{name} has no value")
    if not nullable and isinstance(cty.unmark(value)[0], cty.Null):
        raise EvaluationError(f"var.{name} must not be null")
    value = _of_type(f"var.{name}", constraint, value)
    marks = {each for each in (cty.SENSITIVE, cty.EPHEMERAL) if flag(block, each)}
    return cty.mark(value, frozenset(marks))


def _of_type(what: str, constraint: Attribute | None, value: Value) -> Value:
    """Return the value, converted to a variable's type. Raises `EvaluationError`."""
    if constraint is None:
        return value
    kind, defaults = type_constraint(constraint.reference)
    try:
        return cty.convert(defaults.applied(value), kind)
    except EvaluationError as error:
        raise EvaluationError(f"{what}: {error.message}") from None
