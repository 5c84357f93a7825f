"""The pure half of the probe: observations and their diagnoses."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.probe.build import (
    BOTH_SCOPES,
    CALLS,
    FINE,
    PERMISSION,
    SESSIONS,
    causes,
    conclude,
    confirm,
    given,
    grants,
    owner,
    payload,
    seen,
    session,
    start,
    token,
)
from toolkit.contracts.reader import load_contract
from toolkit.model.observations import Observation
from toolkit.probe.payload import of_payload
from toolkit.probe.stages import CAUSES, Mode
from toolkit.probe.target import Probed, explained

Steps = tuple[Observation, ...]
MISLEADING = start(400, "bad.request", case="session-not-startable")
WHO, GRANTS, SESSION, PAYLOAD = 1, 2, 3, 4


def but(position: int, other: Observation) -> Steps:
    """Return the steps of a good run with one of them replaced."""
    return (*FINE[:position], other, *FINE[position + 1 :])


TABLE: list[tuple[str, Steps, str, list[tuple[str, str]]]] = [
    ("all well", (*FINE, start(), confirm()), "ready", [("none", "proven")]),
    (
        "bad credentials",
        (seen("token", 400, "invalid_client"),),
        "misconfigured",
        [("auth.bad-credentials", "proven")],
    ),
    (
        "refused at the log-in for another reason, such as by a gateway",
        (seen("token", 403, "forbidden"),),
        "misconfigured",
        [("auth.bad-credentials", "likely")],
    ),
    (
        "another grant type",
        (seen("token", 400, "unauthorized_client"),),
        "misconfigured",
        [("auth.grant-not-supported", "proven")],
    ),
    (
        "inactive, by the token endpoint",
        (seen("token", 400, "invalid_client", inactive=True),),
        "misconfigured",
        [("client.inactive", "likely")],
    ),
    (
        "inactive, by itself: the 401s follow from it",
        (given(), owner(state="inactive"), seen("own-grants", 401)),
        "misconfigured",
        [("client.inactive", "proven")],
    ),
    (
        "disabled, by itself",
        (given(), owner(state="disabled"), seen("own-grants", 401)),
        "misconfigured",
        [("client.inactive", "proven")],
    ),
    (
        "token expired",
        (given(), seen("who-am-i", 401, "credentials.expired")),
        "misconfigured",
        [("auth.token-rejected", "proven")],
    ),
    (
        "a 401 of nobody knows whom",
        (given(), seen("who-am-i", 401)),
        "misconfigured",
        [("auth.token-rejected", "likely")],
    ),
    (
        "a state of a client that is not known",
        (*but(WHO, owner(state="enabled")), start(), confirm()),
        "ready",
        [("none", "proven")],
    ),
    (
        "the same client, its id in capitals",
        (given(expected_client="C1"), *FINE[1:], start(), confirm()),
        "ready",
        [("none", "proven")],
    ),
    (
        "another client",
        (given(expected_client="c9"), *FINE[1:]),
        "misconfigured",
        [("auth.wrong-client", "proven")],
    ),
    (
        "scope missing, 403",
        (*but(WHO, owner(["recordingSession"])), start(403, "not.authorized")),
        "misconfigured",
        [("scope.missing", "likely")],
    ),
    (
        "scope missing, misleading 400",
        (*but(WHO, owner(["recording:modify"])), MISLEADING, confirm("startable", "active")),
        "misconfigured",
        [("scope.missing", "likely")],
    ),
    (
        "scope missing, not enforced",
        (*but(WHO, owner(["recordingSession"])), start(), confirm()),
        "ready",
        [("scope.missing", "likely")],
    ),
    (
        "scope missing, not enforced, nothing seen",
        (*but(WHO, owner([])), start(), confirm("startable", "active")),
        "undecided",
        [("start.not-confirmed", "proven"), ("scope.missing", "likely")],
    ),
    (
        "the scopes of a client that logs in for itself play no part",
        (token(), owner([], "CLIENT-CREDENTIALS"), *FINE[2:], start(), confirm()),
        "ready",
        [("none", "proven")],
    ),
    (
        "permission missing, by the grants",
        (token(), owner([], "CLIENT-CREDENTIALS"), grants("a:b:c"), *FINE[3:]),
        "misconfigured",
        [("permission.missing", "likely")],
    ),
    (
        "no grant at all",
        (token(), owner([], "CLIENT-CREDENTIALS"), grants(), *FINE[3:]),
        "misconfigured",
        [("permission.missing", "likely")],
    ),
    (
        "permission by a wildcard",
        (*but(GRANTS, grants("recording:*:*")), start(), confirm()),
        "ready",
        [("none", "proven")],
    ),
    (
        "permission under a condition is not known",
        (*but(GRANTS, grants(complete=False)), start(), confirm()),
        "ready",
        [("none", "proven")],
    ),
    (
        "permission missing, by the answer",
        (*FINE, start(403, "missing.permissions", permissions=("x:y:z",))),
        "misconfigured",
        [("permission.missing", "proven")],
    ),
    (
        "permission missing on reading the session",
        (*but(SESSION, seen("session", 403, "missing.any.permissions", permissions=("x:y:z",))),),
        "misconfigured",
        [("permission.missing", "proven")],
    ),
    (
        "a 403 that names nothing",
        (*FINE, start(403, "not.authorized")),
        "misconfigured",
        [("permission.denied", "possible")],
    ),
    (
        "a 403 on reading oneself is not a cause",
        (given(), seen("who-am-i", 403), seen("own-grants", 403), *FINE[3:], start(), confirm()),
        "ready",
        [("none", "proven")],
    ),
    (
        "a misleading 400 without a way to read the scopes",
        (given(), seen("who-am-i", 403), seen("own-grants", 403), *FINE[3:], MISLEADING),
        "undecided",
        [("undetermined", "possible")],
    ),
    (
        "payload and session at once",
        (*FINE[:3], session("ended", "completed"), payload(problems=("a is required",))),
        "undecided",
        [("session.ended", "likely"), ("payload.invalid", "likely")],
    ),
    (
        "another conversation",
        but(PAYLOAD, payload(conversation_mismatch=True)),
        "misconfigured",
        [("payload.conversation-mismatch", "likely")],
    ),
    (
        "another conversation, by the answer",
        (*FINE, start(400, "invalid.value", case="conversation-mismatch", fields=("sessionUri",))),
        "misconfigured",
        [("payload.conversation-mismatch", "likely")],
    ),
    (
        "media",
        but(PAYLOAD, payload(media_lacking=("screen",))),
        "misconfigured",
        [("payload.media-mismatch", "likely")],
    ),
    (
        "a body that only the API finds wrong",
        (*FINE, start(400, "bad.request", fields=("recordingFormat",))),
        "misconfigured",
        [("payload.invalid", "likely")],
    ),
    ("415", (*FINE, start(415)), "misconfigured", [("request.content-type", "proven")]),
    (
        "not.a.user",
        (*FINE, start(400, "not.a.user")),
        "misconfigured",
        [("auth.user-context-required", "proven")],
    ),
    (
        "no such API",
        (*FINE[:3], seen("sessions", 404, "not.found")),
        "misconfigured",
        [("endpoint.unknown", "proven")],
    ),
    (
        "no such API comes before a scope that it would need",
        (given(), seen("sessions", 404, "not.found"), owner([]), seen("own-grants", 403)),
        "misconfigured",
        [("endpoint.unknown", "proven")],
    ),
    (
        "no such API, whoever asks",
        (given(), seen("sessions", 404, "not.found"), seen("who-am-i", 401, "bad.credentials")),
        "misconfigured",
        [("endpoint.unknown", "proven"), ("auth.token-rejected", "proven")],
    ),
    (
        "a list that is not there, by an answer that is not in the API's form",
        (*FINE[:3], seen("sessions", 404)),
        "misconfigured",
        [("endpoint.unknown", "likely")],
    ),
    (
        "a log-in that failed comes before it",
        (seen("token", 400, "invalid_client"), seen("sessions", 404, "not.found")),
        "misconfigured",
        [("auth.bad-credentials", "proven"), ("endpoint.unknown", "likely")],
    ),
    (
        "a start that is not there, and nothing else",
        (payload(problems=("a is required",)), start(404, "not.found")),
        "undecided",
        [
            ("endpoint.unknown", "possible"),
            ("session.not-found", "possible"),
            ("payload.invalid", "likely"),
        ],
    ),
    (
        "no such session",
        (*FINE[:3], seen("session", 404), seen("sessions", 200)),
        "undecided",
        [("session.not-found", "proven")],
    ),
    (
        "no such session, and the list is refused",
        (*FINE[:3], seen("session", 404), seen("sessions", 403)),
        "undecided",
        [("session.not-found", "likely")],
    ),
    (
        "no session of the conversation",
        (*FINE[:3], seen("sessions", 200, no_match=True)),
        "undecided",
        [("session.not-found", "proven")],
    ),
    (
        "no session of the conversation in as much of the list as was searched",
        (*FINE[:3], seen("sessions", 200, searched=2000)),
        "undecided",
        [("session.not-found", "likely")],
    ),
    (
        "not ready",
        but(SESSION, session("not-ready", "pending", waited_ms=3000)),
        "undecided",
        [("session.not-ready", "likely")],
    ),
    (
        "recording already",
        but(SESSION, session("recording", "recording")),
        "undecided",
        [("session.already-recording", "likely")],
    ),
    (
        "ended between the look and the start",
        (*FINE, MISLEADING, confirm("ended", "completed")),
        "undecided",
        [("session.ended", "likely")],
    ),
    (
        "someone else was faster",
        (*FINE, MISLEADING, confirm()),
        "undecided",
        [("session.already-recording", "likely")],
    ),
    (
        "everything is fine and it is refused",
        (*FINE, MISLEADING, confirm("startable", "active")),
        "undecided",
        [("undetermined", "possible")],
    ),
    (
        "the start is not there, what it is for is",
        (*FINE, start(404), confirm("startable", "active")),
        "misconfigured",
        [("endpoint.unknown", "likely")],
    ),
    (
        "accepted and not seen",
        (*FINE, start(), confirm("startable", "active")),
        "undecided",
        [("start.not-confirmed", "proven")],
    ),
    (
        "no answer, but it records",
        (*FINE, start(None, failure="timeout", lost=True), confirm()),
        "undecided",
        [("start.outcome-unknown", "proven")],
    ),
    ("409", (*FINE, start(409)), "undecided", [("request.conflict", "proven")]),
    (
        "429 on the start",
        (*FINE, start(429, limited=True)),
        "unreachable",
        [("platform.rate-limited", "proven")],
    ),
    (
        "500 on the start",
        (*FINE, start(500, lost=True), confirm("startable", "active")),
        "undecided",
        [("start.outcome-unknown", "proven")],
    ),
    (
        "the start was never sent",
        (*FINE, start(None, failure="refused", never_sent=True)),
        "unreachable",
        [("network.unreachable", "proven")],
    ),
    (
        "no network",
        (seen("token", None, failure="dns"),),
        "unreachable",
        [("network.unreachable", "proven")],
    ),
    (
        "the token endpoint is another server",
        (seen("token", 404, failure="unexpected"),),
        "unreachable",
        [("platform.unavailable", "proven")],
    ),
    (
        "a scope is missing, and the session cannot be read",
        (*FINE[:1], owner([]), FINE[2], seen("session", 503)),
        "unreachable",
        [("platform.unavailable", "proven"), ("scope.missing", "likely")],
    ),
    (
        "the platform failed before the payload was looked at",
        (given(), seen("who-am-i", 503), payload(problems=("a is required",))),
        "unreachable",
        [("platform.unavailable", "proven"), ("payload.invalid", "likely")],
    ),
    (
        "looking again failed after a start that was accepted",
        (*FINE, start(), seen("confirm", 503)),
        "undecided",
        [("start.not-confirmed", "proven")],
    ),
    (
        "no start was tried",
        (*FINE[:3], Observation("start", "skipped", detail="the session's state is not known")),
        "undecided",
        [("undetermined", "possible")],
    ),
]


@pytest.mark.parametrize(
    ("steps", "verdict", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_the_table(steps: Steps, verdict: str, expected: list[tuple[str, str]]) -> None:
    conclusion = conclude(*steps)
    assert (causes(conclusion), conclusion.verdict) == (expected, verdict)


CALL = (token(), owner([], "CLIENT-CREDENTIALS"), grants("conversation:call:record"))
CALL_TABLE: list[tuple[str, Steps, list[tuple[str, str]]]] = [
    ("alerting", (session("not-ready", "alerting"),), [("participant.not-active", "proven")]),
    ("gone", (session("ended", "terminated"),), [("participant.not-active", "proven")]),
    ("recorded", (session("recording", "connected"),), [("session.already-recording", "proven")]),
    ("not in it", (seen("session", participant_absent=True),), [("session.not-found", "proven")]),
    (
        "left between the look and the start",
        (
            session(state="connected"),
            payload(),
            start(404, "conversation.error.not.conversation.participant"),
            confirm("startable", "connected"),
        ),
        [("session.not-found", "proven")],
    ),
    (
        "recorded or not is not said",
        (
            session("not-ready", "connected", recording_told=False),
            Observation("start", "skipped", detail="the call does not say it"),
        ),
        [("undetermined", "possible")],
    ),
    (
        "no such call",
        (seen("session", 404, "conversation.error.conversation.not.found"),),
        [("session.not-found", "proven")],
    ),
    (
        "left meanwhile",
        (session(), payload(), start(400, "conversation.error.call.disconnected")),
        [("participant.left", "proven")],
    ),
    (
        "a 403 about the participant is none about rights",
        (session(), start(403, "conversation.error.forbidden.not.active.participant")),
        [("participant.not-active", "proven")],
    ),
]


@pytest.mark.parametrize(
    ("steps", "expected"), [row[1:] for row in CALL_TABLE], ids=[row[0] for row in CALL_TABLE]
)
def test_the_table_of_calls(steps: Steps, expected: list[tuple[str, str]]) -> None:
    assert causes(conclude(*CALL, *steps, what=CALLS)) == expected


def test_any_one_of_several_permissions_is_enough() -> None:
    held = grants("conversation:call:record", division="Branch")
    conclusion = conclude(*CALL[:2], held, session(), payload(), start(), confirm(), what=CALLS)
    assert causes(conclusion) == [("none", "proven")]


@pytest.mark.parametrize("status", [200, 202])
def test_a_start_that_was_accepted_was_not_refused(status: int) -> None:
    """Alone in a recording, the accepted start is the only evidence."""
    answered = {
        each.cause: (each.excluded, each.by, each.step)
        for each in conclude(seen("start", status), mode=Mode.EXPLAIN).ruled_out
    }
    for cause in ("client.inactive", "permission.missing", "endpoint.unknown", "session.not-found"):
        assert answered[cause] == (True, f"GET /start answered {status}", "start")
    for cause in ("scope.missing", "session.ended", "payload.invalid"):
        assert answered[cause][0] is False, "an org may not look at scopes, nor the answer wait"


@pytest.mark.parametrize("what", [SESSIONS, CALLS])
def test_what_was_ruled_out_and_what_was_not_are_apart(what: Probed) -> None:
    steps = but(WHO, owner([*BOTH_SCOPES, "conversations"]))
    conclusion = conclude(*steps, MISLEADING, confirm("startable", "active"), what=what)
    named = {each.cause for each in conclusion.diagnoses}
    out = [each.cause for each in conclusion.ruled_out if each.excluded]
    left = [each.cause for each in conclusion.ruled_out if not each.excluded]
    assert "scope.missing" in out
    assert "auth.wrong-client" in left
    # A cause that is excluded names an existing step; one that is not, names none.
    seen = {step.name for step in (*steps, MISLEADING, confirm("startable", "active"))}
    assert {each.step for each in conclusion.ruled_out if each.excluded} <= seen
    assert {each.step for each in conclusion.ruled_out if not each.excluded} == {None}
    assert not named & {*out, *left}
    assert not {*out} & {*left}
    assert {*out, *left} <= set(CAUSES)


def test_nothing_seen_rules_nothing_out() -> None:
    alone = payload(problems=("x is required",), conversation_compared=False, media_compared=False)
    conclusion = conclude(alone, mode=Mode.EXPLAIN)
    assert [each.cause for each in conclusion.ruled_out if each.excluded] == []
    assert {"scope.missing", "session.not-ready"} <= {each.cause for each in conclusion.ruled_out}


def test_a_granted_permission_elsewhere_is_pointed_out() -> None:
    held = grants(PERMISSION, division="Branch")
    refused = start(403, "missing.permissions", permissions=(PERMISSION,))
    (diagnosis,) = conclude(*but(GRANTS, held), refused).diagnoses
    assert f"holds {PERMISSION} in Branch" in diagnosis.message
    assert "lacks" not in diagnosis.message
    assert diagnosis.hcl is None


def test_a_grant_of_another_permission_is_not_taken_for_the_one_that_is_refused() -> None:
    held = grants(PERMISSION, division="Branch")
    refused = start(403, "missing.permissions", permissions=("conversation:call:record",))
    (diagnosis,) = conclude(*but(GRANTS, held), refused).diagnoses
    assert "lacks the permission conversation:call:record." in diagnosis.message
    assert "Branch" not in diagnosis.message
    assert 'action_set  = ["record"]' in (diagnosis.hcl or "")


def test_a_grant_in_all_divisions_is_not_told_to_be_in_another_one() -> None:
    held = grants(PERMISSION, division="*")
    refused = start(403, "missing.permissions", permissions=(PERMISSION,))
    (diagnosis,) = conclude(*but(GRANTS, held), refused).diagnoses
    assert f"holds {PERMISSION} in all divisions" in diagnosis.message
    assert "another" not in diagnosis.message
    assert "licence" in diagnosis.message
    assert "five minutes" in (diagnosis.fix or "")
    assert diagnosis.hcl is None


@pytest.mark.parametrize(("division", "excluded"), [("Branch", False), ("*", True)])
def test_a_grant_in_one_division_rules_nothing_out(division: str, excluded: bool) -> None:
    held = but(GRANTS, grants(PERMISSION, division=division))
    conclusion = conclude(*held, mode=Mode.PREFLIGHT)
    found = {each.cause: each for each in conclusion.ruled_out}["permission.missing"]
    assert found.excluded is excluded
    assert found.by.startswith("granted in ")


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (
            but(WHO, owner(["recordings", "recording:modify"])),
            'resource "genesyscloud_oauth_client" "mine" {\n  scopes = [\n'
            '    "recordings",\n    "recording:session:write",\n    "recordingSession",\n'
            "  ]\n}",
        ),
        (but(WHO, owner(state="inactive")), '  state = "active"'),
        ((seen("token", 400, "unauthorized_client"),), '= "CLIENT-CREDENTIALS"'),
        ((token(), owner([], "CLIENT-CREDENTIALS"), grants()), 'action_set  = ["write"]'),
        (
            (*FINE, start(400, "not.a.user")),
            '  authorized_grant_type = "CODE"\n  scopes = [\n    "recording:session:write",',
        ),
    ],
)
def test_the_terraform_that_mends_it(steps: Steps, expected: str) -> None:
    address = 'module.x[0].genesyscloud_oauth_client.mine["a"]'
    first = replace(steps[0], facts={**steps[0].facts, "address": address})
    diagnosis = conclude(first, *steps[1:]).diagnoses[0]
    assert expected in (diagnosis.hcl or "")


def test_no_invented_scope_is_listed_again() -> None:
    (found,) = conclude(given(), owner(BOTH_SCOPES), what=CALLS, mode=Mode.PREFLIGHT).diagnoses
    assert (found.cause, found.confidence.value) == ("scope.missing", "proven")
    assert "recording:session:write and recordingSession are not scopes of the published API" in (
        found.message
    )
    assert (found.hcl or "").count('",') == 1
    assert '"conversations",' in (found.hcl or "")
    (found,) = conclude(*but(WHO, owner(["recording:modify", "recordingSession"]))).diagnoses
    assert "recording:modify is not a scope of the published API" in found.message
    assert "recording:modify" not in (found.hcl or "")


@pytest.mark.parametrize(
    ("grant", "may_be", "compare"),
    [
        ("CLIENT-CREDENTIALS", "No scope is missing", "the permissions of the client's roles with"),
        ("CODE", "scope or a permission", "the permissions of the user who logged in, with"),
    ],
)
def test_a_refusal_without_a_reason_speaks_of_the_grant_type_at_hand(
    grant: str, may_be: str, compare: str
) -> None:
    steps = (given(), owner(BOTH_SCOPES, grant), session(), payload())
    (found,) = conclude(*steps, start(403, "not.authorized")).diagnoses
    assert found.cause == "permission.denied"
    assert may_be in found.message
    assert compare in (found.fix or "")
    assert "scopes of the client" in (found.fix or "") or grant == "CLIENT-CREDENTIALS"


def test_an_inactive_client_is_told_when_it_is_deleted() -> None:
    (found,) = conclude(given(), owner(state="inactive", deleted_on="2027-03-31")).diagnoses
    assert found.message.endswith("It is to be deleted on 2027-03-31.")
    assert 'state = "active"' in (found.hcl or "")
    (found,) = conclude(given(), owner(state="disabled")).diagnoses
    assert "The client is disabled: its tokens are not valid" in found.message
    assert found.hcl is None


def test_preflight_and_dry_run_are_never_ready() -> None:
    assert conclude(*FINE[:3], mode=Mode.PREFLIGHT).verdict == "preflight"
    assert conclude(*FINE, mode=Mode.DRY_RUN).verdict == "undecided"
    broken = conclude(*but(WHO, owner(BOTH_SCOPES[:1])), mode=Mode.PREFLIGHT)
    assert broken.verdict == "misconfigured"


NOT_FOUND = (seen("who-am-i", 404), seen("own-grants", 404))
DENIED = (seen("who-am-i", 403, "not.authorized"), seen("own-grants", 403, "not.authorized"))
MEANT = given(expected_client="c1")


@pytest.mark.parametrize(
    ("steps", "verdict", "expected"),
    [
        ((given(), *NOT_FOUND), "unreachable", ["platform.unavailable"]),
        (
            (given(), seen("who-am-i", 400), seen("own-grants", 400)),
            "unreachable",
            ["platform.unavailable"],
        ),
        ((token(), *NOT_FOUND), "unreachable", ["platform.unavailable"]),
        # A gateway in front may refuse like that; it is not known to be the API.
        ((given(), seen("who-am-i", 403), seen("own-grants", 403)), "undecided", ["undetermined"]),
        ((token(), seen("who-am-i", 403), seen("own-grants", 403)), "undecided", ["undetermined"]),
        # The API itself does not allow the client to read itself.
        ((given(), *DENIED), "preflight", []),
        ((given(), seen("who-am-i", 404), grants(PERMISSION)), "preflight", []),
        # Then the owner of the token is unknown, unless it came from the client's own id.
        ((MEANT, *DENIED), "undecided", ["undetermined"]),
        ((MEANT, owner(client_id=None), grants(PERMISSION)), "undecided", ["undetermined"]),
        ((token(expected_client="c1"), *DENIED), "preflight", []),
        # Every org has both calls; a server without them is not the API, whatever its format.
        (
            (given(), seen("who-am-i", 404, "not.found"), NOT_FOUND[1]),
            "unreachable",
            ["platform.unavailable"],
        ),
    ],
)
def test_a_preflight_that_proved_nothing_is_no_success(
    steps: Steps, verdict: str, expected: list[str]
) -> None:
    conclusion = conclude(*steps, mode=Mode.PREFLIGHT)
    assert ([each.cause for each in conclusion.diagnoses], conclusion.verdict) == (
        expected,
        verdict,
    )


@pytest.mark.parametrize(
    ("answer", "excluded"),
    [
        (seen("session", 404, "not.found"), False),
        (seen("session", 404), False),
        (seen("session", 400, "bad.request"), False),
        (seen("session", 403), False),
        (seen("session", 403, "not.authorized"), True),
        (session(), True),
    ],
)
def test_what_rules_out_that_the_token_is_rejected(answer: Observation, excluded: bool) -> None:
    out = {each.cause: each for each in conclude(given(), answer).ruled_out}
    assert out["auth.token-rejected"].excluded is excluded


def test_another_server_is_not_an_api_without_sessions() -> None:
    gone = (seen("session", 404), seen("sessions", 404))
    found = conclude(given(), *NOT_FOUND, *gone)
    assert [each.cause for each in found.diagnoses] == ["platform.unavailable"]
    assert "--api-url" in (found.diagnoses[0].fix or "")


def test_a_token_that_expired_is_not_a_right_that_lacks() -> None:
    found = conclude(given(), seen("who-am-i", 401, "credentials.expired"), mode=Mode.PREFLIGHT)
    (state,) = [each for each in found.ruled_out if each.cause == "client.inactive"]
    assert "may not read itself" not in state.by
    assert "401 credentials.expired" in state.by


def test_where_nothing_answers_that_alone_is_said() -> None:
    found = conclude(given(), seen("who-am-i", None, failure="dns"))
    assert [each.cause for each in found.diagnoses] == ["network.unreachable"]
    assert found.ruled_out == ()
    assert conclude(token(), seen("who-am-i", None, failure="dns")).ruled_out


def test_the_same_observations_give_the_same_conclusion() -> None:
    steps = (*FINE, MISLEADING, confirm("startable", "active"))
    assert conclude(*steps) == conclude(*steps)


def test_every_diagnosis_has_evidence_and_all_but_the_good_one_a_fix() -> None:
    for name, steps, _, _ in TABLE:
        for diagnosis in conclude(*steps).diagnoses:
            assert diagnosis.cause in CAUSES
            assert diagnosis.message.endswith("."), name
            assert diagnosis.evidence or diagnosis.cause == "undetermined", name
            assert diagnosis.fix or diagnosis.cause == "none", name


@pytest.mark.parametrize(
    ("what", "scopes", "permission"),
    [
        (
            SESSIONS,
            "a start needs recording:session:write and recordingSession; ",
            "a start needs recording:session:write; ",
        ),
        (CALLS, "a start needs conversations; ", "a start needs conversation:call:record; "),
    ],
)
def test_what_is_not_ruled_out_says_what_a_start_needs(
    what: Probed, scopes: str, permission: str
) -> None:
    conclusion = conclude(MISLEADING, what=what, mode=Mode.EXPLAIN)
    by = {each.cause: each.by for each in conclusion.ruled_out if not each.excluded}
    assert by["scope.missing"].startswith(scopes)
    assert by["permission.missing"].startswith(permission)


def test_all_is_well_only_where_it_is() -> None:
    told = start(400, "bad.request", case="session-not-startable")
    (found,) = conclude(session(), payload(), told, mode=Mode.EXPLAIN).diagnoses
    assert "as it should be" not in found.message
    assert "the scopes of a start, recording:session:write and recordingSession" in found.message
    assert "Not ruled out either" in found.message
    assert "permission.missing" in found.message
    everywhere = grants(PERMISSION, division="*")
    sent = payload(content_type="application/json")
    steps = (given(), owner(), everywhere, session(), sent, told)
    (found,) = conclude(*steps, confirm("startable", "active")).diagnoses
    assert found.message.endswith("Everything that can be checked is as it should be.")
    assert found.fix is not None
    assert found.fix.startswith("Ask Genesys's support")


def test_without_the_grant_type_a_scope_that_is_held_is_enough() -> None:
    for scopes, excluded in ((BOTH_SCOPES, True), (("recording:modify",), False)):
        caller = seen("who-am-i", scopes=scopes)
        conclusion = conclude(given(), caller, session(), payload(), MISLEADING)
        (found,) = [each for each in conclusion.ruled_out if each.cause == "scope.missing"]
        assert found.excluded is excluded
    assert "no grant type" in found.by


@pytest.mark.parametrize(
    ("caller", "who"),
    [
        ((), "The caller lacks"),
        ((token(),), "The client lacks"),
        ((given(), owner()), "The user who logged in lacks"),
    ],
)
def test_who_lacks_a_permission_is_said_only_where_it_is_known(caller: Steps, who: str) -> None:
    refused = start(403, "missing.permissions", permissions=(PERMISSION,))
    (found,) = conclude(*caller, refused, mode=Mode.EXPLAIN).diagnoses
    assert found.message.startswith(who)
    both = "of the client, where it logs in for itself, or else of the user who logged in"
    assert (both in str(found.fix)) is (not caller)


def test_a_list_that_answers_rules_an_unknown_endpoint_out() -> None:
    steps = (given(), owner(), grants(PERMISSION), seen("session", 404, "not.found"))
    conclusion = conclude(*steps, seen("sessions"))
    assert conclusion.diagnoses[0].cause == "session.not-found"
    (found,) = [each for each in conclusion.ruled_out if each.cause == "endpoint.unknown"]
    assert (found.excluded, found.step) == (True, "sessions")


def test_what_was_not_read_is_not_compared_with() -> None:
    lost = seen("session", 404, "not.found")
    body = {
        "recordingType": "call",
        "mediaTypes": ["audio"],
        "sessionUri": "https://api.example.com/api/v2/conversations/k",
    }
    checked = of_payload(SESSIONS, body, session=lost, conversation_id="k")
    conclusion = conclude(given(), owner(), lost, checked, mode=Mode.DRY_RUN)
    for each in conclusion.ruled_out:
        if each.cause in ("payload.conversation-mismatch", "payload.media-mismatch"):
            assert not each.excluded
            assert each.by.startswith("the session was not read")
    other = of_payload(SESSIONS, body, session=lost, conversation_id="other")
    assert other.facts["conversation_mismatch"]


@pytest.mark.parametrize(
    ("mode", "facts", "words", "option"),
    [
        (Mode.START, {}, "Wait for it: --wait", True),
        (Mode.START, {"waited_ms": 3000}, "Wait longer: --wait", True),
        (Mode.EXPLAIN, {}, "look until it is active", False),
    ],
)
def test_waiting_is_advised_where_it_can_be_done(
    mode: Mode, facts: dict[str, int], words: str, option: bool
) -> None:
    (found,) = conclude(session("not-ready", "weird", **facts), mode=mode).diagnoses
    assert words in (found.fix or "")
    assert ("--wait" in (found.fix or "")) is option
    assert "The contract names active, recording, completed" in found.message


def test_a_contract_that_reads_nothing_leaves_no_hole() -> None:
    what = explained(replace(load_contract("recording-state"), reads=""))
    conclusion = conclude(start(400, "bad.request"), what=what, mode=Mode.EXPLAIN)
    by = {each.by for each in conclusion.ruled_out if each.cause.startswith("session.")}
    assert by == {"the call was not read, which this contract has no call for"}
