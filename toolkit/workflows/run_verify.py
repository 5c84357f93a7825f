"""After an apply: compares the state with what the org grants, and then probes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from toolkit.catalog.catalog import SHIPPED
from toolkit.checks.registry import CHECK_IDS
from toolkit.checks.unpublished_scope import ONLY_A_PROBE
from toolkit.errors import SourceError, UsageError
from toolkit.files.opening import archive_of
from toolkit.genesys.credentials import (
    SUBJECT_ID,
    SUBJECT_TOKEN,
    ClientSecret,
    Credentials,
    subject_credentials,
)
from toolkit.genesys.regions import notes_on
from toolkit.judging.phrases import few
from toolkit.judging.role_drift import unmanaged_roles
from toolkit.judging.run_filter import RunFilter
from toolkit.model.clients import CLIENT_CREDENTIALS
from toolkit.model.findings import Severity
from toolkit.model.inventory import Inventory, Note
from toolkit.model.observations import ProbeVerdict
from toolkit.model.report import Report, Source
from toolkit.policy.document import operations_of
from toolkit.policy.loader import load_policies
from toolkit.sources.hcl.declarations import read_declarations
from toolkit.sources.json_input import read_json
from toolkit.sources.read_requests import Declare
from toolkit.workflows.check_request import DEFAULT_POLICY
from toolkit.workflows.connection import FROM_ENVIRONMENT, OrgConnection
from toolkit.workflows.live import live_org
from toolkit.workflows.parameters import PathName, Tell, silent
from toolkit.workflows.remedies import agreeing, restored
from toolkit.workflows.run_check import check_inventories
from toolkit.workflows.run_probe import (
    MAX_STATE,
    Prepared,
    ProbeRequest,
    client_at,
    id_of,
    prepare,
)
from toolkit.workflows.source_reading import is_terraform_text, source_bytes
from toolkit.workflows.wait_for_org import Settling, settled


class VerifyRequest(Struct, frozen=True):
    """A state, and what to judge the org by.

    `state` and `source_dir` are paths; a `state` of ``-`` is `stdin`. `settle` is in seconds: while
    the org differs, it is read again for at most that long. The other fields are those of `check`.
    """

    state: PathName
    policies: Sequence[PathName] = (DEFAULT_POLICY,)
    source_dir: PathName | None = None
    stdin: bytes | None = None
    fail_on: Severity | None = Severity.ERROR
    unknown: Literal["fail", "report"] | None = None
    today: date | None = None
    settle: float = 0.0
    environment: str | None = None


def verify(
    request: VerifyRequest,
    probe: ProbeRequest | None = None,
    org: OrgConnection = FROM_ENVIRONMENT,
    *,
    tell: Tell = silent,
    agree: Tell = silent,
) -> Report:
    """Compare a state with the org, judge what the org grants, and probe if asked.

    With `probe`, the client under test is probed as by `toolkit.workflows.probe`, which starts a
    recording unless that request says otherwise. Its `client` is an address in the state, needed if
    the state has several clients. `agree` receives what will be recorded before any request, and
    raises to prevent it.

    Raises what `check` and `probe` raise before any request, and RemoteError if the org cannot be
    read. What the operator may not read is unknown in the report.
    """
    policies = [os.fspath(each) for each in request.policies]
    loaded = load_policies(policies, checks=CHECK_IDS)
    source_dir = None if request.source_dir is None else os.fspath(request.source_dir)
    inventory = _read_state(os.fspath(request.state), request.stdin, source_dir)
    live = live_org(org)
    prepared = None
    if probe is not None:
        credentials = subject_credentials(org.environ, else_="")
        address, client_id = _under_test(inventory, probe.client, credentials)
        prepared = prepare(probe, credentials, live.hosts, address=address, client_id=client_id)
        if prepared.starts:
            agree(prepared.told)
    settling = Settling(request.settle, tell, org.clock, org.sleep)
    # A start is not retried as patiently as the reading of a whole org.
    of_probes = replace(org, limits=None)

    def run(what: Prepared) -> Report:
        return what.run(of_probes, tell)

    look, notes, asked = settled(live, inventory, prepared, run, settling)
    report = check_inventories(
        [look.granted],
        [each.policy for each in loaded],
        run_filter=RunFilter(unknown=request.unknown),
        operations=operations_of(loaded),
        catalog=SHIPPED,
        today=request.today,
    )
    name = request.environment
    results = sorted((*report.results, *look.results), key=lambda each: each.sort_key)
    report = replace(
        report,
        command="verify",
        fail_on=request.fail_on,
        org=asked,
        sources=(Source(inventory.root, inventory.kind, len(inventory.clients), environment=name),),
        results=agreeing([replace(each, environment=name) for each in results]),
    )
    notes += (*notes_on(live.hosts), *_not_compared(inventory))
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
        unpublished=probed.unpublished,
        target=probed.target,
    )
    return restored(report, prepared.plan.what, prepared.plan.address)


def _proven(note: Note, contract: str) -> Note:
    """Return a note of `ONLY_A_PROBE`, updated after a successful probe of that contract."""
    known = f"the contract {contract}"
    told = f"{known}. The probe shows that the org has that API."
    return replace(note, message=note.message.replace(f"{known}{ONLY_A_PROBE}", told))


_NO_START = Note(
    "no-start",
    f"No start was tried: the credentials of the client under test are not given ({SUBJECT_ID} "
    f"with its secret, or {SUBJECT_TOKEN}). Only a start proves that the client can record.",
)


def _not_compared(state: Inventory) -> tuple[Note, ...]:
    roles = sorted({label for client in state.clients for label in unmanaged_roles(client)})
    if not roles:
        return ()
    what = "what it grants" if len(roles) == 1 else "what they grant"
    text = (
        f"The state uses {few(roles)} and does not say {what}: that was not compared. The "
        "policy is checked against the org."
    )
    return (Note("role-not-managed", text),)


def _read_state(path: str, stdin: bytes | None, source_dir: str | None) -> Inventory:
    """Return the clients and roles of a state.

    Raises SourceError for any other input, and if the state has none.
    """
    if is_terraform_text(path, MAX_STATE):
        raise SourceError(
            f"{path}: this is Terraform, not a state",
            hint=f"Name the state in it: {path}/terraform.tfstate"
            if archive_of(path)
            else "Run there: terraform show -json > state.json",
        )
    try:
        data = source_bytes(path, stdin, MAX_STATE)
        inventory = read_json(data, path)
    except SourceError as error:
        raise SourceError(
            error.message,
            hint="verify takes a state: a state file, or what terraform show -json prints.",
        ) from error
    if inventory.kind != "state":
        raise SourceError(
            f"{path}: this is a {inventory.kind}, not a state",
            hint="verify is about what was applied: terraform show -json > state.json. A plan is "
            "for check.",
        )
    if not inventory.clients:
        raise SourceError(
            f"{path}: there is no genesyscloud_oauth_client in this state",
            hint="Was it applied, and is this the right workspace?",
        )
    if source_dir is not None:
        inventory = read_declarations(Declare(source_dir, trusts_installed=True)).located(inventory)
    return inventory


def _under_test(
    inventory: Inventory, address: str | None, credentials: Credentials
) -> tuple[str, str]:
    """Return address and id of the client to probe. Raises UsageError if that is not certain."""
    if address is not None:
        return address, id_of(client_at(address, inventory), inventory.root)
    clients = inventory.clients
    if isinstance(credentials, ClientSecret):
        clients = tuple(each for each in clients if each.platform_id == credentials.client_id)
    else:  # a token from a user login belongs to a user-grant client; the probe checks it
        clients = tuple(each for each in clients if each.grant_type != CLIENT_CREDENTIALS)
    if not clients and len(inventory.clients) == 1:
        clients = inventory.clients  # the probe then reports that the client is not the state's
    if len(clients) == 1:
        return clients[0].address, id_of(clients[0], inventory.root)
    known = ", ".join(each.address for each in inventory.clients[:5])
    which = "nothing says to which one the token belongs"
    if len(clients) > 1:
        known = ", ".join(each.address for each in clients[:5])
    if isinstance(credentials, ClientSecret):
        which = f"{SUBJECT_ID} is not one of them"
    raise UsageError(
        f"{inventory.root} has {len(inventory.clients)} clients, and {which}",
        hint=f"Give --client ADDRESS; it has: {known}.",
    )
