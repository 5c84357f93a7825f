"""Read the clients of a root module and the roles that they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain

from msgspec.structs import replace

from toolkit.errors import SourceError
from toolkit.model.addresses import without_keys
from toolkit.model.clients import (
    CLIENT_TYPE,
    DIVISION_TYPE,
    HOLDER_IDS,
    HOME_DIVISION_TYPE,
    ROLE_TYPE,
    SENSITIVE_ATTRIBUTES,
    Client,
    Division,
    Grant,
    Location,
    OwnDivision,
    Role,
)
from toolkit.model.inventory import Inventory, UnreadModule
from toolkit.model.values import AttributeValue, Redacted, Unknown
from toolkit.sources.comments import Comment, inline_waivers
from toolkit.sources.credential_uses import (
    CREDENTIAL_TYPE,
    CREDENTIAL_TYPES,
    INTEGRATION_TYPE,
    Users,
)
from toolkit.sources.hcl import values as cty
from toolkit.sources.hcl.entries import Entry, why
from toolkit.sources.hcl.lineage import imported_by_id, lineage_of
from toolkit.sources.hcl.modules.instance import ModuleInstance, ResourceInstance
from toolkit.sources.hcl.modules.loading import nested_type
from toolkit.sources.hcl.modules.origins import Written
from toolkit.sources.hcl.modules.statements import module_instances
from toolkit.sources.hcl.places import AttributeLocations, Origins, ValueLocations, block_location
from toolkit.sources.hcl.roles import defined_role, looked_up_role, undefined_role
from toolkit.sources.hcl.schemas import DATA_SOURCES, RESOURCES
from toolkit.sources.hcl.syntax.nodes import Block
from toolkit.sources.hcl.values import Symbol, UnknownVal, Value
from toolkit.sources.hcl.waivers import read_comments
from toolkit.sources.resources import build_holder

#: The values that the provider's schema allows.
_STATES = ("active", "inactive")
_VALIDITY_SECONDS = range(300, 38_880_000 + 1)
#: Attributes that are sets of strings; all others are single values.
_SETS = frozenset({"registered_redirect_uris"})
#: What a client block may contain beside its own attributes. In JSON syntax `connection` and
#: `provisioner` are among them, with any secrets they hold.
_META = frozenset(
    {"count", "for_each", "depends_on", "provider", "connection", "provisioner", "scopes", "roles"}
)


def _written_permissions(instance: ModuleInstance, role: Block) -> list[Written]:
    """Return the attributes that the permissions of a role are written in."""
    bodies = [each.body for each in role.body.blocks if nested_type(each) == "permission_policies"]
    legacy = role.body.attributes.get("permissions")
    found = [each for body in bodies for each in body.attributes.values()]
    return [
        Written(instance, each, role) for each in (*found, *(() if legacy is None else (legacy,)))
    ]


def read_root(instance: ModuleInstance) -> Inventory:
    """Return the clients and roles of a root module.

    Raises `SourceError` for what Terraform refuses.
    """
    return _Reader(instance).read()


class _Reader:
    """Reads one root; keeps each role, so that all its holders share one object."""

    def __init__(self, root: ModuleInstance) -> None:
        self._root = root
        self._path = root.root.tree.shown
        self._roles: dict[str, Role] = {}
        self._written: dict[str, list[Written]] = {}
        self._divisions: dict[str, Division] = {}
        #: The addresses of imported objects, by id.
        self._imported: dict[str, str] = {}
        self._hidden: set[str] = set()

    def read(self) -> Inventory:
        instances = list(module_instances(self._root))
        for instance in instances:
            for found in instance.instances(ROLE_TYPE):
                entry = self._entry(instance, found)
                self._roles[found.address] = defined_role(entry, found.existence)
                self._written[found.address] = _written_permissions(instance, found.content.block)
                self._hidden |= entry.hidden
            for found in instance.instances(ROLE_TYPE, is_data=True):
                entry = self._entry(instance, found, is_data=True)
                self._roles[found.address] = looked_up_role(entry)
                self._hidden |= entry.hidden
            for found in instance.instances(DIVISION_TYPE):
                entry = self._entry(instance, found)
                self._divisions[found.address] = _defined_division(entry)
                self._hidden |= entry.hidden
        self._imported = imported_by_id(instances)
        clients = [
            self._client(instance, found)
            for instance in instances
            for found in instance.instances(CLIENT_TYPE)
        ]
        users = Users()
        for instance in instances:
            for kind in CREDENTIAL_TYPES:
                for found in instance.instances(kind):
                    self._add_user(users, kind, self._entry(instance, found))
        return Inventory(
            self._path,
            "hcl",
            users.of(sorted(clients, key=lambda client: client.address)),
            tuple(self._roles[address] for address in sorted(self._roles)),
            waivers=inline_waivers(self._comments(instances), clients),
            notes=tuple(sorted(self._root.root.notes)),
            unread=tuple(_unread(instances)),
            hidden=frozenset(self._hidden),
            lineage=lineage_of(instances),
            holders=tuple(sorted(self._holders(instances), key=lambda each: each.address)),
        )

    def _comments(self, instances: Sequence[ModuleInstance]) -> list[tuple[str, Comment]]:
        """Return every waiver comment with the address of each module that reads its file."""
        read: dict[int, list[Comment]] = {}
        for module in {id(each.module): each.module for each in instances}.values():
            read[id(module)], notes = read_comments(module)
            self._root.root.notes.update(notes)
        return [
            (without_keys(each.address), comment)
            for each in instances
            for comment in read[id(each.module)]
        ]

    def _entry(
        self, instance: ModuleInstance, found: ResourceInstance, *, is_data: bool = False
    ) -> Entry:
        table = DATA_SOURCES if is_data else RESOURCES
        schema = table[found.content.block.labels[0]]
        return Entry(instance, found.address, found.content, schema, ValueLocations(), set(), set())

    def _client(self, instance: ModuleInstance, found: ResourceInstance) -> Client:
        entry = self._entry(instance, found)
        block = found.content.block
        grants, unknown = self._grants(entry)
        name, grant_type = entry.text("name"), entry.text("authorized_grant_type")
        attributes = dict(_attributes(entry))
        existence = (*self._root.root.rules.unsure, *found.existence, *_refused_values(attributes))
        return Client(
            root=self._path,
            address=found.address,
            name=found.address if name is None else name,
            grant_type="" if grant_type is None else grant_type,
            scopes=entry.strings("scopes"),
            grants=grants,
            grants_unknown=unknown,
            attributes=attributes,
            existence=existence[0] if existence else None,
            location=block_location(block),
            attribute_locations=AttributeLocations(block),
            value_locations=entry.places,
            origins=Origins(
                instance,
                block,
                chain.from_iterable(
                    self._written.get(grant.role.address or "", ()) for grant in grants
                ),
            ),
            sensitive=frozenset(entry.sensitive),
            hidden=frozenset(entry.hidden),
            called_from=_places(instance.calls()),
            provider=instance.provider_of(block),
        )

    def _add_user(self, users: Users, kind: str, entry: Entry) -> None:
        """Add a credential or an integration; one that Terraform refuses is ignored."""
        with suppress(SourceError):
            holder = entry
            if kind == INTEGRATION_TYPE:
                configs, _ = entry.nested("config")
                if not configs:
                    return
                holder = configs[0]
            given = holder.value("fields" if kind == CREDENTIAL_TYPE else "credentials")
            references = [reason.reference for reason in cty.reasons_of(given)]
            name = holder.text("name")
            named = {} if "name" in holder.sensitive else {"name": name}
            shown = named if kind == CREDENTIAL_TYPE else {"config": named}
            users.add(kind, entry.address, shown, references)
        self._hidden |= entry.hidden

    def _holders(self, instances: Sequence[ModuleInstance]) -> Iterator[Client]:
        """Yield the users and groups with roles, without those that Terraform refuses."""
        for instance in instances:
            for kind, who in HOLDER_IDS.items():
                with suppress(SourceError):
                    for found in instance.instances(kind):
                        entry = self._entry(instance, found)
                        entries, unknown = entry.nested("roles")
                        holder = entry.text(who)
                        yield build_holder(
                            self._path,
                            found.address,
                            holder,
                            [grant for held in entries for grant in self._given(held)],
                            unknown,
                            existence=next(iter(found.existence), None),
                            location=block_location(found.content.block),
                        )
                        self._hidden |= entry.hidden

    def _given(self, held: Entry) -> Iterator[Grant]:
        """Yield one grant for each division of the role; the default is the home division."""
        role, value = self._role(held), held.value("division_ids")
        divisions: list[Division] = []
        if isinstance(value, cty.SetVal):
            divisions += map(self._division_of, value.items)
        elif isinstance(value, UnknownVal):
            divisions += [self._division_of(each) for each in value.sure]
            if not value.complete:
                divisions.append(why(value))
        for division in dict.fromkeys(divisions) or [None]:
            yield Grant(role, division, held.location())

    def _grants(self, entry: Entry) -> tuple[tuple[Grant, ...], tuple[Unknown, ...]]:
        entries, unknown = entry.nested("roles")
        grants = [
            Grant(
                self._role(held),
                self._division(held),
                held.location(),
                unplaced=not held.has("division_id"),
            )
            for held in entries
        ]
        return tuple(grants), unknown

    def _role(self, held: Entry) -> Role:
        value = held.value("role_id")
        address = "" if "role_id" in held.sensitive else self._address_of(value)
        if address in self._roles:
            return self._roles[address]
        return undefined_role(held)

    def _address_of(self, value: Value) -> str:
        """Return the address of the object with this id; '' for any other value."""
        if isinstance(value, Symbol):
            return value.address
        return self._imported.get(value, "") if isinstance(value, str) else ""

    def _division(self, held: Entry) -> Division:
        return self._division_of(held.value("division_id"))

    def _division_of(self, value: Value) -> Division:
        if isinstance(value, cty.Null):
            return None
        address = self._address_of(value)
        if address in self._divisions:
            return self._divisions[address]
        if isinstance(value, str):
            return str(value) or None
        if isinstance(value, Symbol) and value.is_data and value.kind == HOME_DIVISION_TYPE:
            # A reference to the home division's data source means home, even if its id is unknown.
            return None
        return why(value)


def _unread(instances: Sequence[ModuleInstance]) -> Iterator[UnreadModule]:
    """Yield each module call that is not read, once for all its instances."""
    found: dict[str, UnreadModule] = {}
    for each in instances:
        if each.unread is not None and each.call is not None:
            address = without_keys(each.address)
            reason = replace(each.not_read(), reference=address)
            calls = list(each.calls())
            found[address] = UnreadModule(
                address, each.unread.why, reason, block_location(calls[0]), _places(calls[1:])
            )
    for address in sorted(found):
        yield found[address]


def _places(calls: Iterable[Block]) -> tuple[Location, ...]:
    return tuple(block_location(call, show=False) for call in calls)


def _defined_division(entry: Entry) -> Division:
    """Return the division of a `genesyscloud_auth_division` block: home, another or unknown."""
    home, name = entry.scalar("home"), entry.text("name")
    if isinstance(home, Unknown):
        return home
    if home is True:
        return None
    return OwnDivision(entry.address, name if isinstance(name, str) else None)


def _refused_values(attributes: Mapping[str, AttributeValue]) -> Iterator[Unknown]:
    """Yield the values that provider 1.84 refuses in a plan; a newer one may accept them."""
    state = attributes.get("state")
    if isinstance(state, str) and state not in _STATES:
        yield Unknown(f'state "{state}"', f"one of {', '.join(_STATES)}")
    seconds = attributes.get("access_token_validity_seconds")
    if isinstance(seconds, int | float) and seconds not in _VALIDITY_SECONDS:
        first, last = _VALIDITY_SECONDS[0], _VALIDITY_SECONDS[-1]
        yield Unknown(
            f"access_token_validity_seconds {seconds}", f"a number from {first:,} to {last:,}"
        )


def _attributes(entry: Entry) -> Iterator[tuple[str, AttributeValue]]:
    for name in entry.content.block.body.attributes:
        if name in _META:
            continue
        value: AttributeValue
        if name in SENSITIVE_ATTRIBUTES:
            value = None if isinstance(entry.value(name), cty.Null) else Redacted()
        elif name in _SETS:
            value = entry.strings(name)
        else:
            value = entry.scalar(name)
        if value is not None:
            yield name, value
