"""Makes the probe's diagnosis offline, from a recording or from single files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from toolkit.catalog.catalog import SHIPPED
from toolkit.catalog.routes import Routes, is_api
from toolkit.catalog.searching import search
from toolkit.contracts.contract import Operation
from toolkit.contracts.reader import SHIPPED_CONTRACTS, load_contract
from toolkit.errors import ProbeError, UsageError
from toolkit.genesys.regions import REGIONS, region_of
from toolkit.lazily import pattern
from toolkit.model.inventory import STDIN, Note
from toolkit.model.report import Report
from toolkit.probe.from_files import HINTS, File, of_files
from toolkit.probe.har.exchange import Exchange
from toolkit.probe.har.har_entries import HINT, exchanges_of
from toolkit.probe.har.proof import Proof, concerns, is_call, is_start, proof_of, same_region
from toolkit.probe.har.recorded_steps import observations_of
from toolkit.probe.stages import Mode
from toolkit.probe.target import Probed, explained, host_of
from toolkit.workflows.run_probe import DEFAULT_CONTRACT, read_json, report_of

#: Enough for a browser recording of a whole morning; the browser's filter can reduce larger ones.
_MAX_HAR = 256 << 20
#: A host that may be shown, with its port.
_HOST = pattern(r"[a-z0-9][a-z0-9.-]{0,252}(?::[0-9]{1,5})?")
#: The similarity of a name with one or two wrong letters; a less similar host may be private.
_LIKE = 0.9
#: Calls that change something come first: users seldom confuse another call with a read.
_METHODS = ("PATCH", "PUT", "POST", "DELETE", "GET")
_API = "/api/v2/"
#: Unknown calls to look up and name one by one; a recording may have thousands.
_MOST_UNKNOWN = 10
#: Published calls that an error names.
_FEW = 3
_PUBLISHED = (
    "A recording is started by patchConversationsCallParticipant: 'recording-toolkit catalog show "
    "patchConversationsCallParticipant' tells what it needs."
)
_KINDS = {"api": "API", "login": "log-in"}
_GIVE = "Give --har FILE, or any of --payload, --response, --session and --tokens-me."


def explain(
    *,
    contract: str | None = None,
    har: str | None = None,
    payload: str | None = None,
    response: str | None = None,
    session: str | None = None,
    tokens_me: str | None = None,
    stdin: bytes | None = None,
) -> Report:
    """Explain recorded requests (`har`), or the files that exist of one start; all are paths.

    Without a `contract`, the recorded calls select a shipped one. One of the files may be ``-``,
    for `stdin`. No request is sent. Raises UsageError, ProbeError or ContractError.
    """
    given = {
        "payload": payload,
        "response": response,
        "session": session,
        "tokens-me": tokens_me,
    }
    named = {what: path for what, path in given.items() if path is not None}
    if [har, *named.values()].count(STDIN) > 1:
        raise UsageError("stdin can be only one of the files", hint="Give - once.")
    if har is not None and named:
        raise UsageError(
            f"--har and --{next(iter(named))} are both given",
            hint="A HAR contains them all. " + _GIVE,
        )
    if har is None and not named:
        raise UsageError("nothing to explain is given", hint=_GIVE)
    if har is None:
        what = explained(load_contract(contract or DEFAULT_CONTRACT))
        files = {
            name: File(path, read_json(path, name, stdin=stdin, hint=HINTS[name]))
            for name, path in named.items()
        }
        seen, notes = of_files(what, files), []
    else:
        exchanges = exchanges_of(read_json(har, "recording", _MAX_HAR, stdin, HINT), har)
        what = explained(load_contract(contract)) if contract else _chosen(exchanges)
        proof = _proof_of(what, exchanges, har, named=contract is not None)
        seen = observations_of(what, proof)
        notes = [
            *_about_times(exchanges),
            *_about_hosts(proof, exchanges),
            *_about_starts(what, proof),
            *_about_other_refusals(what, proof, exchanges),
            *_about_the_published_way(what, proof, exchanges),
            *(Note("unknown-call", f"{told}.") for told in _unknown_calls(exchanges)),
        ]
    return report_of("explain", what, seen, Mode.EXPLAIN, notes=notes)


def _chosen(exchanges: list[Exchange]) -> Probed:
    """Return the contract of the first start that failed and that no later start makes good.

    If none failed, it is the contract of the last start, or else of the last call; without any
    call, the default.
    """
    known = [explained(load_contract(name)) for name in SHIPPED_CONTRACTS]
    starts = [(what, p.start) for what in known if (p := proof_of(what, exchanges)) is not None]
    failed = [(what, start) for what, start in starts if start and not start.succeeded]
    for each in exchanges:
        for what, start in failed:
            if start is each:
                return what
    for each in reversed(exchanges):
        for what in known:
            if is_call(each, what.start):
                return what
    for each in reversed(exchanges):
        for what in known:
            if concerns(what, each):
                return what
    return known[0]


def _proof_of(what: Probed, exchanges: list[Exchange], har: str, *, named: bool) -> Proof:
    """Return the evidence in a recording.

    `named` says whether the user chose the contract. Raises ProbeError if no call concerns the
    contract, or only calls of another contract do.
    """
    proof = proof_of(what, exchanges)
    if any(concerns(what, each) for each in exchanges):
        others: tuple[Probed, ...] = ()
    else:
        others = tuple(explained(load_contract(name)) for name in SHIPPED_CONTRACTS)
    other = next((o for o in others if any(concerns(o, each) for each in exchanges)), None)
    if proof is not None and other is None:
        return proof
    number, unknown = len(exchanges), next(_unknown_calls(exchanges), None)
    if other is None and unknown is not None:
        raise ProbeError(f"{har}: {unknown}", hint=_PUBLISHED)
    of_it = what.contract.name if named else "a contract that ships"
    raise ProbeError(
        f"{har}: no call of {of_it} is among its {number} "
        f"request{'' if number == 1 else 's'}{_published_ones(exchanges)}",
        hint=f"It has calls of another contract: --contract {other.contract.name}."
        if other
        else f"Record while you try the start, and export with the bodies. {_PUBLISHED}",
    )


def _published_ones(exchanges: Iterable[Exchange]) -> str:
    """Return the first published calls among the recorded ones, each once."""
    routes = Routes(SHIPPED.operations.values())
    found = dict.fromkeys(op.id for e in exchanges if (op := routes.find(e.method, e.path)))
    few = [*found][:_FEW]
    more = f" and {len(found) - _FEW} more" if len(found) > _FEW else ""
    return f"; published among them: {', '.join(few)}{more}" if few else ""


def _unknown_calls(exchanges: Iterable[Exchange]) -> Iterator[str]:
    """Yield the API calls that are neither in a contract nor published, each once."""
    contracts = [load_contract(name).operations for name in SHIPPED_CONTRACTS]
    ours = Routes(operation for each in contracts for operation in each)
    strange = [e for e in exchanges if is_api(e.path) and ours.find(e.method, e.path) is None]
    strange = [e for e in strange if e.method in _METHODS]
    if not strange:
        return
    published = Routes(SHIPPED.operations.values())
    calls = [
        f"{each.method} {published.shown(each.path)}"
        for each in strange
        if published.find(each.method, each.path) is None
    ]
    each_once = list(dict.fromkeys(calls))
    for call in each_once[:_MOST_UNKNOWN]:
        near = _nearest(published, call)
        nearest = f"; the nearest is {near.id}, {near.method} {near.path}" if near else ""
        yield f"{call} is not a published call of Genesys Cloud ({SHIPPED.header.date}){nearest}"
    more = len(each_once) - _MOST_UNKNOWN
    if more > 0:
        calls_are = "call is not a published call" if more == 1 else "calls are not published calls"
        yield f"{more} more recorded {calls_are} of Genesys Cloud"


def _nearest(published: Routes, call: str) -> Operation | None:
    """Return the published operation that a call, given as a method and a path, may have meant.

    It is the one with the same path and another method, or with a path that starts later in the
    call's path, for example if /api/v2 occurs twice; else the one that shares most words.
    """
    method, _, path = call.partition(" ")
    beginnings = [at for at in range(len(path)) if path.startswith(_API, at)]
    for at in beginnings:
        for each in (method, *_METHODS):
            if found := published.find(each, path[at:]):
                return found
    return next(iter(search(path.split("/")[3:], SHIPPED.operations.values())), None)


def _about_times(exchanges: list[Exchange]) -> Iterator[Note]:
    if len(exchanges) > 1 and not all(each.timed for each in exchanges):
        yield Note(
            "no-times",
            "The recording has no times (Postman collections have none), so its calls "
            "are taken in the order of the file. What depends on that order is likely, "
            "not proven.",
        )


def _about_hosts(proof: Proof, exchanges: list[Exchange]) -> Iterator[Note]:
    """Yield notes on the calls' host; no other part of a recording shows a wrong host."""
    host, which = proof.host, "start" if proof.start is not None else "call"
    if _HOST.fullmatch(host):
        asked = proof.start is None and not proof.about and proof.token is not None
        kind = "login" if asked and proof.token and proof.token.host == host else "api"
        domains = {f"{kind}.{domain}" for domain in REGIONS.values()}
        if host not in domains:
            meant = _meant(host, kind)
            yield Note(
                "other-host",
                f"The {which} was sent to {host}, which is the {_KINDS[kind]} of no region of "
                f"Genesys Cloud.{meant}",
            )
        named = host_of(proof.start.body) if proof.start is not None else None
        if named and _HOST.fullmatch(named) and named != host.partition(":")[0]:
            # The value may be any text, even a token; show only a host of the platform.
            shown = named if region_of(named) else "a host outside the regions of Genesys Cloud"
            yield Note(
                "session-uri-host", f"sessionUri names {shown}; the start was sent to {host}."
            )
        logins = {each.host for each in exchanges if each.path.rstrip("/").endswith("/oauth/token")}
        foreign = sorted(h for h in logins if _HOST.fullmatch(h) and not same_region(h, host))
        if foreign and (proof.token is None or proof.token.host in foreign):
            yield Note(
                "other-log-in",
                f"A token was requested at {', '.join(foreign)}, but the {which} was sent "
                f"to {host}. The API of one region does not accept tokens of another.",
            )
    if not proof.shows_caller and (proof.owner() or proof.grants()):
        yield Note(
            "no-tokens",
            "The recording has no tokens (browsers leave them out), so all its calls are "
            "assumed to use the same one.",
        )
    if proof.aside:
        calls = "1 call that" if proof.aside == 1 else f"{proof.aside} calls that"
        yield Note(
            "left-aside",
            f"Ignored: {calls} went to another host than the {which}, or with another token.",
        )


def _meant(host: str, kind: str) -> str:
    """Return a question for the host that the user may have misspelled."""
    hosts = {f"{kind}.{domain}": domain for domain in REGIONS.values()}
    same = [each for each, domain in hosts.items() if host.partition(".")[2] == domain]
    near = same or get_close_matches(host, hosts, n=1, cutoff=_LIKE)
    return f" Did you mean {near[0]}?" if near else ""


def _about_starts(what: Probed, proof: Proof) -> Iterator[Note]:
    """Yield notes on which start is explained, and on which answers the recording lacks."""
    start = proof.start
    if start is not None and len(proof.starts) > 1:
        answered = f"answered {start.status}" if start.status is not None else "not answered"
        which = "last one" if start.succeeded else "first one without a later success"
        acts = "requests to pause or resume" if what.pauses else "starts"
        yield Note(
            "several-starts",
            f"The recording has {len(proof.starts)} {acts}; this explains the {which}, "
            f"which was {answered}.{_others(what, proof.starts, start)}",
        )
    if start is not None and start.succeeded and _statuses(proof.logins):
        yield Note(
            "refused-log-in",
            f"A token was refused by the log-in, with {_statuses(proof.logins)}; the "
            "start that is explained used a token that the API accepted.",
        )
    silent = proof.without_answer(what)
    if silent:
        calls = ", ".join(dict.fromkeys(f"{each.method} {_path(what, each)}" for each in silent))
        yield Note(
            "answers-left-out",
            f"The recording has no response body for {calls}: export it with the response bodies.",
        )


def _about_other_refusals(what: Probed, proof: Proof, exchanges: list[Exchange]) -> Iterator[Note]:
    """Yield notes on other refused recording calls: a stop, a wrap-up, another contract's call.

    The report is about one call and would not mention them.
    """
    others = [each for each in SHIPPED_CONTRACTS if each != what.contract.name]
    ends = {
        f"--contract {name} explains it": explained(load_contract(name)).start for name in others
    }
    ends = {"it starts no recording, and is not explained": what.start, **ends}
    told: dict[str, None] = {}
    for each in exchanges:
        if (each.status or 0) < 400 or each in proof.starts:
            continue
        found = next((pair for pair in ends.items() if is_call(each, pair[1])), None)
        if found is not None:
            end, operation = found
            told[f"{each.method} {operation.path} was answered {each.status}; {end}"] = None
    for sentence in told:
        yield Note("refused-besides", f"Also refused: {sentence}.")


def _about_the_published_way(
    what: Probed, proof: Proof, exchanges: list[Exchange]
) -> Iterator[Note]:
    """Yield a note if a start by the published contract succeeded, beside an unpublished one."""
    unpublished = what.contract.unpublished
    if proof.start is None or proof.start.succeeded or unpublished is None:
        return
    instead = explained(load_contract(unpublished.instead))
    good = next((e for e in exchanges if e.succeeded and is_start(instead, e)), None)
    if good is not None:
        yield Note(
            "published-way",
            f"The published call was accepted: {good.method} {instead.start.path} was answered "
            f"{good.status}; --contract {unpublished.instead} explains it.",
        )


def _others(what: Probed, starts: Iterable[Exchange], explained: Exchange) -> str:
    """Return the outcome of the other starts, unless the explained start says it already."""
    others = [each for each in starts if each is not explained]
    statuses, accepted = _statuses(others), sum(each.succeeded for each in others)
    told = f" Of the others, refused: {statuses}." if statuses else ""
    if accepted and not explained.succeeded:
        was = "1 was" if accepted == 1 else f"{accepted} were"
        other = "call or state" if what.pauses else "participant" if what.by_participant else ""
        told += f" {was} accepted: earlier, or for another {other or what.thing}."
    return told


def _statuses(calls: Iterable[Exchange]) -> str:
    """Return the statuses of the refused calls, each once."""
    told = dict.fromkeys(str(each.status) for each in calls if (each.status or 0) >= 400)
    return ", ".join(told)


def _path(what: Probed, exchange: Exchange) -> str:
    """Return the path as the contract writes it, because ids may be personal."""
    operations = [op for op in (what.start, what.read, what.listing) if op is not None]
    return next((op.path for op in operations if is_call(exchange, op)), exchange.path)
