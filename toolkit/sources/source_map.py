"""Map a plan to its source folder: locations of clients and roles, references of locals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from toolkit.model.addresses import without_keys
from toolkit.model.clients import Client, Grant, Location, Role
from toolkit.model.hiding import sensitive_texts
from toolkit.model.inventory import Inventory, Note
from toolkit.model.plurals import joined, plural
from toolkit.model.values import Unknown
from toolkit.sources.comments import Comment, inline_waivers
from toolkit.sources.remedies import AFTER_APPLY
from toolkit.sources.role_index import RoleBook

#: The most clients that a note names.
_NAMED = 4
BY_REFERENCE = "roles-by-reference"


class Declarations(Struct, frozen=True):
    """Locals by module and name; blocks of clients and roles by address without instance keys.

    A local is an expression in the form of a plan's `configuration`. A block is its location, the
    location of each attribute, and the calls that lead to it, innermost first. `unread` holds for
    each unread module, by address, the calls that lead to it and why it is not read. `comments`
    holds the waivers with their module, and `notes` those that cannot be read.
    """

    locals: dict[tuple[str, str], dict[str, Any]]
    blocks: dict[str, tuple[Location, Mapping[str, Location], tuple[Location, ...]]]
    unread: dict[str, tuple[tuple[Location, ...], str]]
    comments: list[tuple[str, Comment]]
    notes: set[Note]
    roles: dict[str, Location]

    def local(self, module_address: str, reference: str) -> dict[str, Any] | None:
        """Return the references of a local (``local.x``); None if it is not declared."""
        return self.locals.get((without_keys(module_address), reference))

    def located(self, inventory: Inventory) -> Inventory:
        """Return the inventory with the block locations of its clients and roles, and
        its waivers.
        """
        notes = {*inventory.notes, *self.notes}
        clients = []
        # Clients that share a role must still share one object.
        roles: dict[int, Role] = {}
        for client in inventory.clients:
            address = without_keys(client.address)
            found, module = self.blocks.get(address), self._unread_above(address)
            if found is not None:
                location, attributes, calls = found
                client = replace(
                    client, location=location, attribute_locations=attributes, called_from=calls
                )
            elif module is not None:
                calls, why = self.unread[module]
                client = replace(client, called_from=calls)
                message = f"{module} {why}, so of its clients there is only the line of the call."
                notes.add(Note("source-not-read", message))
            grants = tuple(self._placed(grant, roles) for grant in client.grants)
            clients.append(replace(client, grants=grants))
        return replace(
            inventory,
            clients=tuple(clients),
            waivers=inline_waivers(self.comments, inventory.clients),
            notes=tuple(sorted(notes)),
        )

    def _placed(self, grant: Grant, roles: dict[int, Role]) -> Grant:
        role = grant.role
        if role.address is None or role.location is not None:
            return grant
        if id(role) not in roles:
            roles[id(role)] = replace(role, location=self.roles.get(without_keys(role.address)))
        return replace(grant, role=roles[id(role)])

    def _unread_above(self, address: str) -> str | None:
        """Return the unread module that contains a client."""
        return next((each for each in self.unread if address.startswith(f"{each}.")), None)


def completed(planned: Inventory, source: Inventory) -> Inventory:
    """Return a plan's inventory with the grants that only its source tells, without those it
    denies.

    `source` is the same configuration evaluated with the plan's own variables. A plan does not tell
    which block a `dynamic` block made, what is in the brackets of ``r[each.key]``, or whether an
    unknown id is used or only tested.
    """
    roles = {role.address: role for role in planned.roles if role.address is not None}
    book = RoleBook((*planned.roles, *planned.ending))
    written = {client.address: client for client in source.clients}
    unread = tuple(f"{module.address}." for module in source.unread)
    clients, others, missing = [], [], []
    for client in planned.clients:
        found = written.get(client.address)
        # A folder from which this plan was not made may also have a client at this address.
        if found is not None and _differs(client, found):
            others.append(client.address)
        elif found is None and not without_keys(client.address).startswith(unread):
            missing.append(client.address)
        elif found is not None and _is_surely(client, found):
            client = _completed(_undoubted(client, found), found, roles, book)
            client = _used(client, found)
        clients.append(client)
    notes = {*planned.notes}
    for what, addresses in (("has other values than the plan for", others), ("lacks", missing)):
        if addresses:
            many = plural(len(addresses), "client")
            named = joined(addresses) if len(addresses) <= _NAMED else many
            notes.add(
                Note(
                    "source-differs",
                    f"{planned.root}: its source {what} {named}, so what only the source tells of "
                    "them is left out. Was the plan made from it?",
                )
            )
    left = {*others, *missing}
    notes.update(
        _referred(
            planned.root,
            [client for client in clients if client.address in left],
            "the Terraform that it was made from does.",
        )
    )
    hidden = planned.hidden | sensitive_texts(source)
    return replace(planned, clients=tuple(clients), hidden=hidden, notes=tuple(sorted(notes)))


def _used(client: Client, written: Client) -> Client:
    """The client with who uses it: the source says which instance of several that is."""
    theirs = {use.address for use in written.used_by}
    if {use.address for use in client.used_by} == theirs or not written.used_by:
        return client
    return replace(client, used_by=written.used_by)


def _differs(planned: Client, written: Client) -> bool:
    """Whether a value that both know differs."""
    are_complete = planned.scopes.complete and written.scopes.complete
    if are_complete and {*planned.scopes.members} != {*written.scopes.members}:
        return True
    both = planned.attributes.keys() & written.attributes.keys()
    values = [(planned.attributes[name], written.attributes[name]) for name in both]
    values += [(planned.name, written.name), (planned.grant_type, written.grant_type)]
    return any(
        one != other
        for one, other in values
        if isinstance(one, str | int | bool) and isinstance(other, str | int | bool)
    )


def _is_surely(planned: Client, written: Client) -> bool:
    """Whether the source's client is certainly the plan's; unknown values count as different."""
    return (planned.name, planned.grant_type) == (written.name, written.grant_type)


def needs_source(client: Client) -> bool:
    """Whether its source tells more than the plan of which roles a client gets, or who uses it."""
    is_one_of_several = any("[" in (use.address or "") for use in client.used_by)
    return is_one_of_several or has_open_grants(client) or any(map(_is_traced, client.grants))


def has_open_grants(client: Client) -> bool:
    """Whether a plan leaves open which roles a client gets."""
    return bool(client.grants_unknown) or any(
        grant.role.origin == "undefined" and grant.role.id is None for grant in client.grants
    )


def by_reference(planned: Inventory) -> Inventory:
    """Return a plan judged without its source, with a note if the source could tell otherwise."""
    if planned.kind != "plan":
        return planned
    found = _referred(planned.root, planned.clients, "--source-dir looks at those too.")
    return replace(planned, notes=tuple(sorted({*planned.notes, *found})))


def _referred(root: str, clients: Iterable[Client], what_does: str) -> Iterator[Note]:
    """Yield a note on the clients of which only references tell the roles, if there are any."""
    number = sum(any(map(_is_traced, client.grants)) for client in clients)
    if number:
        whose = "one client" if number == 1 else f"{number} clients"
        yield Note(
            BY_REFERENCE,
            f"{root}: the roles of {whose} are those that role_id refers to, since their ids are "
            f"not known before apply. A plan shows no conditions; {what_does}",
        )


def _is_traced(grant: Grant) -> bool:
    """Whether only the plan's references, and no value, tell which role it is."""
    return grant.role.origin == "resource" and grant.role.id is None


def _undoubted(client: Client, written: Client) -> Client:
    """Return the client without the roles that it may not get according to the source."""
    held = {grant.role.address for grant in written.grants}
    reasons = {reason for grant in written.grants for reason in grant.role.unknown}
    unsure = {reason.reference for reason in reasons.union(written.grants_unknown)}
    decided = not has_open_grants(written)
    grants = []
    for grant in client.grants:
        reference = f"{grant.role.address}.id"
        denied = grant.role.address not in held and (decided or reference in unsure)
        if denied and _is_traced(grant):
            unknown = (Unknown(reference, AFTER_APPLY),)
            grant = replace(grant, role=Role("undefined", unknown=unknown))
        grants.append(grant)
    return replace(client, grants=tuple(grants))


def _completed(
    client: Client, written: Client, roles: Mapping[str, Role], book: RoleBook
) -> Client:
    if not has_open_grants(client) or written.grants_unknown or written.existence:
        return client
    grants = []
    for grant in written.grants:
        known = grant.role.address in roles or grant.role.id or grant.role.origin == "data"
        if not known or isinstance(grant.division, Unknown):
            return client
        known_role = roles.get(grant.role.address or "") or book.known(grant.role.id)
        role = grant.role if known_role is None else known_role
        grants.append(replace(grant, role=role))
    return replace(client, grants=tuple(grants), grants_unknown=())
