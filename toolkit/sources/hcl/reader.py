"""A folder of Terraform's HCL as an Inventory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from toolkit.errors import SourceError
from toolkit.model.clients import (
    CLIENT_TYPE,
    HOME_DIVISION_TYPE,
    ROLE_TYPE,
    SENSITIVE_ATTRIBUTES,
    Client,
    Division,
    Grant,
    Location,
    Role,
)
from toolkit.model.inventory import Inventory, Note, UnreadModule
from toolkit.model.values import AttributeValue, Redacted, Unknown
from toolkit.sources.comments import inline_waivers, without_keys
from toolkit.sources.hcl.attributes import Entry, identifier, nested
from toolkit.sources.hcl.blocks import Block
from toolkit.sources.hcl.confines import Confines, confines_of
from toolkit.sources.hcl.declarations import attribute_locations
from toolkit.sources.hcl.evaluated import Evaluation
from toolkit.sources.hcl.expansion import unknown_each, with_key
from toolkit.sources.hcl.modules import Module, is_self_contained, terraform_files
from toolkit.sources.hcl.resolve import resolve
from toolkit.sources.hcl.roles import defined_role, looked_up_role, undefined_role
from toolkit.sources.hcl.scopes import ModuleInstance, Root, Tally
from toolkit.sources.hcl.tree import CyclicModuleError, ModuleCache, ModuleTree
from toolkit.sources.hcl.values import Identifier, Missing, as_text, reasons_of
from toolkit.sources.hcl.variables import given_values, has_variable_files
from toolkit.sources.limits import MAX_SIZE
from toolkit.sources.requests import Assignment
from toolkit.sources.resources import typed

#: Attributes that are a set of strings; the others are single values.
_SETS = frozenset({"registered_redirect_uris"})
#: What a client block may have beside attributes of its own.
#: In JSON syntax `connection` and `provisioner` are among them, with whatever secrets they have.
_META = frozenset(
    {"count", "for_each", "depends_on", "provider", "connection", "provisioner", "scopes", "roles"}
)


class Instance(NamedTuple):
    """One declared instance of a resource, or what stands for all that there may be."""

    address: str
    entry: Entry
    existence: Unknown | None


def read_hcl(
    path: str,
    assignments: Sequence[Assignment] = (),
    environ: Mapping[str, str] | None = None,
    cache: ModuleCache | None = None,
    confines: Confines | None = None,
    *,
    evaluate: bool = True,
) -> Inventory:
    """The clients and roles of the root module in a folder.

    `cache` has modules that were read before, `environ` the ``TF_VAR_`` values; `confines`, those
    of the folder if not given, bound what is opened. `evaluate` is false where tfparse is known to
    crash on it: what only it would decide is unknown then. Raises `SourceError` for a folder
    without Terraform and for anything in it that cannot be read, `UsageError` for a malformed
    ``--var``.
    """
    directory = Path(path)
    if not terraform_files(directory):
        raise SourceError(
            f"{path}: no Terraform files here",
            hint="Name the folder of a root module (*.tf, *.tf.json), a plan or a state.",
        )
    tree = ModuleTree(directory, confines or confines_of(path, MAX_SIZE), cache)
    reader = _Reader(path.rstrip("/") or path, tree, assignments, environ or {}, evaluate=evaluate)
    return reader.read()


class _Reader:
    """Reads one root; keeps each role, so that all who hold it share it."""

    def __init__(
        self,
        path: str,
        tree: ModuleTree,
        assignments: Sequence[Assignment],
        environ: Mapping[str, str],
        *,
        evaluate: bool,
    ) -> None:
        self._path = path
        directory = tree.directory
        self._evaluation = Evaluation(directory, self._path, allowed=evaluate)
        if not evaluate:
            tree.notes.add(_crashed(self._path))
        plain = not (assignments or environ or has_variable_files(directory))
        self._is_contained = is_self_contained(directory, self._path, tree.confines)
        if plain and self._is_contained:
            # Nothing to find out first: tfparse can work while the same files are parsed here.
            # With calls of modules it might never come back, should they have no end.
            self._evaluation.start({})
        module = self._module(tree)
        given = (
            {} if plain else given_values(module, assignments, environ, tree.confines, tree.notes)
        )
        if tree.is_misread or tree.leads_outside():
            self._evaluation = Evaluation(directory, self._path)
        else:
            self._evaluation.start({name: value.text for name, value in given.items()})
        self._root = Root(
            tree,
            {name: value.expression for name, value in given.items()},
            resolve,
            self._evaluation.keys,
            Tally(),
        )
        self._top = ModuleInstance(self._root, module)
        self._roles: dict[str, Role] = {}

    def _module(self, tree: ModuleTree) -> Module:
        """The root module; where HCL is broken tfparse's word, which says more, comes first."""
        try:
            return tree.root(self._path)
        except CyclicModuleError:
            raise
        except SourceError as error:
            if not self._is_contained:
                # What cannot be parsed here may be read by tfparse, and lead it anywhere.
                raise
            self._evaluation.start({})
            raise self._evaluation.problem() or error from None

    def read(self) -> Inventory:
        if self._top.module is not None:
            _parse(self._top.module)
        problem = self._evaluation.problem()
        if problem is not None:
            raise problem
        instances = list(_module_instances(self._top))
        for instance in instances:
            for found in self._instances(instance, ROLE_TYPE, is_data=False):
                self._roles[found.address] = defined_role(
                    found.entry, found.address, found.existence
                )
            for found in self._instances(instance, ROLE_TYPE, is_data=True):
                self._roles[found.address] = looked_up_role(found.entry, found.address)
        clients = [
            self._client(found)
            for instance in instances
            for found in self._instances(instance, CLIENT_TYPE, is_data=False)
        ]
        modules = [(each.address, each.module) for each in instances if each.module is not None]
        comments = (
            (without_keys(address), comment)
            for address, module in modules
            for comment in module.waivers
        )
        return Inventory(
            self._path,
            "hcl",
            tuple(sorted(clients, key=lambda client: client.address)),
            tuple(self._roles[address] for address in sorted(self._roles)),
            tuple(sorted(self._root.tree.notes.union(*(m.waiver_notes for _, m in modules)))),
            waivers=inline_waivers(comments, clients),
            unread=tuple(_unread(instances)),
        )

    def _instances(
        self, instance: ModuleInstance, kind: str, *, is_data: bool
    ) -> Iterator[Instance]:
        """The instances of every block of a type in a module instance."""
        if instance.module is None:
            return
        declared = instance.module.data if is_data else instance.module.resources
        for (block_kind, name), block in declared.items():
            if block_kind == kind:
                label = f"data.{kind}.{name}" if is_data else f"{kind}.{name}"
                yield from self._copies(instance, label, block)

    def _copies(self, instance: ModuleInstance, label: str, block: Block) -> Iterator[Instance]:
        address = instance.within(label)
        expansion = instance.expansion(label, block)
        for copy in expansion.copies:
            own = with_key(address, copy.key)
            record = None if instance.existence else self._record(own)
            entry = Entry(block, copy.scope, record, self._evaluation)
            yield Instance(own, entry, instance.existence)
        if expansion.unknown is not None:
            scope = unknown_each(instance.scope, expansion.unknown)
            entry = Entry(block, scope, None, self._evaluation)
            yield Instance(address, entry, expansion.unknown)

    def _record(self, address: str) -> dict[str, Any] | None:
        return self._evaluation.record(address)

    def _client(self, found: Instance) -> Client:
        entry = found.entry
        grants, unknown = self._grants(entry)
        name, grant_type = entry.text("name"), entry.text("authorized_grant_type")
        return Client(
            root=self._path,
            address=found.address,
            name=found.address if name is None else name,
            grant_type="" if grant_type is None else grant_type,
            scopes=entry.strings("scopes"),
            grants=grants,
            grants_unknown=unknown,
            attributes=dict(_attributes(entry)),
            existence=found.existence,
            location=entry.span.location(),
            attribute_locations=dict(attribute_locations(entry.block)),
            called_from=_places(entry.scope.instance.calls()),
        )

    def _grants(self, entry: Entry) -> tuple[tuple[Grant, ...], tuple[Unknown, ...]]:
        entries, unknown = nested(entry, "roles")
        if "roles" in entry.block.attributes:
            unknown += (Unknown("roles, written as an attribute", "a roles block"),)
        grants = [
            Grant(self._role(held), _division(held), held.span.location()) for held in entries
        ]
        return tuple(grants), unknown

    def _role(self, held: Entry) -> Role:
        value = identifier(held, "role_id")
        if isinstance(value, Identifier):
            role = self._roles.get(value.address)
            if role is not None:
                return role
        written = held.block.attributes.get("role_id")
        return undefined_role(value, "role_id" if written is None else written.source)


def _crashed(path: str) -> Note:
    return Note(
        "not-evaluated",
        f"{path}: the evaluator of Terraform's functions crashed on this root module, so none is "
        "evaluated there; check a plan for what is unknown.",
    )


def _parse(module: Module) -> None:
    """Do what will be needed in any case while tfparse still works: blocks are read when asked."""
    for (kind, _), block in module.resources.items():
        if kind in (CLIENT_TYPE, ROLE_TYPE):
            for each in (block, *block.blocks):
                for attribute in each.attributes.values():
                    _ = attribute.expression


def _module_instances(instance: ModuleInstance) -> Iterator[ModuleInstance]:
    yield instance
    for name in instance.module.calls if instance.module else ():
        for child, _ in instance.children(name):
            yield from _module_instances(child)


def _unread(instances: Sequence[ModuleInstance]) -> Iterator[UnreadModule]:
    """The calls of modules that are not read, each once, whatever instances it makes."""
    found: dict[str, UnreadModule] = {}
    for each in instances:
        if each.unread is not None and each.call is not None:
            address = without_keys(each.address)
            reason = Unknown(address, each.unread.decided_by)
            location, outer = each.call.span.location(), _places(each.calls()[1:])
            found[address] = UnreadModule(address, each.unread.why, reason, location, outer)
    for address in sorted(found):
        yield found[address]


def _places(calls: Sequence[Block]) -> tuple[Location, ...]:
    return tuple(call.span.location(show=False) for call in calls)


def _division(held: Entry) -> Division:
    value = identifier(held, "division_id")
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, Identifier) and value.is_data and value.type == HOME_DIVISION_TYPE:
        # Whatever its id is, it can be that of no other division.
        return None
    reasons = reasons_of(value)
    if isinstance(value, Missing | Identifier) and reasons:
        return reasons[0]
    written = held.block.attributes["division_id"]
    return Unknown(written.source.strip(), "a plan")


def _scalar(entry: Entry, name: str) -> AttributeValue:
    """A single value in the type that the provider's schema gives it."""
    value = entry.scalar(name)
    if value is None or isinstance(value, Unknown):
        return value
    return typed(name, as_text(value) or "")


def _attributes(entry: Entry) -> Iterator[tuple[str, AttributeValue]]:
    for name in entry.block.attributes:
        if name in _META:
            continue
        if name in SENSITIVE_ATTRIBUTES:
            value: AttributeValue = None if entry.value(name) is None else Redacted()
        else:
            value = entry.strings(name) if name in _SETS else _scalar(entry, name)
        if value is not None:
            yield name, value
