"""Locate the code to edit for a client or a role, and build the edit."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final

from msgspec import Struct

from toolkit.errors import SourceError
from toolkit.files.tree import FileRefusedError
from toolkit.lazily import pattern
from toolkit.model import hcl
from toolkit.model.addresses import without_keys
from toolkit.model.clients import ROLE_TYPE
from toolkit.model.permissions import permission_covers
from toolkit.sources.hcl.editing import blocks, lists, moves, reduction, removal
from toolkit.sources.hcl.editing.spans import NotEditableError, Span
from toolkit.sources.hcl.lineage import address_of
from toolkit.sources.hcl.modules.loading import blocks_of, nested_type
from toolkit.sources.hcl.modules.tree import (
    LOCAL,
    Called,
    ModuleCache,
    ModuleTree,
    Unread,
    literal,
)
from toolkit.sources.hcl.modules.versions import Versions
from toolkit.sources.hcl.reader import place_of, versions_in_force
from toolkit.sources.hcl.syntax.nodes import (
    Attribute,
    Block,
    Body,
    Expression,
    FunctionCall,
    Literal,
    Parentheses,
    ScopeTraversal,
    TemplateWrap,
    TupleCons,
)
from toolkit.sources.hcl.syntax.source import Source
from toolkit.sources.read_requests import Read

#: Functions that keep every string of a literal list in their call.
_KEEPING: Final = frozenset(
    {"concat", "distinct", "flatten", "setunion", "sort", "tolist", "toset"}
)
#: A comment that marks the file as generated, or the marker of a tool that writes JSON.
_GENERATED: Final = pattern(
    r"^[ \t]*(?:#|//|/?\*+|\"//\":)(?:"
    r".*(?:do not (?:edit|modify)|@generated|\b(?:code|auto|automatically)[ -]?generated\b"
    r"|\bfile (?:is|was) generated\b)"
    r"|[ \t]*generated (?:by|from|with)\b"
    r")|\"cdktf\"",
    re.ASCII | re.IGNORECASE | re.MULTILINE,
)
#: A file's leading characters, where a marker of generated files is looked for.
_HEAD: Final = 2_000
_TOOL_FOLDER: Final = ".terraform"
_POLICY: Final = "permission_policies"
_COMPUTED: Final = "its value is computed"
#: An attribute that every client has.
_GRANT_TYPE: Final = "authorized_grant_type"


class Place(Struct, frozen=True):
    """A file: its path in the tree, on disk and in reports."""

    inner: str
    disk: str
    shown: str


class Change(Struct, frozen=True):
    """Ranges of one file with their new text.

    `through` holds the locals, variables and roles, as written, that others may share; `lines`
    holds the lines of the list that is edited in the end.
    """

    place: Place
    source: Source
    spans: tuple[Span, ...]
    through: tuple[str, ...] = ()
    lines: tuple[int, int] = (0, 0)


class _List(Struct, frozen=True):
    """A literal list, the module that contains it, and the names that lead to it."""

    source: Source
    items: TupleCons
    folder: str
    through: tuple[str, ...]


class _Module(Struct, frozen=True):
    """A module instance with its calls."""

    called: Called
    caller: _Module | None = None
    call: Block | None = None


class Editor:
    """Edits of one root module. All methods raise `NotEditableError`.

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
        """Return the folders on disk of all modules of the root that are read."""
        found: set[str] = set()
        waiting = [_Module(self._root)]
        while waiting:
            module = waiting.pop()
            found.add(posixpath.join(self._tree.root, module.called.module.folder).rstrip("/"))
            for name in module.called.module.calls:
                with suppress(NotEditableError):
                    waiting.append(self._called(module, name))
        return frozenset(found)

    def untouched(self, changes: Iterable[Change]) -> Mapping[str, Sequence[Block]]:
        """Return the root module's client blocks that no change affects, by file on disk."""
        module, names = self._root.module, set[str]()
        places: dict[int, list[tuple[int, int, str]]] = {}
        for block in module.resources.values():
            place = block.start, block.end, block.labels[1]
            places.setdefault(id(block.source), []).append(place)
        for known in places.values():
            known.sort()
        for change in changes:
            if posixpath.dirname(change.place.inner) != module.folder:
                return {}
            named = {name.rpartition(".")[2] for name in change.through}
            if not named:
                named.update(_labels_at(places.get(id(change.source), ()), change.spans))
            if not named:
                return {}
            names |= named
        found: dict[str, list[Block]] = {}
        for block in reduction.untouched(module, names):
            name = posixpath.basename(block.source.path)
            disk = posixpath.join(self._tree.root, module.folder, name)
            found.setdefault(disk, []).append(block)
        return found

    # Clients

    def add_to_list(self, address: str, attribute: str, values: Sequence[str]) -> Change:
        """Add the strings to a client attribute that is a list or a set."""
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
        """Remove the strings from a client attribute."""
        return self._in_list(
            address, attribute, lambda each: removal.removed(each.source, each.items, values)
        )

    def replace_in_list(self, address: str, attribute: str, old: str, new: str) -> Change:
        """Replace one string in a client attribute with another."""
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
        """Remove an attribute of the client."""
        module, block = self._find(address)
        written = block.body.attributes.get(attribute)
        if written is None:
            raise NotEditableError(f"its block has no {attribute}")
        return self._change(module, written.source, blocks.removed([written]))

    def set_number(self, address: str, attribute: str, value: str) -> Change:
        """Set a number in a client attribute."""
        module, block = self._find(address)
        written = block.body.attributes.get(attribute)
        if written is None:
            span = blocks.added_attribute(block, _GRANT_TYPE, attribute, value)
            return self._change(module, block.source, [span])
        if not isinstance(written.expression, Literal):
            raise NotEditableError(_COMPUTED)
        return self._change(module, written.source, [blocks.replaced_value(written, value)])

    def remove_blocks(self, address: str, kind: str) -> Change:
        """Remove the client's nested blocks of a type."""
        module, block = self._find(address)
        found = [each for each in block.body.blocks if nested_type(each) == kind]
        if not found or any(each.type == "dynamic" for each in found):
            raise NotEditableError("its blocks are computed")
        return self._change(module, block.source, blocks.removed(found))

    def refer_by_id(self, address: str) -> Change:
        """Change ``.name`` to ``.id`` in each role reference of the client."""
        module, block = self._find(address)
        spans = []
        for nested in blocks_of(block, "roles"):
            written = _content(nested).attributes.get("role_id")
            value = None if written is None else written.expression
            end = 0 if value is None else value.end
            if isinstance(value, TemplateWrap):
                value = value.wrapped
                # The end of the string and of the template in it.
                end = nested.source.text.rindex("}", 0, end)
            name = nested.source.text[end - len(".name") : end]
            if isinstance(value, ScopeTraversal) and _is_name_of_role(value) and name == ".name":
                spans.append(Span(end - len("name"), end, "id"))
        if not spans:
            raise NotEditableError("no role_id refers to the name of a role")
        return self._change(module, block.source, spans)

    def add_moved(self, old: str, new: str) -> Change:
        """Add a `moved` block after the block with the new address."""
        step = moves.move(old, new, self._declares)
        module = self._module(step.calls)
        if any(
            address_of(block.body.attributes.get("from")) == step.block.value["from"]
            for block in module.called.module.others
            if block.type == "moved"
        ):
            raise NotEditableError("a moved block says so; plan again")
        for way in (step.before, step.after):
            self._refuse_elsewhere(module, [each.name for each in way[:-1]])
        block = self._declared(module, step.after[0].name)
        if block is None:
            raise NotEditableError("its block was not found")
        spans = blocks.added_behind(block, ("moved",), step.block)
        return self._change(module, block.source, spans)

    def _declares(self, calls: Sequence[str], name: str) -> bool:
        return self._declared(self._module(calls), name) is not None

    def _declared(self, module: _Module, name: str) -> Block | None:
        """Return the block of a resource or module call, by its address within the module."""
        kind, _, label = name.partition(".")
        found = module.called.module
        return found.calls.get(label) if kind == "module" else found.resources.get((kind, label))

    def _module(self, calls: Sequence[str]) -> _Module:
        module = _Module(self._root)
        for each in calls:
            module = self._called(module, each.removeprefix("module."))
        return module

    def _refuse_elsewhere(self, module: _Module, calls: Sequence[str]) -> None:
        """Refuse a module of another package: Terraform moves nothing out of it or into it."""
        for each in calls:
            call = self._declared(module, each)
            if call is None:
                return
            if not (literal(call, "source") or "").startswith(LOCAL):
                raise NotEditableError("its module is of another package")
            module = self._called(module, call.labels[0])

    # Roles

    def add_permissions(self, address: str, names: Sequence[str]) -> Change:
        """Add permissions to a role: each to the block of its domain and entity, or to a new block.

        Each is ``domain:entity:action``.
        """
        module, block = self._find(address)
        spans: list[Span] = []
        wanted: dict[tuple[str, str], list[str]] = {}
        for name in names:
            domain, entity, action = name.split(":")
            wanted.setdefault((domain, entity), []).append(action)
        new = []
        for about, actions in wanted.items():
            held = _policy_of(block, *about)
            if held is not None:
                spans += lists.added(block.source, held, actions)
            else:
                value = hcl.policy_value(*about, actions)
                new.append(blocks.Nested(hcl.policy(*about, actions), value))
        if new:
            spans += blocks.added_blocks(block, _POLICY, new)
        return self._change(module, block.source, spans, (without_keys(address),))

    def add_role(self, address: str, names: Sequence[str]) -> Change:
        """Add a role with these permissions and grant it to the client."""
        module, block = self._find(address)
        label, taken = block.labels[1], module.called.module.resources
        if (ROLE_TYPE, label) in taken:
            label += "_role"
        if (ROLE_TYPE, label) in taken:
            raise NotEditableError(f"there is a role {ROLE_TYPE}.{label}")
        role_id = f"{ROLE_TYPE}.{label}.id"
        given = blocks.Nested([f"role_id = {role_id}"], {"role_id": f"${{{role_id}}}"})
        title = label.replace("_", " ").replace("-", " ").capitalize()
        lines, value = hcl.role(names, label, title).split("\n"), hcl.role_value(names, title)
        spans = [
            *blocks.added_blocks(block, "roles", [given]),
            *blocks.added_behind(
                block, ("resource", ROLE_TYPE, label), blocks.Nested(lines, value)
            ),
        ]
        return self._change(module, block.source, spans)

    def remove_permissions(self, address: str, names: Iterable[str]) -> Change:
        """Remove literal permissions from the role, and the blocks that become empty."""
        module, block = self._find(address)
        gone: dict[tuple[str, str], list[str]] = {}
        for name in names:
            domain, entity, action = name.split(":")
            gone.setdefault((domain, entity), []).append(action)
        spans: list[Span] = []
        whole: list[Block] = []
        for (domain, entity), actions in gone.items():
            held = [p for p in blocks_of(block, _POLICY) if _is_about(p, domain, entity)]
            items = None if len(held) != 1 else _actions(held[0])
            if items is None:
                raise NotEditableError("no block of its own grants it")
            if {lists.text_of(item) for item in items.items} == set(actions):
                whole.append(held[0])
            else:
                spans += removal.removed(block.source, items, actions)
        spans += blocks.removed(whole)
        return self._change(module, block.source, spans, (without_keys(address),))

    def expand_permissions(
        self, address: str, patterns: Iterable[str], names: Collection[str]
    ) -> tuple[Change, Mapping[str, Sequence[str]]]:
        """Replace a wildcard with these permissions, in the first block with a matching pattern.

        The second result maps each removed pattern to its replacements.
        """
        module, block = self._find(address)
        for policy in blocks_of(block, _POLICY):
            about, items = _about(policy), _actions(policy)
            if len(about) != 2 or items is None or any(blocks_of(policy, "dynamic")):
                continue
            domain, entity = (str(each.value) for each in about)
            actions = [lists.text_of(item) for item in items.items]
            held = {f"{domain}:{entity}:{action}" for action in actions}
            wild = [each for each in patterns if each in held]
            if not wild or None in actions or domain == "*":
                continue
            new = {
                each: sorted(name for name in names if permission_covers(each, name))
                for each in wild
            }
            if not all(new.values()):
                raise NotEditableError("nothing is known that the wildcard stands for")
            if entity != "*":
                spans = _in_place_of(policy, items, actions, new)
                return self._change(module, policy.source, spans, (without_keys(address),)), new
            if any(nested_type(each) == "conditions" for each in _content(policy).blocks):
                raise NotEditableError("its policy has conditions")
            spans = _per_entity(block, policy, new, held)
            return self._change(module, policy.source, spans, (without_keys(address),)), new
        raise NotEditableError("no block of its own grants it")

    def correct_permissions(
        self, address: str, right: Mapping[str, str]
    ) -> tuple[Change, Mapping[str, str | None]]:
        """Replace permissions with the right ones, in the first block that can be edited.

        The second result maps each removed permission to its replacement, or to None if the block
        already has it.
        """
        module, block = self._find(address)
        for policy in blocks_of(block, _POLICY):
            made = _corrected(policy, right)
            if made is not None:
                spans, pairs = made
                through = (without_keys(address),)
                return self._change(module, policy.source, spans, through), pairs
        raise NotEditableError("no block of its own grants it")

    # Locations

    def _find(self, address: str) -> tuple[_Module, Block]:
        """Return the block of a resource and the module that contains it."""
        *calls, own = [step.name for step in moves.steps_of(address)] or [""]
        module = self._module(calls)
        found = self._declared(module, own)
        if found is None:
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
        """Yield the literal lists that pass every string on to an attribute, its own list first."""
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

    # Results

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
        """Return where an editable file is."""
        inner = posixpath.join(folder, posixpath.basename(source.path))
        if [*self._tree.trail(inner)] != [inner]:
            raise NotEditableError(f"{source.path} is behind a link")
        if _TOOL_FOLDER in inner.split("/"):
            raise NotEditableError(f"{source.path} belongs to terraform init")
        if _GENERATED.search(source.text[:_HEAD]):
            raise NotEditableError(f"{source.path} is generated")
        return Place(inner, posixpath.join(self._tree.root, inner), source.path)

    def content(self, place: Place) -> bytes:
        """Return the file's current content."""
        try:
            return self._tree.read(place.inner)
        except FileRefusedError as error:
            raise NotEditableError(f"{place.shown} {error.reason}") from None


def _labels_at(places: Sequence[tuple[int, int, str]], spans: Iterable[Span]) -> Iterator[str]:
    """Yield the labels of the resources that contain the spans or precede them."""
    for span in spans:
        at = bisect_right(places, (span.start + 1, 0, "")) - 1
        if at >= 0:
            yield places[at][2]


def _parts(expression: Expression) -> tuple[list[TupleCons], list[ScopeTraversal]]:
    """Return the lists and the names that pass every string on to the expression."""
    if isinstance(expression, TupleCons):
        return [expression], []
    if isinstance(expression, ScopeTraversal):
        return [], [expression]
    inner: Sequence[Expression] = ()
    if isinstance(expression, TemplateWrap):
        # In JSON syntax everything in the string has the string's range.
        return [], _parts(expression.wrapped)[1]
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
    """Yield where a name's value is written: in a local, a variable's default or a module call."""
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
    """Return the role's actions for an entity, if they are a literal list."""
    for policy in blocks_of(block, _POLICY):
        if policy.source is block.source and _is_about(policy, domain, entity):
            items = _actions(policy)
            if items is not None and not any(
                nested_type(each) == "conditions" for each in _content(policy).blocks
            ):
                return items
    return None


def _actions(policy: Block) -> TupleCons | None:
    """Return the policy's actions, if they are a literal list."""
    written = _content(policy).attributes.get("action_set")
    items = None if written is None else written.expression
    return items if isinstance(items, TupleCons) else None


def _about(policy: Block) -> Sequence[Literal]:
    """Return the policy's domain and entity, if they are literals."""
    values = [_content(policy).attributes.get(name) for name in ("domain", "entity_name")]
    found = [each.expression for each in values if each is not None]
    return [each for each in found if isinstance(each, Literal) and lists.text_of(each)]


def _is_about(policy: Block, domain: str, entity: str) -> bool:
    return [lists.text_of(each) for each in _about(policy)] == [domain, entity]


def _in_place_of(
    policy: Block,
    items: TupleCons,
    actions: Sequence[str | None],
    new: Mapping[str, Sequence[str]],
) -> list[Span]:
    """Return the edits that replace a wildcard action with the new permissions' actions."""
    wild = {each.rpartition(":")[2] for each in new}
    found = {name.rpartition(":")[2] for names in new.values() for name in names}
    left = sorted(found.difference(actions))
    if not left:
        return removal.removed(policy.source, items, wild)
    at = next(index for index, action in enumerate(actions) if action in wild)
    return lists.expanded(policy.source, items, at, left)


def _per_entity(
    role: Block, policy: Block, new: Mapping[str, Sequence[str]], held: Collection[str]
) -> list[Span]:
    """Return the edits that replace the block for all entities with one block for each entity."""
    kept = sorted(held - new.keys())
    if kept:
        raise NotEditableError("its block grants more than the wildcard")
    found: dict[tuple[str, str], dict[str, None]] = {}
    for name in sorted({each for names in new.values() for each in names}):
        domain, entity, action = name.split(":")
        found.setdefault((domain, entity), {})[action] = None
    nested = [
        blocks.Nested(hcl.policy(*about, actions), hcl.policy_value(*about, actions))
        for about, actions in found.items()
    ]
    return blocks.replaced_block(role, policy, nested)


def _corrected(
    policy: Block, right: Mapping[str, str]
) -> tuple[list[Span], Mapping[str, str | None]] | None:
    """Return a policy with corrected actions, or with a corrected entity if that fits all its
    actions.
    """
    about, items = _about(policy), _actions(policy)
    if len(about) != 2 or items is None:
        return None
    source, prefix = policy.source, ":".join(str(each.value) for each in about)
    actions = [lists.text_of(item) for item in items.items]
    pairs = {f"{prefix}:{a}": right.get(f"{prefix}:{a}", "").split(":") for a in actions if a}
    wrong = {old: new for old, new in pairs.items() if len(new) == 3}
    moved = {tuple(new[:2]) for old, new in wrong.items() if old.endswith(f":{new[2]}")}
    if len(wrong) == len(actions) and len(moved) == 1 and tuple(prefix.split(":")) not in moved:
        names = zip(about, moved.pop(), strict=True)
        spans = [
            Span(each.start, each.end, lists.quoted(source, name))
            for each, name in names
            if each.value != name
        ]
        return spans, {old: ":".join(new) for old, new in wrong.items()}
    for old, new in wrong.items():
        action = old.removeprefix(f"{prefix}:")
        if ":".join(new[:2]) != prefix:
            continue
        if new[2] in actions:
            return removal.removed(source, items, [action]), {old: None}
        return lists.replaced(source, items, action, new[2]), {old: ":".join(new)}
    return None


def _content(block: Block) -> Body:
    """Return the body of a nested block of a client or a role, in either syntax."""
    return block.body.content({"conditions": 0, "dynamic": 1})
