"""Compare `diff` on random clients with plain sets."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.catalog.catalog import SHIPPED
from toolkit.changes.delta import changes_between
from toolkit.changes.published import Published
from toolkit.model.changes import Change, ChangeKind, Direction
from toolkit.model.clients import (
    ALL_DIVISIONS,
    Client,
    Division,
    Grant,
    OwnDivision,
    Role,
    RolePermission,
    division_name,
)
from toolkit.model.inventory import Inventory
from toolkit.model.permissions import permission_covers, scopes_included
from toolkit.model.values import ValueSet

PUBLISHED = Published(SHIPPED, {})
#: A small world, so that two random inventories are often nearly equal.
PATTERNS = (
    "recording:annotation:view",
    "recording:annotation:edit",
    "recording:annotation:*",
    "recording:*:*",
    "conversation:call:record",
    "our:own:permission",
)
NAMES = sorted({*PATTERNS} | {name for pattern in PATTERNS for name in PUBLISHED.expanded(pattern)})
SCOPES = ("users", "users:readonly", "conversations", "recordings")
DIVISIONS: tuple[Division, ...] = (None, ALL_DIVISIONS, OwnDivision("genesyscloud_auth_division.d"))
PLACES = tuple(division_name(division) for division in DIVISIONS)

#: A scope or permission, and the division in which it is held.
Atom = tuple[str, str, str]

roles = st.lists(st.sets(st.sampled_from(PATTERNS), max_size=3), min_size=2, max_size=2).map(
    lambda drawn: tuple(
        Role(
            "resource",
            f"genesyscloud_auth_role.r{at}",
            permissions=tuple(RolePermission(pattern) for pattern in sorted(patterns)),
        )
        for at, patterns in enumerate(drawn)
    )
)


@st.composite
def inventories(draw: st.DrawFn) -> Inventory:
    ours = draw(roles)
    clients = []
    for label in sorted(draw(st.sets(st.sampled_from("abc"), max_size=3))):
        grants = draw(
            st.lists(st.tuples(st.sampled_from(ours), st.sampled_from(DIVISIONS)), max_size=3)
        )
        clients.append(
            Client(
                "root",
                f"genesyscloud_oauth_client.{label}",
                label,
                draw(st.sampled_from(("CODE", "CLIENT-CREDENTIALS"))),
                ValueSet(tuple(sorted(draw(st.sets(st.sampled_from(SCOPES), max_size=3))))),
                tuple(Grant(role, division) for role, division in grants),
                attributes={"state": draw(st.sampled_from(("active", "active", "inactive")))},
            )
        )
    return Inventory("root", "hcl", tuple(clients), ours)


def held(inventory: Inventory) -> dict[str, set[Atom]]:
    """Return what each client holds: every name in every division."""
    found: dict[str, set[Atom]] = {}
    for client in inventory.clients:
        atoms = found.setdefault(client.address, set())
        if client.attributes["state"] == "inactive":
            continue
        if client.grant_type == "CODE":
            atoms |= {
                ("scope", each, "")
                for scope in client.scopes.members
                for each in scopes_included(scope)
            }
            continue
        for grant in client.grants:
            for permission in grant.role.permissions:
                atoms |= _written_out(permission.pattern, division_name(grant.division))
    return found


def _written_out(pattern: str, place: str) -> set[Atom]:
    names = [name for name in NAMES if permission_covers(pattern, name)]
    places = PLACES if place == ALL_DIVISIONS else (place,)
    return {("permission", name, where) for name in names for where in places}


def told(changes: Iterable[Change], address: str, direction: Direction) -> set[Atom]:
    """Return what the changes say that a client gains or loses, as single atoms."""
    atoms: set[Atom] = set()
    for change in changes:
        assert not change.reasons
        if change.address != address or change.direction is not direction:
            continue
        name = change.name or ""
        if change.kind is ChangeKind.SCOPE:
            atoms |= {("scope", each, "") for each in scopes_included(name)}
        elif change.kind is ChangeKind.PERMISSION:
            places = PLACES if change.division == ALL_DIVISIONS else (change.division or "",)
            # A wildcard lists what it grants today, but not the narrower wildcards.
            narrower = [n for n in NAMES if "*" in n and permission_covers(name, n)]
            atoms |= {("permission", each, where) for each in (name, *narrower) for where in places}
    return atoms


@settings(max_examples=300)
@given(inventories(), inventories())
def test_it_is_the_difference_of_plain_sets(before: Inventory, after: Inventory) -> None:
    changes = changes_between(before, after, PUBLISHED)
    old, new = held(before), held(after)
    for address in {*old, *new}:
        was, now = old.get(address, set()), new.get(address, set())
        gained = told(changes, address, Direction.GAIN)
        lost = told(changes, address, Direction.LOSS)
        # A scope includes its read-only part, which may have been held before.
        assert gained - was == now - was
        assert lost - now == was - now


@settings(max_examples=100)
@given(inventories())
def test_nothing_changes_between_an_inventory_and_itself(inventory: Inventory) -> None:
    assert changes_between(inventory, inventory, PUBLISHED) == ()


@settings(max_examples=100)
@given(inventories(), inventories())
def test_the_way_back_is_the_same_the_other_way_round(one: Inventory, other: Inventory) -> None:
    def facts(before: Inventory, after: Inventory, *, turned: bool) -> set[tuple[object, ...]]:
        return {
            (c.address, c.kind, c.name, c.division, (c.direction is Direction.GAIN) is not turned)
            for c in changes_between(before, after, PUBLISHED)
        }

    assert facts(one, other, turned=False) == facts(other, one, turned=True)


@settings(max_examples=200)
@given(inventories(), inventories(), inventories())
def test_two_steps_are_one(first: Inventory, second: Inventory, third: Inventory) -> None:
    def step(before: Inventory, after: Inventory, address: str) -> tuple[set[Atom], set[Atom]]:
        changes = changes_between(before, after, PUBLISHED)
        was, now = (held(each).get(address, set()) for each in (before, after))
        # A scope includes its read-only part, which may have been held before.
        gained = told(changes, address, Direction.GAIN) - was
        return gained, told(changes, address, Direction.LOSS) - now

    for address in {client.address for each in (first, second, third) for client in each.clients}:
        (gained, lost), (later, gone) = step(first, second, address), step(second, third, address)
        whole = step(first, third, address)
        assert whole == ((gained - gone) | (later - lost), (lost - later) | (gone - gained))
