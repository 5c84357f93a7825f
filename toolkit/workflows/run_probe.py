"""The probe: tries to start a recording as the client under test, and diagnoses failures."""

from __future__ import annotations

import codecs
import math
import os
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from toolkit import __version__
from toolkit.catalog.catalog import SHIPPED
from toolkit.contracts.reader import load_contract
from toolkit.errors import ProbeError, UsageError
from toolkit.files.named import open_named
from toolkit.genesys.api import Api
from toolkit.genesys.credentials import (
    ClientSecret,
    Credentials,
    operator_credentials,
    subject_credentials,
)
from toolkit.genesys.regions import IN_CLEAR, Hosts, in_clear
from toolkit.genesys.replies import Failure
from toolkit.genesys.transport import Transport
from toolkit.lazily import pattern
from toolkit.model.clients import Client
from toolkit.model.inventory import STDIN, Inventory, Note
from toolkit.model.observations import Observation
from toolkit.model.report import Published, Report, Subject, Unpublished
from toolkit.model.report import Target as Recorded
from toolkit.probe.diagnosis import diagnose
from toolkit.probe.event import candidates, target_of_event
from toolkit.probe.runner import Plan, run
from toolkit.probe.stages import Mode, Stage
from toolkit.probe.target import Probed, Target, is_id, missing_parameters, probed
from toolkit.sources.json_input import read_json as read_terraform
from toolkit.workflows.connection import FROM_ENVIRONMENT, OrgConnection
from toolkit.workflows.parameters import PathName, Tell, silent

DEFAULT_CONTRACT = "recording-session"
#: Payloads and events are small; a larger file is the wrong one.
_MAX_BYTES = 1 << 20
MAX_STATE = 512 << 20
#: How a decoder says where it stopped.
_BYTE = pattern(r"\(byte (\d+)\)")


class ProbeRequest(Struct, frozen=True, kw_only=True):
    """What to start a recording on, and how far to go.

    `contract` is the name of a shipped one, or a path. `event`, `payload` and `source` are paths;
    `wait` is in seconds. `client` is the Terraform address of the client that the credentials must
    belong to, `source` the state that has it. `as_operator` probes the operator's own credentials.
    Unless `preflight` or `dry_run` is set, a recording is started.
    """

    contract: str = DEFAULT_CONTRACT
    session_id: str | None = None
    conversation_id: str | None = None
    participant_id: str | None = None
    event: PathName | None = None
    payload: PathName | None = None
    wait: float = 0.0
    preflight: bool = False
    dry_run: bool = False
    client: str | None = None
    source: PathName | None = None
    as_operator: bool = False

    @property
    def mode(self) -> Mode:
        """Return the mode. Raises UsageError if two are asked for."""
        if self.preflight and self.dry_run:
            raise UsageError(
                "--preflight and --dry-run cannot be used together", hint="Give one of them."
            )
        return Mode.PREFLIGHT if self.preflight else Mode.DRY_RUN if self.dry_run else Mode.START


class Prepared(Struct, frozen=True):
    """A probe with everything that can be known before the first request."""

    plan: Plan
    credentials: Credentials
    hosts: Hosts
    as_operator: bool = False

    @property
    def starts(self) -> bool:
        """Whether the probe will start a recording."""
        return self.plan.mode is Mode.START

    @property
    def told(self) -> str:
        """Return what will be recorded, one line for each id."""
        return _listed(self.plan.target, self.hosts.api)

    def run(self, org: OrgConnection, tell: Tell = silent) -> Report:
        """Run the probe; the report has every request's outcome."""
        plan = self.plan
        with Transport(
            limits=org.limits, ca_bundle=org.ca_bundle, environ=org.environ, sleep=org.sleep
        ) as transport:
            api = Api(transport, self.hosts)
            seen = run(api, plan, self.credentials, tell=tell, sleep=org.sleep)
        report = report_of("probe", plan.what, seen, plan.mode, notes=_notes(seen, plan.mode))
        subject = report.subject or Subject()
        if isinstance(self.credentials, ClientSecret) and subject.client_id is None:
            subject = replace(subject, client_id=self.credentials.client_id)
        subject = replace(subject, operator=self.as_operator)
        own = next((item.facts for item in seen if item.name == Stage.WHO_AM_I.value), {})
        asked = org.asked((own.get("org"), own.get("org_name")), self.hosts)
        return replace(report, subject=subject, target=_found(plan.target, seen), org=asked)


def prepare(
    request: ProbeRequest,
    credentials: Credentials,
    hosts: Hosts,
    *,
    address: str | None,
    client_id: str | None,
) -> Prepared:
    """Read and validate the input of a probe.

    The client with this `address` and `client_id` is the one that must be probed. No request is
    sent. Raises UsageError, ProbeError or ContractError.
    """
    mode = request.mode
    if not 0 <= request.wait < math.inf:  # comparisons with NaN are false
        raise UsageError("--wait: not a number of seconds", hint="Give one, such as --wait 30.")
    what = probed(load_contract(request.contract))
    told = [] if request.event is None else [read_json(os.fspath(request.event), "event")]
    target = _target(
        Target(request.session_id, request.conversation_id, request.participant_id), told
    )
    if mode is not Mode.PREFLIGHT:
        _check_target(what, target, candidates(told))
    payload = os.fspath(request.payload) if request.payload is not None else None
    plan = Plan(
        what,
        target,
        mode,
        payload=read_json(payload, "payload") if payload else None,
        has_payload=payload is not None,
        wait=request.wait,
        expected_client=client_id,
        address=address,
    )
    return Prepared(plan, credentials, hosts, request.as_operator)


def probe(
    request: ProbeRequest,
    org: OrgConnection = FROM_ENVIRONMENT,
    *,
    tell: Tell = silent,
    agree: Tell = silent,
) -> Report:
    """Probe a client. Unless the request says otherwise, this starts a real recording.

    `tell` receives a line before each step. If something will be recorded, `agree` receives what it
    is, before any request; it raises to prevent the recording. Raises UsageError, ProbeError,
    ContractError or SourceError before any request is sent; later failures are in the report.
    Raises Interrupted when a signal ends the run.
    """
    read = operator_credentials if request.as_operator else subject_credentials
    hosts = org.hosts  # report an unknown region first
    prepared = prepare(
        request,
        read(org.environ),
        hosts,
        address=request.client,
        client_id=_client_id(request.client, request.source),
    )
    if prepared.starts:
        agree(prepared.told)
    return prepared.run(org, tell)


def report_of(
    command: str,
    what: Probed,
    seen: Sequence[Observation],
    mode: Mode,
    *,
    notes: Iterator[Note] | Sequence[Note] = (),
) -> Report:
    """Return the report on the observations."""
    conclusion = diagnose(
        what,
        seen,
        mode,
        is_published=SHIPPED.has_scope,
        is_permission=SHIPPED.has_permission,
    )
    return Report(
        command=command,
        tool_version=__version__,
        notes=tuple(notes),
        verdict=conclusion.verdict,
        diagnoses=conclusion.diagnoses,
        steps=tuple(seen),
        ruled_out=conclusion.ruled_out,
        subject=_subject(seen),
        contract=what.contract.name,
        unpublished=_unpublished(what),
        act="pause or resume" if what.pauses else "start",
    )


def _unpublished(what: Probed) -> Unpublished | None:
    known, published = what.contract.unpublished, what.published
    if known is None or published is None:
        return None
    instead = Published(published.id, published.method, published.path, known.instead)
    return Unpublished(what.start.id, known.source, instead)


def _subject(seen: Sequence[Observation]) -> Subject:
    """Return what the client says of itself, without any data of a user who logged in."""
    own = next((item.facts for item in seen if item.name == Stage.WHO_AM_I.value), {})
    return Subject(own.get("client_id"), own.get("client"), own.get("grant_type"))


def _found(target: Target, seen: Sequence[Observation]) -> Recorded:
    """Return the given ids, and the session and conversation that were found by them."""
    facts = {item.name: item.facts for item in seen}
    session = facts.get(Stage.SESSIONS.value, {}).get("session_id")
    conversation = facts.get(Stage.SESSION.value, {}).get("conversation")
    return Recorded(
        target.session_id or session,
        target.conversation_id or (conversation if is_id(conversation) else None),
        target.participant_id,
    )


def read_json(
    path: str,
    what: str,
    most: int = _MAX_BYTES,
    stdin: bytes | None = None,
    hint: str = "Give it as JSON.",
) -> Any:
    """Return the JSON in a file of at most `most` bytes, or in `stdin` if the path is ``-``.

    Raises ProbeError, which names the file and shows none of its content.
    """
    data = stdin if path == STDIN and stdin is not None else read_file(path, what, most)
    if len(data) > most:
        raise ProbeError(f"{path}: the {what} is larger than {most >> 20} MiB")
    try:
        # The encoding that PowerShell redirects into a file.
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            data = data.decode("utf-16").encode()
        data = data.removeprefix(codecs.BOM_UTF8)
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        where = path + _place(data, str(error))
        raise ProbeError(f"{where}: the {what} is not JSON", hint=hint) from error


def _place(data: bytes, error: str) -> str:
    """Return ``:LINE:COLUMN`` of the JSON syntax error, or "" if the decoder gives no offset."""
    found = _BYTE.search(error)
    if found is None:
        return ""
    before = data[: int(found[1])]
    line = before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")
    number = before.count(b"\n") + 1
    return f":{number}:{len(line) + 1}"


def read_file(path: str, what: str, most: int) -> bytes:
    try:
        with open_named(path) as file:
            data = file.read(most + 1)
    except OSError as error:
        raise ProbeError(f"{path}: the {what} cannot be read: {error.strerror}") from error
    except ValueError as error:  # a NUL character in the path
        raise ProbeError(f"the {what}: not a valid path (it contains a NUL byte)") from error
    if len(data) > most:
        raise ProbeError(f"{path}: the {what} is larger than {most >> 20} MiB")
    return data


def _target(given: Target, events: Sequence[Any]) -> Target:
    """Return the given ids, completed with those of the event, if there is one."""
    if not events:
        return given
    named = target_of_event(events[0])
    return Target(
        session_id=given.session_id or named.session_id,
        conversation_id=given.conversation_id or named.conversation_id,
        participant_id=given.participant_id or named.participant_id,
    )


def _listed(target: Target, api: str) -> str:
    """Return what will be recorded, one line for each id."""
    lines = [f"{name} {value}" for name, value in target.named().items()]
    return "\n  ".join([*lines, f"at {api}"])


_OPTIONS = {
    "sessionId": "--session-id",
    "conversationId": "--conversation-id",
    "participantId": "--participant-id",
}


def _check_target(what: Probed, target: Target, agents: Sequence[str]) -> None:
    """Raise UsageError if the ids lead to nothing that could be recorded.

    `agents` are the candidate participants of an event if there are several.
    """
    missing = missing_parameters(what.start, target)
    if missing == ("sessionId",) and what.listing is not None and target.conversation_id:
        return  # the list will have it
    if missing == ("participantId",) and len(agents) > 1:
        known = [each for each in agents if is_id(each)]
        raise UsageError(
            f"the event names {len(agents)} candidates for --participant-id: {', '.join(known)}",
            hint="Give the one that is to be recorded.",
        )
    if missing:
        options = [_OPTIONS.get(name, name) for name in missing]
        also = " (or --conversation-id)" if missing == ("sessionId",) and what.listing else ""
        raise UsageError(
            f"the contract {what.contract.name} needs {' and '.join(options)}{also}",
            hint="--event FILE takes the ids from a webhook's payload; --preflight needs none.",
        )


def _client_id(address: str | None, source: PathName | None) -> str | None:
    """Return the client id that a state has for an address. Raises UsageError if it has none."""
    if address is None and source is None:
        return None
    if address is None or source is None:
        given, other = ("--client", "--source") if address else ("--source", "--client")
        raise UsageError(f"{given} needs {other}", hint="Give --client ADDRESS --source STATE.")
    source = os.fspath(source)
    inventory = read_terraform(read_file(source, "state", MAX_STATE), source)
    return id_of(client_at(address, inventory), source)


def client_at(address: str, inventory: Inventory) -> Client:
    """Return the client at the address. Raises UsageError, which names some existing addresses."""
    found = [client for client in inventory.clients if client.address == address]
    if not found:
        known = ", ".join(client.address for client in inventory.clients[:5])
        raise UsageError(
            f"{inventory.root}: there is no client {address}",
            hint=f"It has: {known}." if known else "There is no genesyscloud_oauth_client in it.",
        )
    return found[0]


def id_of(client: Client, source: str) -> str:
    """Return the platform's id of a client that must have one. Raises UsageError."""
    found = client.platform_id
    if found is None:
        raise UsageError(
            f"{source}: {client.address} has no client id here",
            hint="Give the state, after the apply.",
        )
    return found


def _notes(seen: Sequence[Observation], mode: Mode) -> Iterator[Note]:
    steps = {item.name: item for item in seen if item.outcome != "skipped"}
    skipped = {item.name: item for item in seen if item.outcome == "skipped"}
    session, stop = steps.get(Stage.SESSION.value), steps.get(Stage.STOP.value)
    if session is not None and session.facts.get("waited_ms"):
        after = session.facts["waited_ms"] / 1000
        if session.facts.get("phase") == "startable":
            yield Note("session-waited", f"The session became active after {after:.1f} s.")
    if stop is not None and stop.outcome != "ok":
        yield Note("recording-goes-on", "The recording that was started could not be stopped.")
    elif stop is not None:
        yield Note(
            "recording-stopped",
            "The API accepted the request to stop the recording that was started.",
        )
    elif Stage.STOP.value in skipped:
        left = skipped[Stage.STOP.value]
        code = "recording-goes-on" if left.facts.get("goes_on") else "recording-may-go-on"
        yield Note(code, f"{left.detail[:1].upper()}{left.detail[1:]}.")
    back = steps.get(Stage.GIVE_BACK.value)
    if back is not None and back.outcome != "ok":
        yield Note("token-not-given-back", "The token could not be revoked; it expires by itself.")
    own = [steps.get(stage.value) for stage in (Stage.WHO_AM_I, Stage.OWN_GRANTS)]
    hidden = [item is not None and item.status == 403 and item.code is not None for item in own]
    if mode is Mode.PREFLIGHT and all(hidden):
        yield Note(
            "preflight-saw-little",
            "The client may read neither its scopes nor its grants, so both are unknown.",
        )
    if mode is Mode.DRY_RUN:
        yield Note("dry-run", "No start was sent; only a start proves that it works.")
    if any(in_clear(item.url) for item in seen if item.url and _was_sent(item)):
        yield IN_CLEAR


def _was_sent(seen: Observation) -> bool:
    never = {each.value for each in Failure if each.never_sent}
    return seen.facts.get("failure") not in never
