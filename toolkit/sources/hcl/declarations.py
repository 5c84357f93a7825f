"""What the source of a plan declares: where each client stands, and what its locals refer to.

A plan says neither. Nothing is evaluated here, so it does not matter which variables the plan had.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from toolkit.errors import SourceError
from toolkit.model.clients import CLIENT_TYPE, SENSITIVE_ATTRIBUTES, Location
from toolkit.sources.hcl.blocks import Block
from toolkit.sources.hcl.confines import confines_of
from toolkit.sources.hcl.expressions import Expression, Literal, Reference
from toolkit.sources.hcl.modules import Module, terraform_files
from toolkit.sources.hcl.tree import ModuleTree, Unread
from toolkit.sources.requests import Declare
from toolkit.sources.source_map import Declarations


def read_declarations(request: Declare) -> Declarations:
    """Read a folder; raises `SourceError` where it is none, or cannot be read."""
    path = request.path
    directory = Path(path)
    if not directory.is_dir() or not terraform_files(directory):
        raise SourceError(
            f"{path}: no Terraform files here",
            hint="Name with --source-dir the folder that the plan was made in.",
        )
    tree = ModuleTree(directory, confines_of(path, request.max_size))
    found = Declarations({}, {}, {}, [], set())
    for address, module, calls in _walk(tree, "", tree.root(path.rstrip("/") or path), ()):
        if isinstance(module, Unread):
            found.unread[address] = calls, f"{module.why[0].lower()}{module.why[1:]}"
            continue
        found.comments.extend((address, comment) for comment in module.waivers)
        found.notes.update(module.waiver_notes)
        for name, attribute in module.locals.items():
            found.locals[address, f"local.{name}"] = _written(attribute.expression)
        for (kind, name), block in module.resources.items():
            if kind == CLIENT_TYPE:
                own = f"{address}.{kind}.{name}" if address else f"{kind}.{name}"
                where = block.span.location()
                found.blocks[own] = (where, dict(attribute_locations(block)), calls)
    return found


def _walk(
    tree: ModuleTree, address: str, module: Module | Unread, calls: tuple[Location, ...]
) -> Iterator[tuple[str, Module | Unread, tuple[Location, ...]]]:
    yield address, module, calls
    if isinstance(module, Unread):
        return
    for name, call in module.calls.items():
        own = f"{address}.module.{name}" if address else f"module.{name}"
        outer = (call.span.location(show=False), *calls)
        yield from _walk(tree, own, tree.called(module, name), outer)


def _written(expression: Expression) -> dict[str, Any]:
    """An expression in the form of a plan's `configuration`."""
    if isinstance(expression, Literal):
        return {"constant_value": expression.value}
    return {"references": list(dict.fromkeys(_references(expression)))}


def attribute_locations(block: Block) -> Iterator[tuple[str, Location]]:
    """Where each attribute of a client stands, and its last `roles` block."""
    for name, attribute in block.attributes.items():
        yield name, attribute.span.location(show=name not in SENSITIVE_ATTRIBUTES)
    for nested in block.blocks:
        dynamic = nested.kind == "dynamic" and nested.labels
        if (nested.labels[0] if dynamic else nested.kind) == "roles":
            yield "roles", nested.span.location()


def _references(expression: Expression) -> Iterator[str]:
    """Every reference of an expression, as a plan lists them."""
    if isinstance(expression, Reference):
        yield expression.text
    for part in _parts(expression):
        yield from _references(part)


def _parts(node: object) -> Iterator[Any]:
    """The expressions directly inside a node."""
    for part in node if isinstance(node, tuple) else ():
        if isinstance(part, tuple) and hasattr(part, "_fields"):
            yield part
        else:
            yield from _parts(part)
