"""What the source of a plan declares: where each client stands, and what its locals refer to.

A plan says neither. Nothing is evaluated here, so it does not matter which variables the plan had.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from toolkit.errors import SourceError
from toolkit.model.clients import CLIENT_TYPE, SENSITIVE_ATTRIBUTES, Client, Location
from toolkit.model.inventory import Inventory
from toolkit.sources.hcl.blocks import Block
from toolkit.sources.hcl.expressions import Expression, Literal, Reference
from toolkit.sources.hcl.modules import Module, terraform_files
from toolkit.sources.hcl.tree import ModuleTree

_KEY = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]')


class Declarations:
    """The blocks and locals of a root module and of all that it calls, by address without keys."""

    def __init__(self, path: str) -> None:
        """Read the folder; raises `SourceError` where it is none, or cannot be read."""
        directory = Path(path)
        if not directory.is_dir() or not terraform_files(directory):
            raise SourceError(
                f"{path}: no Terraform files here",
                hint="Name with --source-dir the folder that the plan was made in.",
            )
        self._tree = ModuleTree(directory)
        self._modules = dict(self._walk("", self._tree.root(path.rstrip("/") or path)))

    def _walk(self, address: str, module: Module) -> Iterator[tuple[str, Module]]:
        yield address, module
        for name in module.calls:
            child = self._tree.called(module, name)
            if child is not None:
                own = f"{address}.module.{name}" if address else f"module.{name}"
                yield from self._walk(own, child)

    def local(self, module_address: str, reference: str) -> dict[str, Any] | None:
        """What a local refers to, as a plan writes an expression; None where it is not declared."""
        module = self._modules.get(_KEY.sub("", module_address))
        attribute = module.locals.get(reference.removeprefix("local.")) if module else None
        if attribute is None:
            return None
        expression = attribute.expression
        if isinstance(expression, Literal):
            return {"constant_value": expression.value}
        return {"references": list(dict.fromkeys(_references(expression)))}

    def located(self, inventory: Inventory) -> Inventory:
        """The same clients, each with the file and lines of its block."""
        return replace(inventory, clients=tuple(map(self._located, inventory.clients)))

    def _located(self, client: Client) -> Client:
        module_address, _, own = _KEY.sub("", client.address).rpartition(f"{CLIENT_TYPE}.")
        module = self._modules.get(module_address.rstrip("."))
        block = module.resources.get((CLIENT_TYPE, own)) if module else None
        if block is None:
            return client
        return replace(
            client,
            location=block.span.location(),
            attribute_locations=dict(attribute_locations(block)),
        )


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
