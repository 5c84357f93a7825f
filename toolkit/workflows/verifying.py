"""After an apply: what the state says against what the org grants, and then the probe."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, repeat
from pathlib import Path
from typing import Literal, NamedTuple

from toolkit.catalog.catalog import SHIPPED
from toolkit.checks.drift import drift, unreadable
from toolkit.checks.focus import Focus
from toolkit.checks.registry import BUILT_INS
from toolkit.checks.unpublished_scope import ONLY_A_PROBE
from toolkit.errors import SourceError, UsageError
from toolkit.genesys.credentials import (
    SUBJECT_ID,
    SUBJECT_TOKEN,
    ClientSecret,
    Credentials,
    subject_credentials,
)
from toolkit.genesys.regions import notes_on
from toolkit.genesys.transport import Limits
from toolkit.model.clients import CLIENT_CREDENTIALS, Client
from toolkit.model.findings import Result, Severity, Verdict
from toolkit.model.inventory import Inventory, Note
from toolkit.model.observations import ProbeVerdict
from toolkit.model.report import Report, Source
from toolkit.model.values import Unknown
from toolkit.policy.document import operations_of
from toolkit.policy.loader import load_policies
from toolkit.probe.stages import Mode
from toolkit.sources.json_input import read_json
from toolkit.sources.live import OrgReader
from toolkit.sources.live_bodies import TERRAFORM_ONLY
from toolkit.sources.readers import Readers
from toolkit.sources.reasons import READABLE_STATE
from toolkit.sources.requests import Declare
from toolkit.sources.resources import absent_client
from toolkit.workflows.live import PATIENT, LiveOrg, live_org
from toolkit.workflows.policy_check import DEFAULT_POLICY, check_inventories
from toolkit.workflows.probing import (
    DEFAULT_CONTRACT,
    MAX_STATE,
    Prepared,
    client_at,
    id_of,
    known_id,
    prepare,
    read_file,
)
from toolkit.workflows.reading import STDIN
from toolkit.workflows.remedies import agreeing, restored

#: Pauses between looks at an org whose permissions are changing, in seconds; the last repeats.
_PAUSES = (2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0)
#: What a change of permissions that the platform has not seen through yet looks like to a probe.
_SETTLING = frozenset(
    {
        "auth.bad-credentials",
        "client.inactive",
        "scope.missing",
        "permission.missing",
        "permission.denied",
    }
)


class _Look(NamedTuple):
    """The clients of a state as the org has them at one moment, and how they differ."""

    granted: Inventory
    results: tuple[Result, ...]

    @property
    def drifted(self) -> int:
        """How many differences there are that stop recordings."""
        return sum(
            each.verdict is Verdict.FAIL and each.severity is Severity.ERROR
            for each in self.results
        )


@dataclass(frozen=True, slots=True)
class _Settling:
    """How long to wait for the org, in seconds, and how to tell and let time pass."""

    seconds: float
    tell: Callable[[str], None]
    clock: Callable[[], float]
    sleep: Callable[[float], None]


def verify(
    state: str,
    *,
    policies: Sequence[str] = (DEFAULT_POLICY,),
    source_dir: str | None = None,
    stdin: bytes | None = None,
    fail_on: Severity | None = Severity.ERROR,
    unknown: Literal["fail", "report"] | None = None,
    today: date | None = None,
    settle: float = 0.0,
    probing: bool = False,
    client: str | None = None,
    contract: str = DEFAULT_CONTRACT,
    session_id: str | None = None,
    conversation_id: str | None = None,
    participant_id: str | None = None,
    event: str | None = None,
    payload: str | None = None,
    wait: float = 0.0,
    preflight: bool = False,
    dry_run: bool = False,
    region: str | None = None,
    api_url: str | None = None,
    login_url: str | None = None,
    ca_bundle: str | None = None,
    environ: Mapping[str, str] = os.environ,
    limits: Limits = PATIENT,
    tell: Callable[[str], None] = lambda _: None,
    agree: Callable[[str], None] = lambda _: None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Report:
    """Compare a state with the org, judge what the org grants, and probe where that is asked.

    `state` is a path, or ``-`` for `stdin`. `settle` is in seconds: so long the org is read again
    while it differs. With `probing` the client under test is probed as `probe` does it, which
    starts a recording unless `preflight` or `dry_run` is given; `client` is its address in the
    state, where that has several. `agree` is told what is to be recorded before any request, and
    raises to prevent it.

    Raises what `check` and `probe` raise before any request, and RemoteError where the org cannot
    be read. What the operator may not read is unknown in the report.
    """
    loaded = load_policies(policies, checks=[check.id for check in BUILT_INS])
    inventory = _read_state(state, stdin, source_dir)
    org = live_org(
        environ,
        region=region,
        api_url=api_url,
        login_url=login_url,
        ca_bundle=ca_bundle,
        limits=limits,
        clock=clock,
        sleep=sleep,
    )
    prepared = None
    if probing:
        credentials = subject_credentials(environ, else_="")
        address, client_id = _under_test(inventory, client, credentials)
        prepared = prepare(
            credentials,
            org.hosts,
            contract=contract,
            session_id=session_id,
            conversation_id=conversation_id,
            participant_id=participant_id,
            event=event,
            payload=payload,
            wait=wait,
            preflight=preflight,
            dry_run=dry_run,
            address=address,
            client_id=client_id,
        )
        if prepared.starts:
            agree(prepared.told)

    def run(what: Prepared) -> Report:
        return what.run(ca_bundle=ca_bundle, environ=environ, tell=tell, sleep=sleep)

    settling = _Settling(settle, tell, clock, sleep)
    look, notes = _settled(org, inventory, prepared, run, settling)
    report = check_inventories(
        [look.granted],
        [each.policy for each in loaded],
        fail_on=fail_on,
        focus=Focus(unknown=unknown),
        operations=operations_of(loaded),
        catalog=SHIPPED,
        today=today,
    )
    report = replace(
        report,
        command="verify",
        sources=(Source(inventory.root, inventory.kind, len(inventory.clients)),),
        results=agreeing(sorted((*report.results, *look.results), key=lambda each: each.sort_key)),
    )
    notes += notes_on(org.hosts)
    if prepared is None:
        return replace(report, notes=tuple(sorted({*report.notes, *notes, _NO_START})))
    probed = run(prepared)
    if probed.verdict is ProbeVerdict.READY:
        name = prepared.plan.what.contract.name
        report = replace(report, notes=tuple(_proven(note, name) for note in report.notes))
    report = replace(
        report,
        notes=tuple(sorted({*report.notes, *notes, *probed.notes})),
        verdict=probed.verdict,
        diagnoses=probed.diagnoses,
        steps=probed.steps,
        ruled_out=probed.ruled_out,
        subject=probed.subject,
        contract=probed.contract,
        target=probed.target,
    )
    return restored(report, prepared.plan.what, prepared.plan.address)


def _proven(note: Note, contract: str) -> Note:
    """A note on what only a probe can tell, after one of that contract which did."""
    known = f"the contract {contract}"
    told = f"{known}. The probe shows that the org has that API."
    return note._replace(message=note.message.replace(f"{known}{ONLY_A_PROBE}", told))


_NO_START = Note(
    "no-start",
    f"No start was tried: the credentials of the client under test are not given ({SUBJECT_ID} "
    f"with its secret, or {SUBJECT_TOKEN}). Only a start proves that the client can record.",
)


def _read_state(path: str, stdin: bytes | None, source_dir: str | None) -> Inventory:
    """The clients and roles of a state. Raises SourceError for anything else, and without any."""
    if path != STDIN and Path(path).is_dir():
        raise SourceError(
            f"{path} is a folder, not a state", hint="Run there: terraform show -json > state.json"
        )
    data = (stdin or b"") if path == STDIN else read_file(path, "state", MAX_STATE)
    inventory = read_json(data, path)
    if inventory.kind != "state":
        raise SourceError(
            f"{path}: this is a {inventory.kind}, not a state",
            hint="verify is about what was applied: terraform show -json > state.json. A plan is "
            "for check.",
        )
    if not inventory.clients:
        raise SourceError(
            f"{path}: there is no genesyscloud_oauth_client in this state",
            hint="Was it applied, and is this the workspace?",
        )
    if source_dir is not None:
        with Readers() as readers:
            inventory = readers.declarations(Declare(source_dir)).located(inventory)
    return inventory


def _under_test(
    inventory: Inventory, address: str | None, credentials: Credentials
) -> tuple[str, str]:
    """Address and id of the client to probe. Raises UsageError where that is not certain."""
    if address is not None:
        return address, id_of(client_at(address, inventory), inventory.root)
    clients = inventory.clients
    if isinstance(credentials, ClientSecret):
        clients = tuple(each for each in clients if known_id(each) == credentials.client_id)
    else:  # a token from a log-in is of one that people log in to; the probe sees whether it is
        clients = tuple(each for each in clients if each.grant_type != CLIENT_CREDENTIALS)
    if not clients and len(inventory.clients) == 1:
        clients = inventory.clients  # what the probe then finds is another client than the state's
    if len(clients) == 1:
        return clients[0].address, id_of(clients[0], inventory.root)
    known = ", ".join(each.address for each in inventory.clients[:5])
    which = "which of them the token is of is not said"
    if len(clients) > 1:
        known = ", ".join(each.address for each in clients[:5])
    if isinstance(credentials, ClientSecret):
        which = f"{SUBJECT_ID} is not one of them"
    raise UsageError(
        f"{inventory.root} has {len(inventory.clients)} clients, and {which}",
        hint=f"Give --client ADDRESS; it has: {known}.",
    )


def _settled(
    org: LiveOrg,
    state: Inventory,
    prepared: Prepared | None,
    run: Callable[[Prepared], Report],
    settling: _Settling,
) -> tuple[_Look, tuple[Note, ...]]:
    """The org once it agrees with the state, or when the time is up; and what to say of that."""
    began, looks = settling.clock(), 0
    with org.reading() as reader:
        for pause in chain(_PAUSES, repeat(_PAUSES[-1])):
            look, looks = _look(reader, state, settling.tell), looks + 1
            differs = _differences(look, prepared, run) if settling.seconds else ""
            elapsed = settling.clock() - began
            left = settling.seconds - elapsed
            if not differs or left <= 0:
                break
            settling.tell(f"{differs}; looking again, for {left:.0f} s more")
            settling.sleep(min(pause, left))
            reader = reader.anew()
    notes = reader.notes
    if not look.granted.clients:
        text = (
            f"None of the clients of the state is in {reader.name}: is that the org and the region "
            "that the state is of?"
        )
        notes += (Note("other-org", text),)
    if settling.seconds and differs:
        text = f"After {elapsed:.1f} s and {looks} looks it is not settled: {differs}."
        notes += (Note("not-settled", text),)
    elif looks > 1:
        notes += (Note("settled", f"It was settled after {elapsed:.1f} s and {looks} looks."),)
    return look, notes


def _differences(look: _Look, prepared: Prepared | None, run: Callable[[Prepared], Report]) -> str:
    """What may still settle, in words; nothing where there is nothing.

    What the API makes of the client's own token may lag behind what it tells the operator, so the
    client is asked as well; no start is sent for that.
    """
    if look.drifted:
        one = look.drifted == 1
        return f"{look.drifted} {'thing differs' if one else 'things differ'} from the state"
    if prepared is None:
        return ""
    plan = replace(prepared.plan, mode=Mode.PREFLIGHT)
    report = run(replace(prepared, plan=plan))
    if report.verdict is not ProbeVerdict.MISCONFIGURED or not report.diagnoses:
        return ""
    cause = report.diagnoses[0].cause
    return f"the client is answered {cause}" if cause in _SETTLING else ""


def _look(org: OrgReader, state: Inventory, tell: Callable[[str], None]) -> _Look:
    granted: list[Client] = []
    results: list[Result] = []
    for number, client in enumerate(state.clients, 1):
        tell(f"reading client {number} of {len(state.clients)}")
        found, differences = _compare(org, state, client)
        results += differences
        granted += found
    return _Look(
        state._replace(clients=tuple(granted), roles=()),
        tuple(results),
    )


def _compare(
    org: OrgReader, state: Inventory, client: Client
) -> tuple[Sequence[Client], tuple[Result, ...]]:
    """The client as the org has it, if it does, and how that differs from the state."""
    client_id = known_id(client)
    if client_id is None:
        reason = client.existence or Unknown(f"{client.address}.client_id", READABLE_STATE)
        absent = absent_client(client.root, client.address, reason)
        return (absent,), (unreadable(client, (reason,)),)
    own = {name: client.attributes.get(name) for name in TERRAFORM_ONLY}
    live = org.client(client_id, client.root, client.address, own)
    if live is None:
        return (), drift(client, None, org.home)
    # Of a role that is managed and also looked up, the resource is what there is to change.
    roles = sorted(state.roles, key=lambda role: role.origin == "resource")
    addresses = {role.id: role.address for role in roles if role.id is not None}
    live = live._replace(
        grants=tuple(
            grant._replace(role=grant.role._replace(address=addresses.get(grant.role.id or "")))
            for grant in live.grants
        ),
        location=client.location,
        attribute_locations=client.attribute_locations,
    )
    differences = drift(client, live, org.home)
    # Rules are about the client that was provisioned, also where someone renamed it since.
    return (live._replace(name=client.name),), differences
