"""Compare cases: as Terraform plans them, and as the toolkit reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from tests.proof.drawn_root import Case, remove_case, write_base, write_case
from tests.sources.hcl.reading import read
from toolkit.errors import SourceError
from toolkit.model.clients import Client, Grant, Role
from toolkit.model.values import AttributeValue, Unknown, ValueSet

_VERSION: Final = "1.11.4"
_CASE: Final = re.compile(r"\b(c\d+)")
_CLIENT: Final = "genesyscloud_oauth_client"
_SCALARS: Final = ("name", "authorized_grant_type", "description", "expose_client_secret")
_SETS: Final = ("scopes", "registered_redirect_uris")
#: A value that is known after apply.
LATER: Final = "(known after apply)"


class Truth(NamedTuple):
    """Terraform's plan for a case: values by resource and attribute, or why it refuses the case.

    A client's `roles` are pairs of the source of the id (or the id) and a division; a role's
    `permissions` are patterns. A case that is refused `early` is refused only by Terraform's
    validation, which does not know the values of variables.
    """

    refused: str | None = None
    resources: Mapping[str, Mapping[str, Any]] = {}
    early: bool = False

    def same(self, other: Truth) -> bool:
        """Whether both are known and equal."""
        if self.refused is not None or other.refused is not None:
            return False
        if any(LATER in values.values() for values in self.resources.values()):
            return False
        return self.resources.keys() == other.resources.keys() and all(
            _same(values, other.resources[address]) for address, values in self.resources.items()
        )


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether the values are equal; for roles, whether they may be equal."""
    names = one.keys() - {"roles"}
    if any(one[name] != other[name] for name in names):
        return False
    pairs = one.get("roles", ()), other.get("roles", ())
    return all(
        any(role & theirs and division == division2 for theirs, division2 in second)
        for first, second in (pairs, pairs[::-1])
        for role, division in first
    )


def truth_of(changes: Iterable[Mapping[str, Any]], ids: Mapping[str, str]) -> Truth:
    """Return the truth in a plan's changes.

    The stand-in provider accepts some nulls that the real one refuses. `ids` maps role addresses to
    ids.
    """
    named: dict[str, set[str]] = {}
    for address, known in ids.items():
        named.setdefault(known, set()).add(address)
    found: dict[str, Mapping[str, Any]] = {}
    for change in changes:
        after, later = change["change"]["after"], change["change"]["after_unknown"]
        values = {
            name: LATER if later.get(name) is True else after.get(name)
            for name in (*_SCALARS, *_SETS, "roles", "permission_policies")
            if name in after or name in later
        }
        for name in _SETS:
            if isinstance(values.get(name), list):
                values[name] = frozenset(values[name])
        if _lacks(values):
            return Truth(refused="The real provider refuses a null in a set, or for what it needs.")
        if change["type"] == _CLIENT:
            values["roles"] = _roles(values["roles"], later.get("roles"), named)
            if values["roles"] is None:
                return Truth(refused="The real provider refuses a role_id that is null.")
        else:
            values = {"permissions": _patterns(values.get("permission_policies"))}
        found[change["address"]] = values
    return Truth(None, found)


def _lacks(values: Mapping[str, Any]) -> bool:
    """Whether there is a null that the real provider refuses."""
    required = ("name", "authorized_grant_type", "domain", "entity_name", "action_set")
    policies = values.get("permission_policies")
    return (
        any(_has_null(values.get(name)) for name in _SETS)
        or any(name in values and values[name] is None for name in required)
        or (isinstance(policies, list) and any(map(_lacks_of_policy, policies)))
    )


def _lacks_of_policy(policy: Mapping[str, Any]) -> bool:
    return _lacks(policy) or _has_null(policy.get("action_set"))


def _has_null(found: Any) -> bool:
    return isinstance(found, list | frozenset) and None in found


def _roles(blocks: Any, later: Any, named: Mapping[str, set[str]]) -> Any:
    if blocks == LATER:
        return LATER
    pairs = set()
    for at, block in enumerate(blocks or ()):
        is_later = later and isinstance(later, list) and later[at].get("role_id")
        role = LATER if is_later else block.get("role_id")
        if role is None:
            return None
        if role:
            division = block.get("division_id") or None
            pairs.add((frozenset(named.get(role, {role})), division))
    return frozenset(pairs)


def _patterns(policies: Any) -> Any:
    if policies == LATER or any(
        not isinstance(each.get(name), str | list)
        for each in policies or ()
        for name in ("domain", "entity_name", "action_set")
    ):
        return LATER
    return frozenset(
        f"{each['domain']}:{each['entity_name']}:{action}"
        for each in policies or ()
        for action in each["action_set"]
    )


class Ours(NamedTuple):
    """The toolkit's result for a case."""

    error: str | None = None
    clients: tuple[Client, ...] = ()
    roles: tuple[Role, ...] = ()
    is_unread: bool = False
    has_crashed: bool = False

    @property
    def is_open(self) -> bool:
        """Whether something is undecided."""
        return (
            self.is_unread
            or any(map(_is_open, self.clients))
            or any(role.unknown for role in self.roles)
        )

    def __str__(self) -> str:
        if self.error is not None:
            return self.error
        return "; ".join([*map(_shown, self.clients), *map(str, self.roles)])


def _is_open(client: Client) -> bool:
    values: list[AttributeValue] = [client.name, client.grant_type, *client.attributes.values()]
    return (
        client.existence is not None
        or bool(client.grants_unknown)
        or not client.scopes.complete
        or any(isinstance(each, Unknown) for each in values)
        or any(isinstance(each, ValueSet) and not each.complete for each in values)
        or any(_held(grant) is None for grant in client.grants)
        or any(isinstance(grant.division, Unknown) for grant in client.grants)
    )


def _held(grant: Grant) -> str | None:
    """Return the source of the role's id, or the id."""
    role = grant.role
    return role.id if role.address is None else role.address


def _shown(client: Client) -> str:
    held = [(_held(grant), grant.role.unknown, grant.division) for grant in client.grants]
    return (
        f"{client.address} name={client.name!r} {client.grant_type} scopes={client.scopes} "
        f"roles={held} {client.grants_unknown or ''} exists={client.existence} "
        f"{dict(client.attributes)}"
    )


def ours(
    cases: Sequence[Case], truths: Mapping[str, Sequence[Truth]], folder: Path, *, is_open: bool
) -> dict[str, Ours]:
    """Return the toolkit's results: accepted cases are read in one root, each other case in its
    own.
    """
    write_base(folder, is_open=is_open)
    found: dict[str, Ours] = {}
    together = {case.name: case for case in cases if truths[case.name][0].refused is None}
    for case in together.values():
        write_case(folder, case)
    while together:
        made = _read(folder)
        if isinstance(made, CrashError):
            # Read each one by itself, to see which one crashes.
            break
        if not isinstance(made, SourceError):
            found |= {name: made.get(name, Ours()) for name in together}
            break
        match = _CASE.search(made.message.removeprefix(str(folder)))
        assert match, made
        found[match[1]] = Ours(error=made.message)
        remove_case(folder, together.pop(match[1]))
    for case in cases:
        remove_case(folder, case)
    for case in cases:
        if case.name not in found:
            write_case(folder, case)
            made = _read(folder)
            if isinstance(made, SourceError):
                found[case.name] = Ours(error=made.message)
            elif isinstance(made, CrashError):
                found[case.name] = Ours(error=str(made), has_crashed=True)
            else:
                found[case.name] = made.get(case.name, Ours())
            remove_case(folder, case)
    return found


class CrashError(Exception):
    """An unexpected error of the toolkit."""


def _read(folder: Path) -> dict[str, Ours] | SourceError | CrashError:
    try:
        inventory = read(folder, terraform_version=_VERSION)
    except SourceError as error:
        return error
    except Exception as error:  # noqa: BLE001 - one case must not end the run
        return CrashError(repr(error))
    found: dict[str, Ours] = {}

    def of(address: str) -> tuple[str, Ours]:
        match = _CASE.search(address)
        name = match[1] if match else ""
        return name, found.get(name, Ours())

    for client in inventory.clients:
        name, before = of(client.address)
        found[name] = before._replace(clients=(*before.clients, client))
    for role in inventory.roles:
        name, before = of(role.address or "")
        found[name] = before._replace(roles=(*before.roles, role))
    for module in inventory.unread:
        name, before = of(module.address)
        found[name] = before._replace(is_unread=True)
    return found


def compare(mine: Ours, truth: Truth) -> str | None:
    """Return how the result differs from Terraform's; None if it does not."""
    if truth.refused is None:
        for difference in _differences(mine, truth.resources):
            return difference
    return None


def _differences(mine: Ours, planned: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    seen: set[str] = set()
    for client in mine.clients:
        seen.add(client.address)
        values = planned.get(client.address)
        if values is not None:
            yield from _of_client(client, values)
        elif client.existence is None:
            yield f"{client.address} is not planned"
    if not mine.is_unread and all(client.existence is None for client in mine.clients):
        clients = (each for each in planned if f"{_CLIENT}." in each)
        yield from (f"{address} is not seen" for address in clients if address not in seen)
    for role in mine.roles:
        values = planned.get(role.address or "")
        if values is not None:
            patterns = frozenset(each.pattern for each in role.permissions)
            yield from _of_set("permissions", patterns, not role.unknown, values["permissions"])


def _of_client(client: Client, values: Mapping[str, Any]) -> Iterator[str]:
    known = {"name": client.name, "authorized_grant_type": client.grant_type}
    for name in _SCALARS:
        value = known[name] if name in known else client.attribute(name)
        if not isinstance(value, Unknown) and value != values[name]:
            yield f"{client.address}: {name} is {value!r}"
    for name in _SETS:
        found = client.scopes if name == "scopes" else client.attribute(name)
        if isinstance(found, ValueSet | None):
            found = found or ValueSet()
            yield from _of_set(name, frozenset(found.members), found.complete, values[name])
    yield from _of_grants(client, values["roles"])


def _of_set(name: str, members: frozenset[str], is_whole: bool, truth: Any) -> Iterator[str]:
    if truth == LATER:
        if is_whole:
            yield f"{name} are known only after apply"
        return
    if members != (truth or frozenset()) if is_whole else not members <= (truth or frozenset()):
        yield f"{name} are {sorted(members)}"


def _of_grants(client: Client, truth: Any) -> Iterator[str]:
    held = {(_held(grant), grant.division) for grant in client.grants} - {("", None)}
    is_whole = not client.grants_unknown and all(
        role is not None and not isinstance(division, Unknown) for role, division in held
    )
    if truth == LATER:
        if is_whole:
            yield "roles are known only after apply"
        return
    for role, division in held:
        if role and not any(
            (role in theirs or LATER in theirs)
            and (isinstance(division, Unknown) or division == planned)
            for theirs, planned in truth
        ):
            yield f"the role {role} in {division} is not planned"
    if is_whole:
        for theirs, planned in truth:
            if LATER not in theirs and not any(
                role in theirs and division == planned for role, division in held
            ):
                yield f"the role {theirs} in {planned} is not seen"
