"""The values that a root module's variables are given, by Terraform's order of precedence.

Environment, then ``terraform.tfvars``, ``terraform.tfvars.json``, ``*.auto.tfvars[.json]`` by name,
then ``--var`` and ``--var-file`` in the order given; the last one wins.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from toolkit.errors import SourceError, UsageError
from toolkit.model.inventory import Note
from toolkit.sources.hcl import json_syntax, native
from toolkit.sources.hcl.blocks import Block
from toolkit.sources.hcl.confines import Confines
from toolkit.sources.hcl.expressions import (
    Call,
    Comprehension,
    Expression,
    Literal,
    Mixed,
    Reference,
)
from toolkit.sources.hcl.expressions import Mapping as ObjectExpression
from toolkit.sources.hcl.expressions import Sequence as ListExpression
from toolkit.sources.hcl.literals import kept_text
from toolkit.sources.hcl.modules import Module
from toolkit.sources.limits import read_limited
from toolkit.sources.requests import VAR_FILE_NOTE, Assignment

_ENVIRONMENT = "TF_VAR_"
_PRIMITIVE = frozenset({"", "string", "number", "bool"})


class Given(NamedTuple):
    """A variable's value: its expression, and the same as the text of a tfvars file."""

    expression: Expression
    text: str


def given_values(
    module: Module,
    assignments: Sequence[Assignment],
    environ: Mapping[str, str],
    confines: Confines,
    notes: set[Note],
) -> dict[str, Given]:
    """The value of every declared variable that is given one.

    `notes` takes what files set that is not declared. Raises `UsageError` for a ``--var`` without a
    name, and `SourceError` for a file or a value that cannot be read or that Terraform refuses.
    """
    given: dict[str, Given] = {}
    for key, value in sorted(environ.items()):
        name = key.removeprefix(_ENVIRONMENT)
        if key.startswith(_ENVIRONMENT) and name in module.variables:
            given[name] = _from_text(name, value, module.variables[name], key)
    for file in _automatic(module.directory):
        shown = module.shown(file)
        found = _from_file(confines.read(file, shown), shown)
        given.update(found)
        where = "this root module does not declare"
        notes.update(_undeclared("undeclared-variable", shown, found, module, where))
    for assignment in assignments:
        if assignment.kind == "file":
            source = read_limited(Path(assignment.text), assignment.text, confines.max_size)
            found = _from_file(source, assignment.text)
            given.update(found)
            where = "no root module declares"
            notes.update(_undeclared(VAR_FILE_NOTE, assignment.text, found, module, where))
            continue
        if assignment.kind == "values":
            given.update(_from_json(assignment.text.encode(), "the plan's variables"))
            continue
        name, equals, value = assignment.text.partition("=")
        if not equals or not name:
            raise UsageError(
                f"--var {assignment.text}: has no name", hint="Write --var NAME=VALUE."
            )
        if name in module.variables:
            given[name] = _from_text(name, value, module.variables[name], f"--var {name}")
    return {name: value for name, value in given.items() if name in module.variables}


def _undeclared(
    code: str, shown: str, found: Mapping[str, Given], module: Module, where: str
) -> Iterator[Note]:
    for name in found:
        if name not in module.variables:
            message = f"{shown}: sets {name}, a variable that {where}; is it spelled right?"
            yield Note(code, message)


def has_variable_files(directory: Path) -> bool:
    """Whether the folder has files of variables that Terraform reads without being told."""
    return next(_automatic(directory), None) is not None


def _automatic(directory: Path) -> Iterator[Path]:
    """The files of variables that Terraform reads without being told."""
    for name in ("terraform.tfvars", "terraform.tfvars.json"):
        if (directory / name).is_file():
            yield directory / name
    for file in sorted(directory.iterdir()):
        if file.name.endswith((".auto.tfvars", ".auto.tfvars.json")) and file.is_file():
            yield file


def _from_text(name: str, value: str, block: Block, origin: str) -> Given:
    """A value from the environment or the command line.

    It is an expression only where the variable is declared with a type that is not primitive;
    otherwise it is the string itself, as Terraform reads it.
    """
    kind = block.attributes.get("type")
    if kind is None or kind.source.strip().strip('"') in _PRIMITIVE:
        return Given(Literal(kept_text(value)), _quoted(value))
    expression = native.expression_of(value)
    if expression is None:
        raise SourceError(
            f"{origin}: the value is no expression of type {kind.source.strip()}",
            hint=f"""Quote it for the shell, such as '{name}=["a", "b"]'.""",
        )
    _refuse_references(expression, origin)
    return Given(expression, value)


def _refuse_references(expression: Expression, where: str) -> None:
    """Raises `SourceError` for a value that refers to something, as Terraform does.

    What it refers to is not shown: it may be a secret without its quotes.
    """
    found = _referring(expression, frozenset())
    if found is not None:
        raise SourceError(
            f"{where}: the value of a variable has {found} in it, which Terraform refuses",
            hint="Write out what it comes to; a string stands in quotes.",
        )


def _referring(node: Any, bound: frozenset[str]) -> str | None:
    """A reference or call in an expression; `bound` are the names of a `for` around it."""
    if isinstance(node, Reference) and node.root not in bound:
        return "a reference"
    if isinstance(node, Call):
        return "a call of a function"
    if isinstance(node, Comprehension):
        bound |= frozenset(node.names)
    if isinstance(node, Mixed | Reference):
        inner: tuple[Any, ...] = node.parts if isinstance(node, Mixed) else node.steps
    else:
        inner = node if isinstance(node, tuple) else ()
    return next((found for part in inner if (found := _referring(part, bound))), None)


def _from_file(source: bytes, shown: str) -> dict[str, Given]:
    if shown.endswith(".json"):
        return _from_json(source, shown)
    root = native.parse(source)
    at = native.first_error(root)
    if at is not None:
        raise SourceError(
            f"{shown}:{at[0]}:{at[1]}: this is no file of variables",
            hint='Each line is NAME = VALUE, such as scopes = ["a", "b"].',
        )
    block = next(native.blocks(root, source, shown), None)
    if block is not None:
        raise SourceError(
            f"{shown}:{block.span.line}: a block in a file of variables",
            hint='Each line is NAME = VALUE, such as scopes = ["a", "b"].',
        )
    values = native.attributes(root, source, shown)
    for name, each in values.items():
        if not name.isidentifier() and not name.replace("-", "_").isidentifier():
            raise SourceError(
                f"{shown}:{each.span.line}: {name} is no name of a variable",
                hint="A name is written without quotes.",
            )
        _refuse_references(each.expression, f"{shown}:{each.span.line}")
    return {name: Given(a.expression, a.source) for name, a in values.items()}


def _from_json(source: bytes, shown: str) -> dict[str, Given]:
    try:
        document = json_syntax.decoded(source.decode(), no_twins=True)
    except ValueError as error:
        raise SourceError(
            f"{shown}: is not JSON: {error}", hint="A .json file of variables is one object."
        ) from None
    if not isinstance(document, dict):
        raise SourceError(f"{shown}: is no JSON object", hint='Write {"NAME": VALUE}.')
    found = json_syntax.values(json_syntax.parse(source), source, shown)
    return {name: Given(a.expression, _rendered(a.expression)) for name, a in found.items()}


def _quoted(value: str) -> str:
    """A string in Terraform's native syntax."""
    text = json.dumps(value, ensure_ascii=False).replace("\\b", "\\u0008").replace("\\f", "\\u000c")
    return text.replace("${", "$${").replace("%{", "%%{")


def _rendered(expression: Expression) -> str:
    """A JSON value in Terraform's native syntax."""
    if isinstance(expression, ObjectExpression):
        pairs = (f"{_rendered(key)} = {_rendered(value)}" for key, value in expression.items)
        return "{" + ", ".join(pairs) + "}"
    if isinstance(expression, ListExpression):
        return "[" + ", ".join(_rendered(item) for item in expression.items) + "]"
    value = expression.value if isinstance(expression, Literal) else None
    return _quoted(value) if isinstance(value, str) else json.dumps(value)
