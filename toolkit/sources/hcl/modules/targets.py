"""Parse the addresses in `moved`, `removed` and `import` blocks, and refuse invalid ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from toolkit.sources.hcl.modules.expansion import Key
from toolkit.sources.hcl.modules.loading import Module, blocks_of, refused
from toolkit.sources.hcl.syntax import nodes
from toolkit.sources.hcl.syntax.nodes import Attribute, Block, Expression, ScopeTraversal
from toolkit.sources.hcl.syntax.source import HclSyntaxError

#: Words that no address begins with.
_NO_TYPES: Final = frozenset(
    {"count", "each", "local", "path", "self", "template", "terraform", "var"}
)


class Target(Struct, frozen=True):
    """The target of an address: a module (`path` alone), or a resource in it.

    `path` holds the calls with their keys. `is_static` is false if a key is computed.
    """

    path: tuple[tuple[str, Key], ...]
    mode: str = ""
    resource: tuple[str, str] | None = None
    key: Key = None
    is_static: bool = True

    @property
    def is_keyed(self) -> bool:
        """Whether the target is a single instance with a key."""
        return (self.path[-1][1] if self.resource is None else self.key) is not None

    def __str__(self) -> str:
        parts = [f"module.{name}{_shown(key)}" for name, key in self.path]
        if self.resource is not None:
            prefix = "data." if self.mode == "data" else ""
            parts.append(f"{prefix}{'.'.join(self.resource)}{_shown(self.key)}")
        return ".".join(parts)


def _shown(key: Key) -> str:
    if key is None:
        return ""
    return f"[{key}]" if isinstance(key, int) else f'["{key}"]'


def target_of(attribute: Attribute) -> Target:
    """Return the target that an attribute names. Raises `HclSyntaxError` for an invalid address."""
    value = attribute.reference
    steps = list(_steps(value))
    at = 0
    path: list[tuple[str, Key]] = []

    def name() -> str:
        nonlocal at
        found = steps[at] if at < len(steps) else None
        if not isinstance(found, str):
            raise HclSyntaxError("an address has a type and a name", value.start)
        at += 1
        return found

    def key() -> Key:
        nonlocal at
        found = steps[at] if at < len(steps) else ""
        if isinstance(found, str):
            return None
        at += 1
        return found.value if type(found.value) is int else str(found.value)

    while at < len(steps) and steps[at] == "module":
        at += 1
        path.append((name(), key()))
    is_static = isinstance(value, ScopeTraversal)
    if path and at == len(steps):
        return Target(tuple(path), is_static=is_static)
    first = name()
    if first in _NO_TYPES:
        raise HclSyntaxError(f"an address cannot begin with {first}", value.start)
    mode = "data" if first == "data" else ""
    kind = name() if first in ("data", "resource") else first
    found = Target(tuple(path), mode, (kind, name()), key(), is_static)
    if at < len(steps):
        raise HclSyntaxError("an address ends with a name or with an index", value.start)
    return found


def _steps(node: Expression) -> Iterator[nodes.Step]:
    """Yield the names and keys of an address, without computed keys."""
    if isinstance(node, ScopeTraversal):
        yield node.root
        yield from node.steps
    elif isinstance(node, nodes.RelativeTraversal):
        yield from _steps(node.origin)
        yield from node.steps
    elif isinstance(node, nodes.Index):
        yield from _steps(node.collection)
    else:
        raise HclSyntaxError("an address is a reference, nothing else", node.start)


def statements(module: Module, kind: str) -> Iterator[tuple[Block, Target, Target | None]]:
    """Yield the blocks of a type with their addresses, both for `moved`. Raises `SourceError`."""
    names = {"moved": ("from", "to"), "removed": ("from",), "import": ("to",)}[kind]
    for block in module.others:
        if block.type != kind:
            continue
        targets = []
        for name in names:
            attribute = block.body.attributes[name]
            try:
                found = target_of(attribute)
                if not found.is_static and (kind != "import" or not _repeats(block)):
                    raise HclSyntaxError("an address has no key that is evaluated", attribute.start)
            except HclSyntaxError as error:
                raise refused(block.source, error.offset, error.message) from None
            targets.append(found)
        yield block, targets[0], targets[1] if len(targets) > 1 else None


def _repeats(block: Block) -> bool:
    return "for_each" in block.body.attributes


def hold_statements(module: Module, *, is_root: bool) -> None:
    """Check the blocks of a module by their text alone. Raises `SourceError`."""
    _hold_moves(module)
    for block, target, _ in statements(module, "removed"):
        if any(key is not None for _, key in target.path) or target.key is not None:
            raise refused(block.source, block.start, "what is removed has no index")
        if target.mode:
            raise refused(block.source, block.start, "a data source is never destroyed")
        for provisioner in blocks_of(block, "provisioner") if target.resource is None else ():
            message = "what is removed has a provisioner only if it is a resource"
            raise refused(provisioner.source, provisioner.start, message)
    imported: set[str] = set()
    for block, target, _ in statements(module, "import"):
        if not is_root:
            raise refused(block.source, block.start, "only a root module has an import block")
        if target.resource is None or target.mode:
            raise refused(block.source, block.start, "only a resource can be imported")
        if target.is_static and str(target) in imported:
            raise refused(block.source, block.start, f"{target} is imported twice")
        imported.add(str(target))


def _hold_moves(module: Module) -> None:
    moves: dict[str, str] = {}
    sources: dict[str, str] = {}
    for block, before, after in statements(module, "moved"):
        assert after is not None  # noqa: S101 - both are required
        if (before.resource is None) != (after.resource is None):
            message = "what moves and where it moves are two resources, or two modules"
            raise refused(block.source, block.start, message)
        one, other = str(before), str(after)
        if one == other:
            raise refused(block.source, block.start, f"{one} moves to where it is")
        if moves.setdefault(one, other) != other:
            raise refused(block.source, block.start, f"{one} moves to {moves[one]} and to {other}")
        if sources.setdefault(other, one) != one:
            message = f"{one} and {sources[other]} move to {other}"
            raise refused(block.source, block.start, message)
        if one in _chain(moves, other):
            raise refused(block.source, block.start, f"{one} moves in a circle")


def _chain(moves: dict[str, str], start: str) -> Sequence[str]:
    """Return the addresses that successive moves lead to from an address."""
    found = [start]
    while found[-1] in moves and len(found) <= len(moves):
        found.append(moves[found[-1]])
    return found
