"""Derives the policy and the Terraform that a set of calls needs, and no more."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from toolkit.catalog.bodies import MEANINGS, Meaning, permissions_of
from toolkit.catalog.catalog import SHIPPED, Catalog
from toolkit.catalog.routes import Routes, is_api
from toolkit.contracts.contract import Operation, PermissionMode, Permissions, UserContext
from toolkit.contracts.reader import SHIPPED_CONTRACTS, load_contract
from toolkit.documents.wording import quoted
from toolkit.errors import UsageError
from toolkit.genesys.regions import REGIONS
from toolkit.lazily import pattern
from toolkit.model.clients import CLIENT_CREDENTIALS
from toolkit.model.permissions import LEGACY_ADMIN, scope_covers
from toolkit.policy.document import Require
from toolkit.policy.least_privilege import smallest
from toolkit.policy.requirements import Needs, needs_of
from toolkit.probe.har.exchange import Exchange
from toolkit.probe.har.har_entries import HINT, exchanges_of
from toolkit.workflows.asked_operations import as_contracted, named_operation
from toolkit.workflows.derived_files import Wanted, policy_text, terraform_text
from toolkit.workflows.run_probe import read_json

#: Enough for a browser recording of a whole morning.
_MAX_HAR: Final = 256 << 20
_NAME: Final = pattern(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_METHODS: Final = frozenset({"GET", "PUT", "POST", "PATCH", "DELETE", "HEAD"})
#: The method of a browser's preflight request; the application doesn't make it.
_PREFLIGHT: Final = "OPTIONS"


class Derived(Struct, frozen=True):
    """The texts of both files, and what they leave out.

    `unmatched` counts calls of the API that match no operation, without personal data. `others`
    counts the requests to anything but the API. `open_ones` say what is unknown of the operations'
    needs.
    """

    policy: str
    terraform: str
    operations: tuple[str, ...]
    unmatched: tuple[tuple[str, int], ...] = ()
    others: int = 0
    open_ones: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        return not (self.unmatched or self.open_ones)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Return notes on what the files leave out, one line each."""
        found = [
            f"no known operation: {call} ({number} request{'' if number == 1 else 's'})"
            for call, number in self.unmatched
        ]
        found += [f"not known: {each}" for each in self.open_ones]
        if self.others:
            what = "request that is" if self.others == 1 else "requests that are"
            found.append(f"left out: {self.others} recorded {what} none of the API")
        return tuple(found)


def derive(
    operations: Sequence[str] = (),
    *,
    har: str | None = None,
    contracts: Sequence[str] = (),
    name: str = "application",
    folder: str = ".",
    grant_types: Sequence[str] = ("CODE", CLIENT_CREDENTIALS),
    catalog: Catalog = SHIPPED,
    choose: Callable[[str, Sequence[Meaning]], Sequence[str]] = lambda _, __: (),
) -> Derived:
    """Return the smallest policy for the calls, and Terraform that passes it.

    The calls are `operations`, by their ids or as ``METHOD /path``, and those recorded in the file
    `har`. `contracts` are shipped names or paths; their operations win over the catalog's. Each of
    the `grant_types` gets a client; `name` is the name of the clients. `folder` is where the policy
    will be; its paths of contracts start there. If an operation's alternatives mean different
    things and no recorded body tells which one is needed, `choose` is asked for the permissions; if
    it names none, the alternatives stay open.

    Raises UsageError for something that is not a call and for an invalid name, CatalogError for an
    operation that does not exist, ProbeError for a recording that cannot be read.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"the name {quoted(name)} cannot name a Terraform resource",
            hint="Use letters, digits, _ and -, and begin with a letter.",
        )
    contracted: dict[str, Operation] = {}
    for key in contracts:
        for each in load_contract(key).operations:
            contracted.setdefault(each.id, each)  # the first wins, as in the policy
    found = {
        each.id: each for each in (named_operation(key, contracted, catalog) for key in operations)
    }
    unmatched: Counter[str] = Counter()
    bodies: dict[str, list[Any]] = {}
    others = 0
    if har is not None:
        known = Routes([*catalog.operations.values(), *contracted.values()])
        exchanges = exchanges_of(read_json(har, "recording", _MAX_HAR, hint=HINT), har)
        recorded, unmatched, others = _calls(exchanges, known, bodies)
        found.update({each.id: as_contracted(each, contracted) for each in recorded})
        if not found:
            raise UsageError(
                f"{har}: no published call is among its requests{_seen(unmatched, others)}",
                hint="Record calls of /api/v2/..., or name the contract that has them: --contract.",
            )
    if not found:
        raise UsageError(
            "no operation is named", hint="Give --operations NAME,NAME or --from-har FILE."
        )
    chosen, choices = _meant(found, bodies, choose)
    judged = {
        key: replace(each, permissions=chosen.get(key, each.permissions))
        for key, each in found.items()
    }
    needs = needs_of(Require(operations=tuple(sorted(judged))), judged)
    named = [key if key in SHIPPED_CONTRACTS else _from(folder, key) for key in contracts]
    wanted = _wanted(needs, judged, catalog, name, grant_types, named, unmatched)
    narrowed = {n for each in chosen.values() if each is not None for n in each.names}
    wanted = replace(wanted, narrowed=tuple(sorted(narrowed)))
    open_ones = tuple(
        choices.get(reason.reference, reason.reference)
        for reason in (*needs.open_scopes, *needs.open_permissions)
    )
    return Derived(
        policy_text(wanted),
        terraform_text(wanted),
        wanted.operations,
        tuple(sorted(unmatched.items())),
        others,
        open_ones,
    )


def _from(folder: str, path: str) -> str:
    """Return a path relative to the folder of the policy."""
    relative = os.path.relpath(path, folder).replace(os.sep, "/")
    return relative if "/" in relative else f"./{relative}"


def write_derived(derived: Derived, folder: str, name: str) -> tuple[str, str]:
    """Write both files into a folder, which is created if missing, and return their paths.

    Raises UsageError if either file cannot be written or exists already; then neither is written.
    """
    directory = Path(folder)
    paths = (directory / f"{name}.yaml", directory / f"{name}.tf")
    for path in paths:
        if path.exists():
            raise UsageError(
                f"{path}: already exists; it is not overwritten",
                hint="Name another folder with --out, or other files with --name.",
            )
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for path, text in zip(paths, (derived.policy, derived.terraform), strict=True):
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
    except OSError as error:
        raise UsageError(
            f"{folder}: cannot be written to: {error.strerror}",
            hint="Name a folder that can be written to.",
        ) from error
    return str(paths[0]), str(paths[1])


def _meant(
    found: Mapping[str, Operation],
    bodies: Mapping[str, Sequence[Any]],
    choose: Callable[[str, Sequence[Meaning]], Sequence[str]],
) -> tuple[dict[str, Permissions | None], dict[str, str]]:
    """Return what is needed of permissions with different meanings, by operation.

    The value is None if nothing decides; then the output lists the choice as well.
    """
    chosen: dict[str, Permissions | None] = {}
    choices: dict[str, str] = {}
    for key, operation in found.items():
        asked = operation.permissions
        known = tuple(m for m in MEANINGS.get(key, ()) if asked and m.permission in asked.names)
        # A contract that narrows an operation has already decided.
        if len(known) < 2:
            continue
        told = [permissions_of(key, body) for body in bodies.get(key, ())]
        shown = {name for each in told for name in each} if all(told) else set()
        names = shown or {*choose(key, known)}
        if names:
            chosen[key] = Permissions(PermissionMode.ALL, tuple(sorted(names)))
        else:
            chosen[key] = None
            listed = ", ".join(f"{each.permission} {each.does}" for each in known)
            choices[f"which permissions {key} needs"] = (
                f"which permission {key} needs: {listed}. Record it with its bodies, or grant "
                "what the application does"
            )
    return chosen, choices


def _calls(
    exchanges: Iterable[Exchange], routes: Routes, bodies: dict[str, list[Any]]
) -> tuple[list[Operation], Counter[str], int]:
    """Return the operations called, the calls that match none, and the number of other requests.

    `bodies` receives the request bodies of each operation; one that was not recorded is None.
    """
    found: dict[str, Operation] = {}
    unmatched: Counter[str] = Counter()
    others = 0
    exchanges = tuple(exchanges)
    ours = _platform_hosts({each.host for each in exchanges})
    for each in exchanges:
        if each.method == _PREFLIGHT or not is_api(each.path) or each.host not in ours:
            others += 1
            continue
        operation = routes.find(each.method, each.path)
        if operation is not None:
            found[operation.id] = operation
            bodies.setdefault(operation.id, []).append(each.body)
        else:
            method = each.method if each.method in _METHODS else "?"
            unmatched[f"{method} {routes.shown(each.path)}"] += 1
    return list(found.values()), unmatched, others


def _platform_hosts(hosts: set[str]) -> set[str]:
    """Return the hosts whose calls count: those of the platform's regions, and the empty name.

    Other products have similar paths. If no host is of a region, all count: an organisation may be
    reached under another name.
    """
    known = {f"api.{domain}" for domain in REGIONS.values()}
    named = {host for host in hosts if host.lower().partition(":")[0] in known}
    return named | {""} if named else hosts


def _seen(unmatched: Counter[str], others: int) -> str:
    """Return what a recording without a published call has instead."""
    if unmatched:
        return f"; it has {', '.join(sorted(unmatched)[:3])}"
    return f", which are {others}" if others else ""


def _wanted(
    needs: Needs,
    found: Mapping[str, Operation],
    catalog: Catalog,
    name: str,
    grant_types: Sequence[str],
    contracts: Sequence[str],
    unmatched: Iterable[str],
) -> Wanted:
    opened = _breadth(catalog)
    clauses = [clause for group in needs.permissions for clause in group.clauses]
    return Wanted(
        name=name,
        grant_types=tuple(dict.fromkeys(grant_types)),
        operations=tuple(sorted(found)),
        contracts=tuple(dict.fromkeys(contracts)),
        date=catalog.header.date,
        scopes=smallest(needs.scopes, scope_covers, opened),
        scope_choices=tuple(clause for clause in needs.scopes if len(clause) > 1),
        permissions=smallest(clauses, str.__eq__, opened),
        permission_choices=tuple(dict.fromkeys(clause for clause in clauses if len(clause) > 1)),
        open_scopes=tuple(key for key, each in found.items() if each.scopes is None),
        open_permissions=tuple(
            key
            for key, each in found.items()
            if each.permissions is None or each.permissions.mode is PermissionMode.BACKEND
        ),
        user_context=tuple(
            key for key, each in found.items() if each.user_context is not UserContext.NO
        ),
        unmatched=tuple(sorted(unmatched)),
    )


def _breadth(catalog: Catalog) -> Callable[[str], int]:
    """Return a measure of how much of the API a name opens; a legacy name opens most."""
    opened = Counter(
        name
        for each in catalog.operations.values()
        for name in {
            *(scope for way in each.scopes or () for scope in way),
            *(each.permissions.names if each.permissions is not None else ()),
        }
    )
    return lambda name: len(catalog.operations) if name == LEGACY_ADMIN else opened[name]
