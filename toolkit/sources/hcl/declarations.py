"""Read what a plan's source folder declares: locations of clients and roles, references in locals.

A plan records neither. Nothing is evaluated here, so the plan's variables do not matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from toolkit.errors import SourceError
from toolkit.model.clients import CLIENT_TYPE, ROLE_TYPE, Location
from toolkit.sources.hcl.modules.references import used
from toolkit.sources.hcl.modules.tree import Called, ModuleTree, Unread, literal
from toolkit.sources.hcl.modules.versions import TERRAFORM, Versions, all_of
from toolkit.sources.hcl.places import AttributeLocations, block_location
from toolkit.sources.hcl.reader import place_of
from toolkit.sources.hcl.syntax.nodes import Expression, Literal, ScopeTraversal
from toolkit.sources.hcl.waivers import read_comments
from toolkit.sources.read_requests import NO_TERRAFORM, Declare
from toolkit.sources.reference_lists import index_text
from toolkit.sources.source_map import Declarations


def read_declarations(request: Declare) -> Declarations:
    """Return the declarations of a folder. Raises `SourceError` if it is not a readable folder."""
    place = place_of(request.path, request.path, request.max_size)
    if not place.has_terraform:
        raise SourceError(
            NO_TERRAFORM.format(request.path),
            hint="Name with --source-dir the folder that the plan was made in.",
        )
    tree = ModuleTree(
        place, Versions(all_of(TERRAFORM)), {}, trusts_installed=request.trusts_installed
    )
    found = Declarations({}, {}, {}, [], set(), {})
    for address, called, calls in _walk(tree, "", tree.root(), ()):
        if isinstance(called, Unread):
            found.unread[address] = calls, f"{called.why[0].lower()}{called.why[1:]}"
            continue
        comments, notes = read_comments(called.module)
        found.comments.extend((address, comment) for comment in comments)
        found.notes.update(notes)
        for name, attribute in called.module.locals.items():
            found.locals[address, f"local.{name}"] = _written(attribute.expression)
        for (kind, name), block in called.module.resources.items():
            own = f"{address}.{kind}.{name}" if address else f"{kind}.{name}"
            if kind == ROLE_TYPE:
                found.roles[own] = block_location(block)
            elif kind == CLIENT_TYPE:
                found.blocks[own] = block_location(block), AttributeLocations(block), calls
    return found


def _walk(
    tree: ModuleTree, address: str, called: Called | Unread, calls: tuple[Location, ...]
) -> Iterator[tuple[str, Called | Unread, tuple[Location, ...]]]:
    yield address, called, calls
    if isinstance(called, Unread):
        return
    for name, call in called.module.calls.items():
        own = f"{address}.module.{name}" if address else f"module.{name}"
        outer = (block_location(call, show=False), *calls)
        yield from _walk(tree, own, tree.called(called, call, literal(call, "source")), outer)


def _written(expression: Expression) -> dict[str, Any]:
    """Return an expression in the form of a plan's `configuration`."""
    if isinstance(expression, Literal):
        return {"constant_value": expression.value}
    references = [_text(node) for node in used(expression) if isinstance(node, ScopeTraversal)]
    return {"references": list(dict.fromkeys(references))}


def _text(node: ScopeTraversal) -> str:
    steps = [f".{s}" if isinstance(s, str) else index_text(s.value) for s in node.steps]
    return "".join([node.root, *steps])
