"""Finds what has to be edited of a client or a role, and makes the edit."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Final

from msgspec import Struct

from toolkit.errors import SourceError
from toolkit.files.tree import FileRefusedError
from toolkit.lazily import pattern
from toolkit.model import hcl
from toolkit.model.addresses import without_keys
from toolkit.model.clients import ROLE_TYPE
from toolkit.sources.hcl.editing import blocks, lists, removal
from toolkit.sources.hcl.editing.spans import NotEditableError, Span
from toolkit.sources.hcl.modules.loading import blocks_of, nested_type
from toolkit.sources.hcl.modules.tree import Called, ModuleCache, ModuleTree, Unread, literal
from toolkit.sources.hcl.modules.versions import Versions
from toolkit.sources.hcl.reader import place_of, versions_in_force
from toolkit.sources.hcl.syntax.nodes import (
    Attribute,
    Block,
    Expression,
    FunctionCall,
    Literal,
    Parentheses,
    ScopeTraversal,
    TupleCons,
)
from toolkit.sources.hcl.syntax.source import Source
from toolkit.sources.read_requests import Read

#: Functions whose value has every string of a list that is written out in their call.
_KEEPING: Final = frozenset(
    {"concat", "distinct", "flatten", "setunion", "sort", "tolist", "toset"}
)
#: A comment that says so, or the mark of a tool that writes JSON.
_GENERATED: Final = pattern(
    r"^[ \t]*(?:#|//|/?\*+|\"//\":)(?:"
    r".*(?:do not (?:edit|modify)|@generated|\b(?:code|auto|automatically)[ -]?generated\b"
    r"|\bfile (?:is|was) generated\b)"
    r"|[ \t]*generated (?:by|from|with)\b"
    r")|\"cdktf\"",
    re.ASCII | re.IGNORECASE | re.MULTILINE,
)
#: Characters of a file in which it says that it is generated.
_HEAD: Final = 2_000
_TOOL_FOLDER: Final = ".terraform"
_POLICY: Final = "permission_policies"
_COMPUTED: Final = "its value is computed"
#: What every client has.
_GRANT_TYPE: Final = "authorized_grant_type"


class Place(Struct, frozen=True):
    """A file: its path in the tree, on the disk, and as reports name it."""

    inner: str
    disk: str
    shown: str


class Change(Struct, frozen=True):
    """Ranges of one file with their new text.

    `through` are the locals, variables and roles that others may share, as they are written;
    `lines` are those of the list that is then edited.
    """

    place: Place
    source: Source
    spans: tuple[Span, ...]
    through: tuple[str, ...] = ()
    lines: tuple[int, int] = (0, 0)


class _List(Struct, frozen=True):
    """A list that is written out, the module it stands in, and what leads to it."""

    source: Source
    items: TupleCons
    folder: str
    through: tuple[str, ...]


class _Module(Struct, frozen=True):
    """A module as it is called, and by whom."""

    called: Called
    caller: _Module | None = None
    call: Block | None = None


class Editor:
    """Edits of one root module. All its methods raise `NotEditableError`.

    Raises `SourceError` for a root that cannot be read.
    """

    def __init__(self, request: Read, cache: ModuleCache) -> None:
        within = request.within or request.source
        place = place_of(request.source, within, request.max_size, request.overlay)
        versions, _ = versions_in_force(request, place, cache)
        self._tree = place.tree
        self._modules = ModuleTree(
            place,
            Versions(versions[:1]),
            cache,
            trusts_installed=request.execution.trusts_installed,
        )
        self._root = self._modules.root()

    def folders(self) -> frozenset[str]:
        """The folders on the disk of all modules of the root, as far as they are read."""
        found: set[str] = set()
        waiting = [_Module(self._root)]
        while waiting:
            module = waiting.pop()
            found.add(posixpath.join(self._tree.root, module.called.module.folder).rstrip("/"))
            for name in module.called.module.calls:
                with suppress(NotEditableError):
                    waiting.append(self._called(module, name))
        return frozenset(found)

    # Clients

    def add_to_list(self, address: str, attribute: str, values: Sequence[str]) -> Change:
        """The strings, in an attribute of a client that is a list or a set."""
        module, block = self._find(address)
        written = block.body.attributes.get(attribute)
        if written is None:
            value = blocks.list_of(block.source, values)
            span = blocks.added_attribute(block, _GRANT_TYPE, attribute, value)
            return self._change(module, block.source, [span])
        for found in self._lists(module, written):
            spans = lists.added(found.source, found.items, values)
            return self._changed_list(found, spans)
        raise NotEditableError(_COMPUTED)

    def remove_from_list(self, address: str, attribute: str, values: Sequence[str]) -> Change:
        """The attribute of a client without the strings."""
        return self._in_list(
            address, attribute, lambda each: removal.removed(each.source, each.items, values)
        )

    def replace_in_list(self, address: str, attribute: str, old: str, new: str) -> Change:
        """The attribute of a client with one string in place of another."""
        return self._in_list(
            address, attribute, lambda each: lists.replaced(each.source, each.items, old, new)
        )

    def _in_list(self, address: str, attribute: str, edit: Callable[[_List], list[Span]]) -> Change:
        module, block = self._find(address)
        written = block.body.attributes.get(attribute)
        if written is None:
            raise NotEditableError(f"its block has no {attribute}")
        refused = NotEditableError(_COMPUTED)
        for found in self._lists(module, written):
            try:
                return self._changed_list(found, edit(found))
            except NotEditableError as error:
                refused = error
        raise refused

    def remove_attribute(self, address: str, attribute: str) -> Change:
        """The client without an attribute."""
        module, block = self._find(address)
        written = block.body.attributes.get(attribute)
        if written is None:
            raise NotEditableError(f"its block has no {attribute}")
        return self._change(module, written.source, [blocks.removed_attribute(written)])

    def set_number(self, address: str, attribute: str, value: str) -> Change:
        """The client with another number in an attribute."""
        module, block = self._find(address)
        written = block.body.attributes.get(attribute)
        if written is None:
            span = blocks.added_attribute(block, _GRANT_TYPE, attribute, value)
            return self._change(module, block.source, [span])
        if not isinstance(written.expression, Literal):
            raise NotEditableError(_COMPUTED)
        return self._change(module, written.source, [blocks.replaced_value(written, value)])

    def remove_blocks(self, address: str, kind: str) -> Change:
        """The client without its nested blocks of a type."""
        module, block = self._find(address)
        found = [each for each in block.body.blocks if nested_type(each) == kind]
        if not found or any(each.type == "dynamic" for each in found):
            raise NotEditableError("its blocks are computed")
        return self._change(module, block.source, [blocks.removed_block(each) for each in found])

    def refer_by_id(self, address: str) -> Change:
        """The client with ``.id`` of each role that it refers to by ``.name``."""
        module, block = self._find(address)
        spans = []
        for nested in blocks_of(block, "roles"):
            written = nested.body.attributes.get("role_id")
            value = None if written is None else written.expression
            if isinstance(value, ScopeTraversal) and _is_name_of_role(value):
                spans.append(Span(value.end - len("name"), value.end, "id"))
        if not spans:
            raise NotEditableError("no role_id refers to the name of a role")
        return self._change(module, block.source, spans)

    # Roles

    def add_permissions(self, address: str, names: Sequence[str]) -> Change:
        """The permissions, in a role: each in the block of its domain and entity, or in a new one.

        Each is ``domain:entity:action``.
        """
        module, block = self._find(address)
        spans: list[Span] = []
        new: dict[tuple[str, str], list[str]] = {}
        for name in names:
            domain, entity, action = name.split(":")
            new.setdefault((domain, entity), []).append(action)
        for (domain, entity), actions in new.items():
            held = _policy_of(block, domain, entity)
            if held is not None:
                spans += lists.added(block.source, held, actions)
            else:
                lines = hcl.policy(domain, entity, actions)
                spans.append(blocks.added_block(block, _POLICY, lines))
        merged = _merged(spans)
        return self._change(module, block.source, merged, (without_keys(address),))

    def add_role(self, address: str, names: Sequence[str]) -> Change:
        """A role with these permissions, and the client with it."""
        module, block = self._find(address)
        label, taken = block.labels[1], module.called.module.resources
        if (ROLE_TYPE, label) in taken:
            label += "_role"
        if (ROLE_TYPE, label) in taken:
            raise NotEditableError(f"there is a role {ROLE_TYPE}.{label}")
        grant = blocks.added_block(block, "roles", [f"role_id = {ROLE_TYPE}.{label}.id"])
        title = label.replace("_", " ").replace("-", " ").capitalize()
        role = blocks.added_behind(block, hcl.role(names, label, title).split("\n"))
        return self._change(module, block.source, [grant, role])

    def remove_permissions(self, address: str, names: Iterable[str]) -> Change:
        """The role without permissions that are written out, and without blocks that are empty."""
        module, block = self._find(address)
        gone: dict[tuple[str, str], list[str]] = {}
        for name in names:
            domain, entity, action = name.split(":")
            gone.setdefault((domain, entity), []).append(action)
        spans: list[Span] = []
        for (domain, entity), actions in gone.items():
            held = [p for p in blocks_of(block, _POLICY) if _is_about(p, domain, entity)]
            items = None if len(held) != 1 else _actions(held[0])
            if items is None:
                raise NotEditableError("no block of its own grants it")
            if {lists.text_of(item) for item in items.items} == set(actions):
                spans.append(blocks.removed_block(held[0]))
            else:
                spans += removal.removed(block.source, items, actions)
        return self._change(module, block.source, spans, (without_keys(address),))

    def replace_permission(self, address: str, old: str, new: str) -> Change:
        """The role with one permission in place of another of the same entity."""
        module, block = self._find(address)
        domain, entity, action = old.split(":")
        if new.split(":")[:2] != [domain, entity]:
            raise NotEditableError("the nearest permission is of another entity")
        for policy in blocks_of(block, _POLICY):
            items = _actions(policy)
            if _is_about(policy, domain, entity) and items is not None:
                spans = lists.replaced(policy.source, items, action, new.split(":")[2])
                return self._change(module, policy.source, spans, (without_keys(address),))
        raise NotEditableError("no block of its own grants it")

    # Where something stands

    def _find(self, address: str) -> tuple[_Module, Block]:
        """The block of a resource, and the module that it stands in."""
        names = without_keys(address).split(".")
        module = _Module(self._root)
        while len(names) > 2 and names[0] == "module":
            module = self._called(module, names[1])
            names = names[2:]
        found = module.called.module.resources.get((names[0], names[-1]))
        if found is None or len(names) != 2:
            raise NotEditableError("its block was not found")
        return module, found

    def _called(self, caller: _Module, name: str) -> _Module:
        call = caller.called.module.calls.get(name)
        if call is None:
            raise NotEditableError("its module was not found")
        try:
            called = self._modules.called(caller.called, call, literal(call, "source"))
        except SourceError as error:
            raise NotEditableError(f"its module is refused ({error.message})") from None
        if isinstance(called, Unread):
            raise NotEditableError("its module is not read")
        return _Module(called, caller, call)

    def _lists(self, module: _Module, attribute: Attribute) -> Iterator[_List]:
        """The lists that are written out of which an attribute has every string, its own first."""
        waiting: list[tuple[_Module, Source, Expression, tuple[str, ...]]] = [
            (module, attribute.source, attribute.expression, ())
        ]
        seen: set[str] = set()
        while waiting:
            here, source, expression, through = waiting.pop(0)
            own, names = _parts(expression)
            for items in own:
                yield _List(source, items, here.called.module.folder, through)
            for name in names:
                for inner, found, shown in _declared(here, name):
                    if shown not in seen:
                        seen.add(shown)
                        waiting.append((inner, found.source, found.expression, (*through, shown)))

    # What comes of it

    def _changed_list(self, found: _List, spans: list[Span]) -> Change:
        place = self._place(found.folder, found.source)
        lines = found.source.line(found.items.start), found.source.line(found.items.end)
        return Change(place, found.source, tuple(spans), found.through, lines)

    def _change(
        self, module: _Module, source: Source, spans: Iterable[Span], through: tuple[str, ...] = ()
    ) -> Change:
        place = self._place(module.called.module.folder, source)
        return Change(place, source, tuple(spans), through)

    def _place(self, folder: str, source: Source) -> Place:
        """Where a file lies that may be edited."""
        inner = posixpath.join(folder, posixpath.basename(source.path))
        if [*self._tree.trail(inner)] != [inner]:
            raise NotEditableError(f"{source.path} is behind a link")
        if _TOOL_FOLDER in inner.split("/"):
            raise NotEditableError(f"{source.path} belongs to terraform init")
        if _GENERATED.search(source.text[:_HEAD]):
            raise NotEditableError(f"{source.path} is generated")
        return Place(inner, posixpath.join(self._tree.root, inner), source.path)

    def content(self, place: Place) -> bytes:
        """What the file has now."""
        try:
            return self._tree.read(place.inner)
        except FileRefusedError as error:
            raise NotEditableError(f"{place.shown} {error.reason}") from None


def _parts(expression: Expression) -> tuple[list[TupleCons], list[ScopeTraversal]]:
    """The lists, and the names, of which the expression has every string."""
    if isinstance(expression, TupleCons):
        return [expression], []
    if isinstance(expression, ScopeTraversal):
        return [], [expression]
    inner: Sequence[Expression] = ()
    if isinstance(expression, Parentheses):
        inner = (expression.inner,)
    elif isinstance(expression, FunctionCall) and not expression.expands:
        name = expression.name.removeprefix("core::")
        inner = expression.arguments if name in _KEEPING else ()
    found = [_parts(each) for each in inner]
    return [each for own, _ in found for each in own], [
        each for _, names in found for each in names
    ]


def _declared(module: _Module, name: ScopeTraversal) -> Iterator[tuple[_Module, Attribute, str]]:
    """Where the value of a name is written: in a local, a variable's default, or a call."""
    if len(name.steps) != 1 or not isinstance(name.steps[0], str):
        return
    step, here = name.steps[0], module.called.module
    if name.root == "local" and step in here.locals:
        yield module, here.locals[step], f"local.{step}"
    if name.root == "var" and step in here.variables:
        if module.caller is not None and module.call is not None:
            argument = module.call.body.attributes.get(step)
            if argument is not None:
                yield module.caller, argument, f"{step} of module.{module.call.labels[0]}"
                return
        default = here.variables[step].body.attributes.get("default")
        if default is not None:
            yield module, default, f"var.{step}"


def _is_name_of_role(value: ScopeTraversal) -> bool:
    names = [value.root, *value.steps]
    return ROLE_TYPE in names[:2] and names[-1] == "name"


def _policy_of(block: Block, domain: str, entity: str) -> TupleCons | None:
    """The actions that a role has for an entity, where they are a list that is written out."""
    for policy in blocks_of(block, _POLICY):
        if policy.source is block.source and _is_about(policy, domain, entity):
            items = _actions(policy)
            if items is not None and not any(blocks_of(policy, "conditions")):
                return items
    return None


def _actions(policy: Block) -> TupleCons | None:
    """The actions of a policy, where they are a list that is written out."""
    written = policy.body.attributes.get("action_set")
    items = None if written is None else written.expression
    return items if isinstance(items, TupleCons) else None


def _is_about(policy: Block, domain: str, entity: str) -> bool:
    values = [policy.body.attributes.get(name) for name in ("domain", "entity_name")]
    return [None if each is None else lists.text_of(each.expression) for each in values] == [
        domain,
        entity,
    ]


def _merged(spans: Sequence[Span]) -> list[Span]:
    """The spans, those at the same place as one."""
    found: dict[tuple[int, int], str] = {}
    for span in spans:
        key = span.start, span.end
        found[key] = found.get(key, "") + span.text
    return [Span(start, end, text) for (start, end), text in found.items()]
