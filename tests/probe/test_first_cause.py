"""The expected first cause: by hand for every scenario of the mock, and by ranks for every pair.

Nothing of the diagnosis is imported here, because the tables and the ranks judge it. `TABLE` is for
the default contract, the thread's unpublished one; `CALLS` has the differences for the published
one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice, permutations
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.probe.accuracy import Case, run_case
from toolkit.mock.scenario import Scenario
from toolkit.mock.scenarios import list_scenarios, load_scenario

pytestmark = pytest.mark.server


class Rank(IntEnum):
    """Which cause comes first, whichever of two scenarios is merged first."""

    #: Nothing answers, so nothing else can be seen.
    CONNECTION = 0
    #: The login gives all clients the same answer, before it examines this one.
    LOG_IN_LIMIT = 1
    #: Nothing can be asked without a token.
    LOG_IN = 2
    #: Every call of the API fails in the same way, so nothing behind it can be seen.
    WHOLE_API = 3
    #: An org without the API needs no scope, no permission and no session for it.
    MISSING_API = 4
    #: With the wrong credentials, nothing about the right ones can be seen.
    OTHER_CLIENT = 5
    #: The token is refused, so its client cannot be seen.
    TOKEN = 6
    #: The platform's own statement on the caller.
    CALLER = 7
    #: The platform's own statement on the session; no start is sent to it.
    NO_SESSION = 8
    #: The platform's own answer to a start.
    ANSWERED = 9
    #: The caller's rights, compared with the thread's contract. It does not prevent a start.
    HELD = 10
    #: The session's state, by the thread's contract; no start is sent to it.
    STATE = 11
    #: The body, by the thread's contract; it is not sent.
    BODY = 12
    #: A refusal without a reason.
    UNTOLD = 13
    #: Nothing is wrong.
    FINE = 14


#: Ranks that prevent a start, so that faults of a start are not seen.
_NO_START = {*range(Rank.ANSWERED), Rank.STATE, Rank.BODY}
_BY_A_START = (Rank.ANSWERED, Rank.UNTOLD)


@dataclass(frozen=True)
class Row:
    cause: str
    rank: Rank
    why: str


R = Row
TABLE: Mapping[str, Row] = {
    "ready": R("none", Rank.FINE, "Everything is as it should be, and the recording is seen."),
    "bad-credentials": R(
        "auth.bad-credentials", Rank.LOG_IN, "The token endpoint answers invalid_client."
    ),
    "bad-credentials-401": R(
        "auth.bad-credentials", Rank.LOG_IN, "The same answer with the other of its statuses."
    ),
    "client-inactive": R(
        "client.inactive", Rank.CALLER, "The client's own state says so in /tokens/me."
    ),
    "client-without-roles": R(
        "permission.missing", Rank.HELD, "Its own grants are read, and are none."
    ),
    "connection-reset": R(
        "network.unreachable", Rank.CONNECTION, "Every connection breaks, the log-in's too."
    ),
    "connection-reset-once": R("none", Rank.FINE, "A read is tried again."),
    "content-type-refused": R("request.content-type", Rank.ANSWERED, "The start is answered 415."),
    "conversation-mismatch": R(
        "payload.conversation-mismatch", Rank.BODY, "The body names another conversation."
    ),
    "endpoint-unknown": R(
        "endpoint.unknown",
        Rank.MISSING_API,
        "The list answers 404 in the API's own form, and /tokens/me anything else.",
    ),
    "gateway-page": R(
        "platform.unavailable", Rank.WHOLE_API, "Every call answers a page of HTML with 502."
    ),
    "grant-not-supported": R(
        "auth.grant-not-supported", Rank.LOG_IN, "The log-in answers unauthorized_client."
    ),
    "media-mismatch": R(
        "payload.media-mismatch", Rank.BODY, "The body asks for audio, the session has none."
    ),
    "page-instead-of-answer": R(
        "platform.unavailable", Rank.WHOLE_API, "A page of HTML is not an answer of the API."
    ),
    "participant-alerting": R("none", Rank.FINE, "Sessions know nothing of the participants."),
    "participant-disconnected": R("none", Rank.FINE, "Sessions know nothing of participants."),
    "payload-incomplete": R(
        "payload.invalid", Rank.BODY, "The body lacks three fields of the thread's schema."
    ),
    "payload-misleading": R("payload.invalid", Rank.BODY, "The same body; it is not sent."),
    "permission-denied": R(
        "permission.denied", Rank.UNTOLD, "The 403 names neither scope nor permission."
    ),
    "permission-missing": R(
        "permission.missing", Rank.HELD, "Its own grants are read, and lack it."
    ),
    "permission-other-division": R(
        "permission.missing",
        Rank.ANSWERED,
        "The grants have it in another division, and the start's 403 names it.",
    ),
    "permission-settling": R("none", Rank.FINE, "Only verify reads the role."),
    "rate-limited": R("platform.rate-limited", Rank.WHOLE_API, "Every call answers 429."),
    "rate-limited-briefly": R("none", Rank.FINE, "A read is tried again."),
    "recorded-by-policy": R("none", Rank.FINE, "Sessions know nothing of the participants."),
    "recording-paused": R("none", Rank.FINE, "Sessions know nothing of the participants."),
    "scope-misleading": R("scope.missing", Rank.HELD, "authorizedScope lacks recordingSession."),
    "scope-missing": R("scope.missing", Rank.HELD, "authorizedScope lacks recordingSession."),
    "scope-modify-only": R(
        "scope.missing", Rank.HELD, "recording:modify is neither of the two scopes."
    ),
    "scope-not-enforced": R(
        "scope.missing", Rank.HELD, "It lacks one, although the start works today."
    ),
    "self-reading-refused": R("none", Rank.FINE, "To read oneself is not needed for a start."),
    "server-error": R(
        "start.outcome-unknown", Rank.ANSWERED, "A 500 does not tell whether it was carried out."
    ),
    "session-completed": R("session.ended", Rank.STATE, "The session's state is completed."),
    "session-never-ready": R("session.not-ready", Rank.STATE, "The session stays pending."),
    "session-not-found": R(
        "session.not-found",
        Rank.NO_SESSION,
        "The session answers 404 while the list of sessions answers.",
    ),
    "session-pending": R("session.not-ready", Rank.STATE, "Without --wait it is pending."),
    "session-recording": R(
        "session.already-recording", Rank.STATE, "The session's state is recording."
    ),
    "slow": R("none", Rank.FINE, "A second is not a fault."),
    "start-answer-lost": R(
        "start.outcome-unknown", Rank.ANSWERED, "The connection breaks before the answer."
    ),
    "start-answered-by-page": R(
        "start.outcome-unknown", Rank.ANSWERED, "A page of HTML does not tell what was done."
    ),
    "start-carried-out-anyway": R(
        "start.outcome-unknown", Rank.ANSWERED, "A 504 does not tell what was done."
    ),
    "start-conflict": R("request.conflict", Rank.ANSWERED, "The start is answered 409."),
    "start-not-confirmed": R(
        "start.not-confirmed", Rank.ANSWERED, "The start is accepted, and nothing is seen."
    ),
    "start-refused-anyway": R(
        "undetermined", Rank.UNTOLD, "It is refused, and all that can be checked is fine."
    ),
    "start-request-lost": R(
        "start.outcome-unknown", Rank.ANSWERED, "The connection breaks before the start."
    ),
    "start-slow": R(
        "start.outcome-unknown", Rank.ANSWERED, "The answer takes longer than anyone waits."
    ),
    "token-expired": R("auth.token-rejected", Rank.TOKEN, "The API answers credentials.expired."),
    "token-rate-limited": R(
        "platform.rate-limited", Rank.LOG_IN_LIMIT, "The log-in answers that it is asked too often."
    ),
    "token-rejected": R(
        "auth.token-rejected", Rank.WHOLE_API, "The API answers bad.credentials to every call."
    ),
    "truncated-answers": R(
        "platform.unavailable", Rank.WHOLE_API, "Half an answer is not an answer of the API."
    ),
    "unavailable": R("platform.unavailable", Rank.WHOLE_API, "Every call answers 503."),
    "user-context-required": R(
        "auth.user-context-required", Rank.ANSWERED, "The start answers not.a.user."
    ),
    "wrong-client": R(
        "auth.wrong-client",
        Rank.OTHER_CLIENT,
        "The token's client is not the one that the state has.",
    ),
}
_NO_SESSIONS = "Of a call nothing of a recording session counts."
_NO_BODY = "The body is one of a session, and is not sent to a call."
#: The differences with `--contract call-recording`.
CALLS: Mapping[str, Row] = {
    **TABLE,
    **dict.fromkeys(
        ("endpoint-unknown", "media-mismatch", "session-completed", "session-never-ready"),
        R("none", Rank.FINE, _NO_SESSIONS),
    ),
    "session-pending": R("none", Rank.FINE, _NO_SESSIONS),
    **dict.fromkeys(
        ("conversation-mismatch", "payload-incomplete", "payload-misleading"),
        R("none", Rank.FINE, _NO_BODY),
    ),
    "participant-alerting": R(
        "participant.not-active", Rank.STATE, "The participant's state is alerting."
    ),
    "participant-disconnected": R(
        "participant.left", Rank.STATE, "The participant's state is disconnected."
    ),
    "recorded-by-policy": R(
        "recording.other-recorder", Rank.STATE, "Only another recorder has a recording."
    ),
    "recording-paused": R("recording.paused", Rank.STATE, "Its recording is paused."),
    "session-recording": R(
        "session.already-recording", Rank.STATE, "The participant is being recorded."
    ),
    "session-not-found": R(
        "session.not-found", Rank.NO_SESSION, "The call answers 404 with the platform's code."
    ),
    **{
        name: R("scope.missing", Rank.HELD, "authorizedScope lacks conversations.")
        for name in ("scope-misleading", "scope-missing", "scope-modify-only", "scope-not-enforced")
    },
}
TABLES = {"recording-session": TABLE, "call-recording": CALLS}
#: An inactive client gets no token at the login.
_MACHINE = {"client-inactive": Rank.LOG_IN}
#: Faults of the right client, which the credentials of another client do not show.
_OF_THE_RIGHT_ONE = {"bad-credentials", "client-inactive", "token-expired"}
#: Faults of one request; if two apply to it, the first scenario's fault answers.
_ONE_ANSWER: tuple[set[str], ...] = (
    {"connection-reset", "bad-credentials-401", "token-rate-limited"},
    {"connection-reset", *(n for n, row in TABLE.items() if row.rank is Rank.WHOLE_API)},
    {n for n, row in TABLE.items() if row.rank in _BY_A_START}
    - {"permission-other-division", "start-not-confirmed", "start-slow"},
)
#: The org's own behaviour at a start. A fault of the start answers before it.
_BY_THE_ORG = {"permission-other-division", "start-not-confirmed"}
#: The org requires a person before it examines that person's rights. For sessions it is a fault.
_ASKS_FOR_A_PERSON = "user-context-required"
#: With these, the org refuses a start before it examines the division or the effect.
_REFUSES = {
    "client-without-roles",
    "permission-missing",
    "scope-misleading",
    "scope-missing",
    "scope-modify-only",
}
#: Causes that a start's own 403 names as well, if no scope refusal comes before it.
_NAMED_BY_A_START = {"client-without-roles", "permission-missing"}
#: Faults in one place (the session's state, the body); the last scenario's fault wins.
_ONE_PLACE: Mapping[str, tuple[set[str], ...]] = {
    "recording-session": (
        {n for n, row in TABLE.items() if row.rank is Rank.STATE},
        {"payload-incomplete", "payload-misleading", "conversation-mismatch"},
    ),
    "call-recording": ({"participant-alerting", "participant-disconnected"},),
}
#: Within one rank, the evidence of an earlier step comes first, then the order of reporting.
_WITHIN: tuple[tuple[str, ...], ...] = (
    # A client that cannot log in is not known to be inactive.
    ("auth.bad-credentials", "auth.grant-not-supported", "client.inactive"),
    # The token is read before the grants are.
    ("scope.missing", "permission.missing"),
    # A body that violates the schema breaks the call, whatever its content.
    ("payload.invalid", "payload.conversation-mismatch", "payload.media-mismatch"),
)
#: What remains of a cause if the client may not read itself, which would show the cause.
_UNREAD = {
    "client-inactive": "auth.token-rejected",
    "scope-misleading": "undetermined",
    "scope-missing": "permission.denied",
    "scope-modify-only": "undetermined",
    "scope-not-enforced": "none",
    "wrong-client": "undetermined",
}


#: Scopes are enforced, so that a call cannot be read, and no start is sent to it.
_UNREADABLE = {"scope-misleading", "scope-missing", "scope-modify-only"}
#: No document says whether these prevent a start; none is sent to find out.
_PERHAPS = {"recorded-by-policy", "recording-paused"}
#: The order for a participant: whether it has left, whether its recording is paused, which recorder
#: has one, and last whether it is in the call yet, because it may be recorded already.
_OF_A_PARTICIPANT = (
    "participant-disconnected",
    "recording-paused",
    "session-recording",
    "recorded-by-policy",
    "participant-alerting",
)


def rank(name: str, grant: str, table: Mapping[str, Row] = TABLE) -> Rank:
    found = table[name].rank
    return _MACHINE.get(name, found) if grant == "client-credentials" else found


def place(name: str, pair: Iterable[str], grant: str, table: Mapping[str, Row]) -> float:
    """Return the rank; for a published contract, an earlier step proves the caller's missing
    rights.
    """
    found = rank(name, grant, table)
    if table is TABLE:
        return found
    answers = {table[other].cause for other in pair if table[other].rank is Rank.ANSWERED}
    if name == "scope-not-enforced" and answers - {"start.outcome-unknown"}:
        # A start that was accepted, or refused for another reason, was not refused for a scope.
        return Rank.ANSWERED + 0.5
    if found is Rank.HELD:
        return Rank.CALLER + 0.5
    return Rank.UNTOLD - 0.5 if name in _PERHAPS else found


def expected(first: str, second: str, grant: str, contract: str = "recording-session") -> str:
    """Return the cause that must come first if `second` is merged after `first`."""
    table = TABLES[contract]
    pair = [first, second]
    if "self-reading-refused" in pair and grant == "user":
        # Reading a call is refused too, with a 403 that gives no reason.
        left = {**_UNREAD, **dict.fromkeys(_UNREADABLE, "permission.denied")}
        left = _UNREAD if table is TABLE else left
        unread = [left[name] for name in pair if name in left]
        if unread:
            return unread[0]
    if "wrong-client" in pair:
        pair = [name for name in pair if name not in _OF_THE_RIGHT_ONE]
        # The last scenario's credentials win.
        pair = [second] if "grant-not-supported" in pair else pair
    elif "grant-not-supported" in pair:
        # Its credentials belong to another client too, and that one's secret is right.
        pair = [name for name in pair if name != "bad-credentials"]
    by_the_org = _BY_THE_ORG if table is TABLE else {*_BY_THE_ORG, _ASKS_FOR_A_PERSON}
    if any({*pair} <= struck - by_the_org for struck in _ONE_ANSWER):
        pair = [first]
    if any({*pair} <= one for one in _ONE_PLACE[contract]):
        pair = [second]
    if table is CALLS and {*pair} <= {*_OF_A_PARTICIPANT}:
        pair = [min(pair, key=_OF_A_PARTICIPANT.index)]
    for name in (first, second):
        others = [other for other in pair if other != name]
        by_a_start = rank(name, grant, table) in _BY_A_START
        unreadable = table is CALLS and bool(_UNREADABLE & {*others})
        of_a_call = rank(name, grant, table) in (Rank.NO_SESSION, Rank.STATE)
        hidden = (
            (by_a_start and (unreadable or any(rank(o, grant, table) in _NO_START for o in others)))
            or (of_a_call and unreadable)
            # The probe does not wait for this answer.
            or (by_a_start and "start-slow" in others)
            or (name in by_the_org and _answered_before(name, others, grant))
        )
        if hidden and name in pair:
            pair = others
    if "scope-not-enforced" in pair and _NAMED_BY_A_START & {*pair}:
        # The first refusal is the 403 that names the permission, and it is the platform's own
        # answer.
        pair = [name for name in pair if name in _NAMED_BY_A_START]
    places = {name: place(name, pair, grant, table) for name in pair}
    causes = {table[name].cause for name in pair if places[name] == min(places.values())}
    for order in _WITHIN:
        if causes <= {*order}:
            return min(causes, key=order.index)
    (cause,) = causes
    return cause


def _answered_before(name: str, others: list[str], grant: str) -> bool:
    """Whether something else answers a start before the org would."""
    if "permission-other-division" in others and name == "start-not-confirmed":
        return True
    faults = {o for o in others if rank(o, grant) in _BY_A_START} - _BY_THE_ORG
    refuses = set() if name == _ASKS_FOR_A_PERSON else _REFUSES
    return bool(faults or refuses & {*others})


def test_every_scenario_has_its_row() -> None:
    assert sorted(TABLE) == sorted(info.name for info in list_scenarios())
    assert all(row.why.endswith(".") for row in TABLE.values())


def _grants(*names: str) -> list[str]:
    return [g for g in ("user", "client-credentials") if all(g in _GRANTS[n] for n in names)]


#: Lets several processes share the pairs.
_PARTS = 6
_GRANTS = {info.name: info.grants for info in list_scenarios()}


def _alone(contract: str) -> Iterator[tuple[Case, str]]:
    for name, row in TABLES[contract].items():
        for grant in _grants(name):
            yield Case((name,), grant, contract), row.cause


def _pairs(contract: str) -> Iterator[tuple[Case, str]]:
    """Yield each pair in each order, once if both orders make the same org.

    `slow` represents all scenarios that do not affect a call.
    """
    table = TABLES[contract]
    names = [n for n, row in table.items() if row is TABLE[n] or row.rank is not Rank.FINE]
    seen: dict[frozenset[str], Scenario] = {}
    for pair in permutations(names, 2):
        scenario = load_scenario(*pair)
        plain = replace(scenario, description="", causes=())
        if seen.get(frozenset(pair)) == plain:
            continue
        seen[frozenset(pair)] = plain
        for grant in _grants(*pair)[:1]:
            yield Case(pair, grant, contract), expected(*pair, grant, contract)


def _wrong(cases: Iterable[tuple[Case, str]]) -> list[str]:
    def run(each: tuple[Case, str]) -> str:
        case, right = each
        with tempfile.TemporaryDirectory() as folder:
            report = run_case(case, Path(folder), hurried=True)
        found = [diagnosis.cause for diagnosis in report.diagnoses]
        return "" if found[:1] == [right] else f"{case}: {found}, not {right}"

    with ThreadPoolExecutor(8) as pool:
        return [line for line in pool.map(run, list(cases)) if line]


@pytest.mark.parametrize("contract", TABLES)
def test_the_first_cause_of_every_scenario(contract: str) -> None:
    assert _wrong(_alone(contract)) == []


@pytest.mark.parametrize("part", range(_PARTS))
@pytest.mark.parametrize("contract", TABLES)
def test_the_first_cause_of_every_pair(contract: str, part: int) -> None:
    assert _wrong(islice(_pairs(contract), part, None, _PARTS)) == []


@pytest.mark.parametrize(
    ("first", "second", "cause"),
    [
        ("endpoint-unknown", "scope-modify-only", "endpoint.unknown"),
        ("bad-credentials", "endpoint-unknown", "auth.bad-credentials"),
        ("token-expired", "session-completed", "auth.token-rejected"),
        ("scope-missing", "start-conflict", "request.conflict"),
        ("session-completed", "start-conflict", "session.ended"),
    ],
)
def test_the_ranks_say_what_a_person_would(first: str, second: str, cause: str) -> None:
    grant = _grants(first, second)[0]
    assert expected(first, second, grant) == cause
    assert expected(second, first, grant) == cause
