"""The sending half against the real mock: what is sent, in which order, and what is not."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests

from tests.probe.accuracy import LIMITS, environment, state_of
from toolkit.errors import UsageError
from toolkit.genesys.credentials import OPERATOR_ID, OPERATOR_SECRET
from toolkit.mock.scenario import Fault, Scenario
from toolkit.mock.scenarios import load_scenario
from toolkit.mock.server import running
from toolkit.model.report import Report, Subject, Target
from toolkit.reporters import text
from toolkit.workflows import OrgConnection, ProbeRequest, probe

pytestmark = pytest.mark.server


@dataclass
class Org:
    """A running mock and how to probe it."""

    url: str
    scenario: Scenario

    def probe(self, grant: str = "user", **options: Any) -> Report:
        options.setdefault("environ", environment(self.scenario, grant))
        if not {"conversation_id", "event"} & options.keys():
            options.setdefault("session_id", self.scenario.target.session)
        where = {k: options.pop(k) for k in OrgConnection.__struct_fields__ if k in options}
        hooks = {k: options.pop(k) for k in ("tell", "agree") if k in options}
        org = OrgConnection(**{"api_url": self.url, "limits": LIMITS, **where})
        return probe(ProbeRequest(**options), org, **hooks)

    @property
    def sent(self) -> list[str]:
        """Return the requests so far, as ``METHOD /path``."""
        session = requests.Session()
        session.trust_env = False
        with session, session.get(f"{self.url}/__mock__/requests", timeout=60) as answer:
            return [f"{r['method']} {r['path']}" for r in answer.json()["requests"]]


OpenOrg = Callable[..., Org]
START = "POST /api/v2/recording-sessions/00000000-0000-4000-8000-00000000005e/start"
SESSION = "GET /api/v2/recording-sessions/00000000-0000-4000-8000-00000000005e"
LIST = "GET /api/v2/recording-sessions"
WHO = ["GET /api/v2/tokens/me", "GET /api/v2/authorization/subjects/me"]


@pytest.fixture
def open_org() -> Iterator[OpenOrg]:
    with ExitStack() as stack:

        def start(*names: str) -> Org:
            scenario = load_scenario(*(names or ("ready",)))
            return Org(stack.enter_context(running(scenario)), scenario)

        yield start


def test_the_steps_of_a_start(open_org: OpenOrg) -> None:
    org = open_org()
    assert org.probe("client-credentials").verdict == "ready"
    back = "DELETE /api/v2/tokens/me"
    assert org.sent == ["POST /oauth/token", LIST, *WHO, SESSION, START, SESSION, back]


def test_a_token_that_was_given_is_not_ended(open_org: OpenOrg) -> None:
    org = open_org()
    assert org.probe().verdict == "ready"
    assert org.sent == [LIST, *WHO, SESSION, START, SESSION]


def test_preflight_touches_no_conversation(open_org: OpenOrg) -> None:
    org = open_org()
    report = org.probe(preflight=True)
    assert (report.verdict, report.exit_code, report.diagnoses) == ("preflight", 0, ())
    assert org.sent == [LIST, *WHO]
    broken = open_org("scope-missing").probe(preflight=True)
    assert (broken.exit_code, broken.diagnoses[0].cause) == (1, "scope.missing")


def test_whether_the_api_is_there_is_asked_first(open_org: OpenOrg) -> None:
    """For a contract that no document of the platform has; without the API, no session is read."""
    org = open_org("endpoint-unknown")
    report = org.probe("client-credentials", preflight=True)
    assert [each.cause for each in report.diagnoses] == ["endpoint.unknown"]
    assert report.exit_code == 1
    assert "--contract call-recording" in (report.diagnoses[0].fix or "")
    assert 'with {"recording": true}' in (report.diagnoses[0].fix or "")
    back = "DELETE /api/v2/tokens/me"
    assert org.sent == ["POST /oauth/token", LIST, *WHO, back]
    org = open_org("endpoint-unknown", "scope-modify-only")
    assert [each.cause for each in org.probe().diagnoses] == ["endpoint.unknown"]
    assert org.sent == [LIST, *WHO]


def test_a_published_contract_asks_nothing_that_it_does_not_need(open_org: OpenOrg) -> None:
    org = open_org("endpoint-unknown")
    assert org.probe(contract="call-recording", preflight=True).verdict == "preflight"
    assert org.sent == WHO


def test_dry_run_stops_before_the_start(open_org: OpenOrg) -> None:
    org = open_org()
    report = org.probe(dry_run=True)
    assert (report.verdict, report.exit_code) == ("undecided", 3)
    assert org.sent == [LIST, *WHO, SESSION]
    assert [step.outcome for step in report.steps if step.name == "payload"] == ["ok"]


def test_waiting_says_how_long_it_took(open_org: OpenOrg) -> None:
    """The session becomes active two seconds after the probe begins to wait."""
    began: list[float] = []

    def tell(line: str) -> None:
        if line.startswith("waiting for the session") and not began:
            began.append(time.monotonic())

    scenario = load_scenario("session-pending")
    clock = lambda: time.monotonic() - began[0] if began else 0.0  # noqa: E731
    with running(scenario, clock) as url:
        org = Org(url, scenario)
        report = org.probe(wait=60, tell=tell)
        most = time.monotonic() - began[0] + 1
        assert report.verdict == "ready"
        (note,) = [note for note in report.notes if note.code == "session-waited"]
        seconds = float(note.message.split()[-2])
        assert 2 <= seconds + 0.1 < most
        assert org.sent.count(START) == 1


def test_waiting_ends(open_org: OpenOrg) -> None:
    report = open_org("session-never-ready").probe(wait=1)
    assert report.diagnoses[0].cause == "session.not-ready"
    (seconds,) = re.findall(r"after ([0-9.]+) s", report.diagnoses[0].message)
    assert float(seconds) >= 1


def test_a_payload_that_is_wrong_is_not_sent(open_org: OpenOrg, tmp_path: Path) -> None:
    org = open_org()
    path = tmp_path / "body.json"
    path.write_text('{"recordedUserIds": ["a"]}')
    assert org.probe(payload=str(path)).diagnoses[0].cause == "payload.invalid"
    assert START not in org.sent


def test_a_stop_is_never_sent_as_a_start(open_org: OpenOrg, tmp_path: Path) -> None:
    org = open_org()
    path = tmp_path / "body.json"
    path.write_text('{"recording": false}')
    target = org.scenario.target
    report = org.probe(
        contract="call-recording",
        conversation_id=target.conversation,
        participant_id=target.participant,
        payload=str(path),
    )
    assert report.diagnoses[0].cause == "payload.invalid"
    assert not [line for line in org.sent if line.startswith("PATCH")]


@pytest.mark.parametrize(
    "more",
    [
        {"state": "disconnected"},
        {"muted": True},
        {"held": True},
        {"attributes": {"a": "b"}},
        {"wrapup": {"code": "x"}},
    ],
)
def test_nothing_else_of_a_participant_is_changed(
    open_org: OpenOrg, tmp_path: Path, more: dict[str, Any]
) -> None:
    org = open_org()
    path = tmp_path / "body.json"
    path.write_text(json.dumps({"recording": True, **more}))
    target = org.scenario.target
    report = org.probe(
        contract="call-recording",
        conversation_id=target.conversation,
        participant_id=target.participant,
        payload=str(path),
    )
    (diagnosis,) = report.diagnoses
    assert diagnosis.cause == "payload.invalid"
    assert f"{next(iter(more))} is not part of this request" in diagnosis.message
    assert (diagnosis.fix or "").startswith(f"Leave out {next(iter(more))}. ")
    assert not [line for line in org.sent if line.startswith("PATCH")]


def test_the_session_of_a_conversation_is_found(open_org: OpenOrg, tmp_path: Path) -> None:
    org = open_org()
    event = tmp_path / "event.json"
    event.write_text(
        json.dumps({"eventBody": {"id": org.scenario.target.conversation, "participants": []}})
    )
    report = org.probe(event=str(event))
    assert report.verdict == "ready"
    assert START in org.sent
    other = open_org().probe(conversation_id="00000000-0000-4000-8000-0000000000ff")
    assert other.diagnoses[0].cause == "session.not-found"


def without_sessions(org: Org, times: int | None) -> Scenario:
    """Return the org with a list of sessions that is empty at first."""
    empty = {"entities": [], "pageSize": 100, "pageNumber": 1, "total": 0, "pageCount": 0}
    path = "/api/v2/recording-sessions"
    fault = Fault(kind="status", status=200, method="GET", path=path, body=empty, times=times)
    return msgspec.structs.replace(org.scenario, faults=(fault,))


def test_a_conversation_has_a_session_a_little_later(open_org: OpenOrg) -> None:
    """A webhook names a conversation before the list has its session."""
    scenario = without_sessions(open_org(), 2)
    told: list[str] = []
    conversation = scenario.target.conversation
    with running(scenario) as url:
        org = Org(url, scenario)
        report = org.probe(
            conversation_id=conversation, wait=600, sleep=lambda _: None, tell=told.append
        )
        assert report.verdict == "ready"
        assert org.sent.count("GET /api/v2/recording-sessions") == 3
        assert "waiting for the conversation to have a session" in told
        assert "session-waited" in {note.code for note in report.notes}


def test_a_conversation_that_never_has_a_session(open_org: OpenOrg) -> None:
    scenario = without_sessions(open_org(), None)
    with running(scenario) as url:
        org = Org(url, scenario)
        for wait in (0.0, 0.7):
            report = org.probe(conversation_id=scenario.target.conversation, wait=wait)
            assert report.diagnoses[0].cause == "session.not-found"
            assert ("after" in report.diagnoses[0].message) is bool(wait)
        assert START not in org.sent


@pytest.mark.parametrize("pages", [21, None], ids=["long", "without a count"])
def test_a_list_that_was_not_searched_to_its_end_proves_nothing(
    open_org: OpenOrg, pages: int | None
) -> None:
    other = {"id": "x", "conversationId": "another", "state": "ACTIVE"}
    page = {"entities": [other] * 100, "pageCount": pages}
    fault = Fault(
        kind="status", status=200, method="GET", path="/api/v2/recording-sessions", body=page
    )
    scenario = msgspec.structs.replace(open_org().scenario, faults=(fault,))
    with running(scenario) as url:
        org = Org(url, scenario)
        (first, *_) = org.probe(conversation_id=scenario.target.conversation).diagnoses
    assert (first.cause, first.confidence) == ("session.not-found", "likely")
    assert first.message == (
        "None of the first 2,000 sessions belongs to this conversation; the rest of the list was "
        "not searched."
    )


def test_a_conversation_that_was_named_must_be_the_sessions(open_org: OpenOrg) -> None:
    org = open_org()
    report = org.probe(session_id=org.scenario.target.session, conversation_id="another")
    assert report.diagnoses[0].cause == "payload.conversation-mismatch"
    assert START not in org.sent


def test_the_operator_is_probed_only_when_that_is_meant(open_org: OpenOrg) -> None:
    org = open_org()
    who = org.scenario.subjects.operator
    environ = {OPERATOR_ID: who.client, OPERATOR_SECRET: who.secret}
    with pytest.raises(UsageError, match="only the operator's credentials"):
        org.probe(environ=environ)
    assert org.sent == []
    assert org.probe(environ=environ, as_operator=True).verdict == "ready"


def test_the_wrong_client_starts_nothing(open_org: OpenOrg, tmp_path: Path) -> None:
    org = open_org("wrong-client")
    options = {
        "client": "genesyscloud_oauth_client.recorder",
        "source": str(state_of(tmp_path, "user")),
    }
    assert org.probe(**options).diagnoses[0].cause == "auth.wrong-client"
    assert START not in org.sent
    hidden = open_org("self-reading-refused")
    report = hidden.probe(**options)
    assert (report.verdict, report.diagnoses[0].cause) == ("undecided", "undetermined")
    assert START not in hidden.sent
    with pytest.raises(UsageError, match="there is no client"):
        org.probe(client="genesyscloud_oauth_client.other", source=options["source"])
    with pytest.raises(UsageError, match="--client needs --source"):
        org.probe(client="genesyscloud_oauth_client.other")


@pytest.mark.parametrize("scenario", ["start-carried-out-anyway", "start-answered-by-page"])
@pytest.mark.parametrize("contract", ["recording-session", "call-recording"])
def test_a_start_whose_answer_does_not_tell(
    open_org: OpenOrg, scenario: str, contract: str
) -> None:
    org = open_org(scenario)
    target = org.scenario.target
    ids = {"conversation_id": target.conversation, "participant_id": target.participant}
    report = org.probe(contract=contract, **(ids if contract == "call-recording" else {}))
    assert report.verdict == "undecided"
    (diagnosis,) = report.diagnoses
    assert diagnosis.cause == "start.outcome-unknown"
    assert "is being recorded now" in diagnosis.message
    assert "recording-goes-on" in {note.code for note in report.notes}
    assert len([line for line in org.sent if not line.startswith("GET")]) == 1


def test_a_failed_start_that_was_not_carried_out(open_org: OpenOrg) -> None:
    report = open_org("server-error").probe()
    assert "probably not carried out" in report.diagnoses[0].message
    assert "recording-may-go-on" in {note.code for note in report.notes}


def test_a_start_whose_recording_is_not_seen_may_go_on(open_org: OpenOrg) -> None:
    org = open_org("start-not-confirmed")
    report = org.probe()
    assert {note.code for note in report.notes} == {"recording-may-go-on"}


def test_a_recording_that_somebody_else_started_meanwhile(open_org: OpenOrg) -> None:
    """The start is refused, and afterwards the participant is recorded nevertheless."""
    org = open_org()
    conflict = Fault(kind="status", status=409, method="PATCH", when="after")
    raced = msgspec.structs.replace(org.scenario, faults=(conflict,))
    target = raced.target
    with running(raced) as url:
        other = Org(url, raced)
        report = other.probe(
            contract="call-recording",
            conversation_id=target.conversation,
            participant_id=target.participant,
        )
        assert "session.already-recording" in {each.cause for each in report.diagnoses}
        assert "recording-goes-on" in {note.code for note in report.notes}
        assert len([line for line in other.sent if line.startswith("PATCH")]) == 1


def answered_with(org: Org, path: str, body: Any) -> Scenario:
    """Return the org with this answer to reads of that path."""
    fault = Fault(kind="status", status=200, method="GET", path=path, body=body)
    return msgspec.structs.replace(org.scenario, faults=(fault,))


def test_a_session_that_is_another_is_not_started(open_org: OpenOrg) -> None:
    body = {"id": "another", "state": "active", "conversationId": "k"}
    scenario = answered_with(open_org(), "/api/v2/recording-sessions/*", body)
    with running(scenario) as url:
        org = Org(url, scenario)
        report = org.probe()
        assert report.diagnoses[0].cause == "platform.unavailable"
        assert "about another id" in report.diagnoses[0].message
        assert START not in org.sent


def test_a_call_that_does_not_say_whether_it_is_recorded(open_org: OpenOrg) -> None:
    target = open_org().scenario.target
    people = [{"id": target.participant, "state": "connected"}]
    body = {"id": target.conversation, "participants": people}
    scenario = answered_with(open_org(), "/api/v2/conversations/calls/*", body)
    with running(scenario) as url:
        org = Org(url, scenario)
        report = org.probe(
            contract="call-recording",
            conversation_id=target.conversation,
            participant_id=target.participant,
        )
        assert report.diagnoses[0].cause == "undetermined"
        assert "does not say whether the participant is being" in report.diagnoses[0].message
        left = {each.cause for each in report.ruled_out if not each.excluded}
        assert "session.already-recording" in left
        assert not [line for line in org.sent if line.startswith("PATCH")]


def test_each_step_is_told(open_org: OpenOrg) -> None:
    told: list[str] = []
    open_org().probe(tell=told.append)
    assert told[0] == "asking for a token"
    assert "starting the recording" in told


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"preflight": True, "dry_run": True}, "cannot be used together"),
        ({"session_id": ".."}, "the session id is not an id"),
        ({"wait": float("nan")}, "--wait: not a number of seconds"),
        ({"wait": float("inf")}, "--wait: not a number of seconds"),
        ({"contract": "call-recording"}, "needs --conversation-id and --participant-id"),
        (
            {"conversation_id": "k", "session_id": None, "contract": "call-recording"},
            "--participant-id",
        ),
    ],
)
def test_what_is_refused_before_any_request(
    open_org: OpenOrg, options: dict[str, Any], message: str
) -> None:
    org = open_org()
    with pytest.raises(UsageError, match=message):
        org.probe(**options)
    assert org.sent == []


def test_whom_and_what_it_is_about_is_in_the_report(open_org: OpenOrg, tmp_path: Path) -> None:
    org = open_org()
    target = org.scenario.target
    event = tmp_path / "event.json"
    agent = {"id": target.participant, "purpose": "agent"}
    event.write_text(
        json.dumps({"id": target.conversation, "participants": [{"purpose": "customer"}, agent]})
    )
    report = org.probe(event=str(event), contract="call-recording", dry_run=True)
    client = org.scenario.subjects.user.client
    assert report.subject == Subject(client, "recorder-person", "CODE", False)
    assert report.contract == "call-recording"
    assert report.target == Target(None, target.conversation, target.participant)
    assert f"participant        {target.participant}" in text.render(report)
    found = org.probe(event=str(event), dry_run=True)
    assert found.target == Target(target.session, target.conversation, target.participant)
    alone = org.probe(dry_run=True)
    assert alone.target == Target(target.session, target.conversation, None)


def test_the_operator_is_named_as_such(open_org: OpenOrg) -> None:
    org = open_org()
    operator = org.scenario.subjects.operator
    environ = {OPERATOR_ID: operator.client, OPERATOR_SECRET: operator.secret}
    report = org.probe(environ=environ, as_operator=True, preflight=True)
    assert report.subject == Subject(operator.client, "operator", "CLIENT-CREDENTIALS", True)
    assert "the operator's own credentials" in text.render(report)
    hidden = open_org("self-reading-refused")
    own = hidden.scenario.subjects.client_credentials.client
    subject = hidden.probe("client-credentials", preflight=True).subject
    assert subject == Subject(own, None, None, False)


def test_an_event_that_names_two_agents_is_not_decided_by_the_first(
    open_org: OpenOrg, tmp_path: Path
) -> None:
    org = open_org()
    event = tmp_path / "event.json"
    people = [{"id": each, "purpose": "agent"} for each in ("a1", "a2")]
    event.write_text(json.dumps({"id": org.scenario.target.conversation, "participants": people}))
    with pytest.raises(UsageError, match="names 2 candidates for --participant-id: a1, a2"):
        org.probe(event=str(event), contract="call-recording", dry_run=True)
    assert org.sent == []
