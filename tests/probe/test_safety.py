"""What a probe must never do to a conversation, shown by the requests that the mock received.

200 runs with random faults, from a fixed seed: a failure names the number of its run, which can be
repeated.
"""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
import requests

from tests.probe.accuracy import environment
from toolkit.genesys.transport import Limits
from toolkit.mock.scenario import Fault, Scenario, TimedState
from toolkit.mock.scenarios import load_scenario
from toolkit.mock.server import running
from toolkit.model.report import Report
from toolkit.workflows import OrgConnection, ProbeRequest, probe

pytestmark = pytest.mark.server

SEED = 20261123
RUNS = 200
#: How long answers are delayed, in seconds: any answer, or the answer to a start.
HELD, START_HELD = 5.0, 60.0
PATHS = (
    "*",
    "/oauth/token",
    "/api/v2/*",
    "/api/v2/tokens/me",
    "/api/v2/recording-sessions/*",
    "/api/v2/recording-sessions/*/start",
    "/api/v2/conversations/calls/*",
    "/api/v2/conversations/calls/*/participants/*",
)
STATES = ("active", "active", "active", "pending", "completed", "recording", "paused")
CALL_STATES = ("connected", "connected", "connected", "alerting", "disconnected")


@dataclass(frozen=True)
class Run:
    """One probe of a faulty org, and every request that the org received."""

    number: int
    contract: str
    report: Report
    requests: list[dict[str, Any]]

    @property
    def starting(self) -> list[dict[str, Any]]:
        """Return the requests that write to a conversation, in order."""
        return [
            r
            for r in self.requests
            if r["method"] in ("POST", "PATCH", "PUT") and r["path"] != "/oauth/token"
        ]


def faulty(rng: random.Random) -> Scenario:
    """Return an org with up to four faults, sometimes of the start itself."""
    faults = [_fault(rng) for _ in range(rng.randint(0, 4))]
    if rng.random() < 0.25:
        faults = [*faults[:1], _at_the_start(rng)]
    ready = load_scenario("ready")
    states = tuple(
        TimedState(state=rng.choice(STATES), for_=rng.choice((0.0, 0.2)))
        for _ in range(rng.randint(1, 2))
    )
    session = msgspec.structs.replace(
        ready.sessions[0],
        states=states,
        after_start=(TimedState(state=rng.choice(("recording", "recording", "active"))),),
    )
    call = ready.conversations[0]
    agent = msgspec.structs.replace(
        call.participants[0],
        states=(TimedState(state=rng.choice(CALL_STATES)),),
        recording=rng.random() < 0.25,
        starts=rng.random() < 0.8,
    )
    return msgspec.structs.replace(
        ready,
        faults=tuple(faults),
        sessions=(session,),
        conversations=(msgspec.structs.replace(call, participants=(agent,)),),
        enforcement=msgspec.structs.replace(
            ready.enforcement, missing_scope=rng.choice(("forbidden", "misleading", "off"))
        ),
    )


def _fault(rng: random.Random) -> Fault:
    return Fault(
        kind=rng.choice(("latency", "status", "rate-limited", "reset", "truncated", "html")),
        method=rng.choice(("*", "GET", "POST", "PATCH")),
        path=rng.choice(PATHS),
        when=rng.choice(("before", "after")),
        times=rng.choice((None, 1, 2)),
        skip=rng.choice((0, 0, 1, 2)),
        seconds=rng.choice((0.05, HELD)),
        status=rng.choice((400, 401, 403, 404, 409, 415, 500, 502, 503, 504)),
        retry_after=rng.choice((None, 0, 1, 60)),
    )


def _at_the_start(rng: random.Random) -> Fault:
    """Return a fault that leaves the result of a start uncertain."""
    return Fault(
        kind=rng.choice(("latency", "latency", "reset", "html", "status")),
        method="*",
        path=rng.choice(("/api/v2/recording-sessions/*/start", "*/participants/*")),
        when=rng.choice(("before", "after")),
        seconds=START_HELD,
        status=rng.choice((200, 500, 503)),
    )


def limits_for(scenario: Scenario) -> Limits:
    """Return limits that are short only if an answer is delayed: a slow machine must not cause a
    time-out.
    """
    held = {fault.seconds for fault in scenario.faults if fault.kind == "latency"}
    return Limits(
        connect=30.0,
        read=0.6 if HELD in held else 60.0,
        start=0.3 if held & {HELD, START_HELD} else 60.0,
        tries=3,
        waiting=2.0,
    )


def perform(number: int) -> Run:
    rng = random.Random(SEED + number)
    scenario = faulty(rng)
    contract = rng.choice(("recording-session", "call-recording"))
    grant = rng.choice(("user", "client-credentials"))
    target = scenario.target
    by_session = contract == "recording-session"
    with running(scenario) as url:
        request = ProbeRequest(
            contract=contract,
            session_id=target.session if by_session else None,
            conversation_id=None if by_session else target.conversation,
            participant_id=None if by_session else target.participant,
            wait=rng.choice((0.0, 0.3)),
        )
        org = OrgConnection(
            api_url=url,
            environ=environment(scenario, grant),
            limits=limits_for(scenario),
            sleep=lambda seconds: time.sleep(min(seconds, 0.01)),
        )
        report = probe(request, org)
        session = requests.Session()
        session.trust_env = False
        with session, session.get(f"{url}/__mock__/requests", timeout=60) as answer:
            captured = answer.json()["requests"]
    return Run(number, contract, report, captured)


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    with ThreadPoolExecutor(12) as pool:
        return list(pool.map(perform, range(RUNS)))


def _step(run: Run, name: str) -> Any:
    return next((s for s in run.report.steps if s.name == name and s.outcome != "skipped"), None)


def test_there_are_runs_of_every_kind(runs: list[Run]) -> None:
    verdicts = {run.report.verdict for run in runs}
    assert {str(verdict) for verdict in verdicts} == {
        "ready",
        "misconfigured",
        "undecided",
        "unreachable",
    }
    started = [run for run in runs if run.starting]
    lost = [run for run in started if _step(run, "start").facts.get("lost")]
    stopped = [run for run in runs if _step(run, "stop") is not None]
    assert (len(started) > 40, len(lost) > 5, len(stopped) > 5) == (True, True, True)
    late = [run for run in lost if _step(run, "start").facts.get("failure") == "timeout"]
    assert len(late) > 3


def test_a_start_is_sent_once_at_most(runs: list[Run]) -> None:
    for run in runs:
        stops = 1 if _step(run, "stop") is not None else 0
        assert len(run.starting) <= 1 + stops, run.number


def test_a_start_that_was_lost_is_not_sent_again_nor_stopped(runs: list[Run]) -> None:
    for run in runs:
        start = _step(run, "start")
        if start is not None and start.outcome != "ok":
            assert len(run.starting) <= 1, run.number
            assert _step(run, "stop") is None, run.number


def test_nothing_is_written_but_to_what_was_read_as_startable(runs: list[Run]) -> None:
    for run in runs:
        session = _step(run, "session")
        startable = session is not None and session.facts.get("phase") == "startable"
        if not startable:
            assert run.starting == [], run.number


def test_nothing_is_stopped_that_was_not_started_and_seen(runs: list[Run]) -> None:
    for run in runs:
        if _step(run, "stop") is not None:
            assert run.contract == "call-recording", run.number
            assert _step(run, "start").outcome == "ok", run.number
            assert _step(run, "confirm").facts["phase"] == "recording", run.number
            assert _step(run, "session").facts["recording"] is False, run.number
        elif run.contract == "call-recording":
            assert len(run.starting) <= 1, run.number


def test_what_may_go_on_is_said(runs: list[Run]) -> None:
    """For every start that was accepted, or may have been carried out, the report says what is
    left.
    """
    left = {"recording-stopped", "recording-goes-on", "recording-may-go-on"}
    for run in runs:
        start = _step(run, "start")
        if start is not None and (start.outcome == "ok" or start.facts.get("lost")):
            assert {note.code for note in run.report.notes} & left, run.number


def test_ready_is_said_only_of_what_was_started_and_seen(runs: list[Run]) -> None:
    for run in runs:
        if run.report.verdict == "ready":
            assert _step(run, "start").status == 202, run.number
            assert _step(run, "confirm").facts["phase"] == "recording", run.number


def test_every_run_has_an_answer(runs: list[Run]) -> None:
    for run in runs:
        assert run.report.diagnoses, run.number
