"""Writes a first configuration, from the clients that exist and what each can do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from toolkit.errors import UsageError
from toolkit.lazily import pattern
from toolkit.model.findings import Verdict
from toolkit.model.inventory import Note
from toolkit.model.report import Org, Problem
from toolkit.workflows.atomic_write import replace_file
from toolkit.workflows.check_request import CheckRequest
from toolkit.workflows.initial_files import (
    CONFIGURATION,
    KINDS,
    PIPELINES,
    POLICY,
    POLICY_TEST,
    InitialTarget,
    configuration_text,
    policy_test_text,
    policy_text,
)
from toolkit.workflows.run_check import checked, read_terraform

if TYPE_CHECKING:
    from toolkit.workflows.live import LiveOrg
    from toolkit.workflows.source_reading import Found as Sources

_RECORDS: Final = pattern(r"(?i)record")
_NOT_A_NAME: Final = pattern(r"[^A-Za-z0-9._-]+")
#: Where a root module commonly keeps a variables file for each environment.
_VAR_FOLDERS: Final = ("", "env", "envs", "environments", "vars", "tfvars")
#: Terraform reads these files by itself.
_READ_ANYWAY: Final = ("terraform.tfvars", ".auto.tfvars")


class Found(Struct, frozen=True):
    """A client, with the verdict on the calls of each contract, by contract.

    `name` is empty if it is unknown or must not be shown. A client of the org has its id as
    `address`, and as `namesakes` the addresses of clients with its name in the folder's Terraform.
    For a client of the folder, `there` has the verdicts on the org's only client with that name. If
    a root has variables files, `by_file` has the verdicts by contract and file, and `can` the best
    of them.
    """

    root: str
    address: str
    name: str
    grant_type: str
    can: Mapping[str, Verdict]
    is_live: bool = False
    namesakes: tuple[str, ...] = ()
    there: Mapping[str, Verdict] = {}
    by_file: Mapping[str, Mapping[str, Verdict]] = {}

    @property
    def suggested(self) -> str | None:
        """Return the contract that it probably records by; None if it probably does not."""
        for verdicts in (self.can, self.there):
            able = [contract for contract, verdict in verdicts.items() if verdict is Verdict.PASS]
            if able:
                return able[0]
        named = _RECORDS.search(self.address) or _RECORDS.search(self.name)
        return next(iter(KINDS)) if named else None


class Survey(Struct, frozen=True):
    """The clients of a folder, and what could not be read.

    `in_org` are the clients of the org, if one was asked, and `notes` say what it did not show.
    """

    folder: str
    clients: tuple[Found, ...]
    problems: tuple[Problem, ...]
    org: Org | None = None
    in_org: tuple[Found, ...] = ()
    notes: tuple[Note, ...] = ()


def survey(
    folder: str, environ: Mapping[str, str] = os.environ, org: LiveOrg | None = None
) -> Survey:
    """Survey a folder, and an org. Raises `UsageError` if the folder is not one."""
    if not Path(folder).is_dir():
        raise UsageError(f"{folder}: no such folder", hint="Name the folder of a repository.")
    request = CheckRequest([folder], environ=environ, clients=["*"], on_error="report")
    here = read_terraform(request)
    read = here if org is None else org.join(here, alone=False, clients=True)
    can: dict[tuple[str, str], dict[str, Verdict]] = {}
    who: dict[tuple[str, str], tuple[str, str]] = {}
    by_file: dict[tuple[str, str], dict[str, dict[str, Verdict]]] = {}
    for key, contract, verdict, names in _verdicts(request, read):
        can.setdefault(key, {})[contract] = verdict
        who[key] = names
    problems = list(read.problems)
    for root in sorted({each.root for each in here.inventories if each.kind == "hcl"}):
        for file in _var_files(root):
            asked = replace(request, sources=[root], variables=[("file", file)])
            one = read_terraform(asked)
            problems += [each for each in one.problems if each not in problems]
            one = one if org is None else org.join(one, alone=False)
            for key, contract, verdict, names in _verdicts(asked, one):
                if key[0] == root:
                    told = by_file.setdefault(key, {}).setdefault(contract, {})
                    told[os.path.relpath(file, root)] = verdict
                    who[key] = names
    for key, contracts in by_file.items():
        can[key] = {name: _best(told.values()) for name, told in contracts.items()}
    live = {each.root for each in read.inventories if each.kind == "live"}
    clients = [
        Found(*key, *who[key], can[key], key[0] in live, by_file=by_file.get(key, {}))
        for key in sorted(can)
    ]
    return Survey(
        folder,
        tuple(_with_namesakes(clients, is_live=False)),
        tuple(problems),
        read.org,
        tuple(_with_namesakes(clients, is_live=True)),
        tuple(each for each in read.notes if each not in here.notes),
    )


_Verdict: TypeAlias = tuple[tuple[str, str], str, Verdict, tuple[str, str]]


def _verdicts(request: CheckRequest, read: Sources) -> Iterator[_Verdict]:
    """Yield each client's root and address, a contract, the verdict, its name and grant type."""
    names = {
        (inventory.root, client.address): client.name
        for inventory in read.inventories
        for client in inventory.clients
        if isinstance(client.name, str) and "name" not in client.sensitive
    }
    for contract, kind in KINDS.items():
        asked = replace(request, policies=[contract], select=[f"{kind.prefix}001"])
        for each in checked(asked, read).report.results:
            if each.root is not None and each.address is not None and not each.is_unseen:
                key = each.root, each.address
                yield key, contract, each.verdict, (names.get(key, ""), each.grant_type or "")


def _best(verdicts: Iterable[Verdict]) -> Verdict:
    found = set(verdicts)
    order = (Verdict.PASS, Verdict.UNKNOWN, Verdict.FAIL)
    return next((each for each in order if each in found), Verdict.UNKNOWN)


def _with_namesakes(clients: Sequence[Found], *, is_live: bool) -> Iterator[Found]:
    """Yield the clients of the org or of the folder, with what the others say by the same name."""
    for each in clients:
        if each.is_live is not is_live:
            continue
        same = [it for it in clients if it.is_live is not is_live and it.name == each.name != ""]
        if is_live:
            yield replace(each, namesakes=tuple(dict.fromkeys(it.address for it in same)))
        else:
            yield replace(each, there=same[0].can) if len(same) == 1 else each


def _hint(there: Sequence[str]) -> str:
    if CONFIGURATION in there:
        return (
            f"There is a configuration already. Edit it, or move {', '.join(there)} away "
            "to have 'init' write all its files. With --ci, it writes only the missing pipeline."
        )
    return f"Move {', '.join(there)} away, or leave out the option that asks for it."


def _targets(folder: str, roots: Sequence[str]) -> Iterable[InitialTarget]:
    taken: set[str] = set()
    for root in roots:
        here = os.path.relpath(root, folder)
        own = "" if here == "." else here.replace(os.sep, "-")
        files = _var_files(root)
        for file in (*files, *((None,) if not files else ())):
            environment = "" if file is None else Path(file).name.removesuffix(".tfvars")
            parts = [own if len(roots) > 1 or not environment else "", environment]
            if parts[0] and os.path.basename(here) == environment:  # noqa: PTH119
                parts = [own]
            plain = _NOT_A_NAME.sub("-", "-".join(part for part in parts if part)).strip("-._")
            name = plain or "main"
            while name in taken:
                name += "-2"
            taken.add(name)
            shown = None if file is None else os.path.relpath(file, folder)
            yield InitialTarget(name, here, shown)


def _var_files(root: str) -> list[str]:
    """Return the variables files that must be named: one for each environment."""
    found = []
    for name in _VAR_FOLDERS:
        inside = Path(root, name)
        if inside.is_dir():
            found += [
                str(path)
                for path in sorted(inside.glob("*.tfvars"))
                if path.is_file() and not path.name.endswith(_READ_ANYWAY)
            ]
    return found


def initialize(
    found: Survey,
    chosen: Mapping[tuple[str, str], str],
    pipelines: Iterable[str] = (),
    tell: Callable[[str], None] = lambda _: None,
) -> tuple[str, ...]:
    """Write the files and return their paths. `chosen` has contracts by client (root, address).

    Raises `UsageError`, before it writes anything, if a file exists already or nothing is chosen.
    """
    clients: dict[str, set[str]] = {}
    for (_, address), contract in sorted(chosen.items(), key=lambda item: (item[1], item[0])):
        clients.setdefault(contract, set()).add(address)
    if not clients:
        raise UsageError(
            "no client is known to record, so there is no policy to write",
            hint="Say which one does, or start from one that ships: recording-toolkit policy show.",
        )
    # Name only targets with a chosen client: a rule needs a client in each target, and would be
    # unknown forever in the others.
    targets = tuple(_targets(found.folder, sorted({root for root, _ in chosen})))
    texts = {
        CONFIGURATION: configuration_text(targets),
        POLICY: policy_text(clients),
        POLICY_TEST: policy_test_text(clients),
        **dict(PIPELINES[name] for name in pipelines),
    }
    return _write(Path(found.folder), texts, tell)


def has_configuration(folder: str) -> bool:
    """Whether the folder has the configuration that `initialize` would write."""
    return os.path.lexists(Path(folder, CONFIGURATION))


def add_pipelines(
    folder: str, pipelines: Iterable[str], tell: Callable[[str], None] = lambda _: None
) -> tuple[str, ...]:
    """Write the pipeline files alone and return their paths.

    Raises `UsageError`, before it writes anything, if a file exists already.
    """
    return _write(Path(folder), dict(PIPELINES[name] for name in pipelines), tell)


def _write(folder: Path, texts: Mapping[str, str], tell: Callable[[str], None]) -> tuple[str, ...]:
    there = [name for name in texts if os.path.lexists(folder / name)]
    if there:
        raise UsageError(
            f"{', '.join(there)}: already exists; nothing is overwritten",
            hint=_hint(there),
        )
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, text.encode(), "file", lambda _: False)
        tell(str(path))
    return tuple(str(folder / name) for name in texts)
