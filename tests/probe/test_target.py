"""Ids from options and events, and the paths and payloads made from them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.probe.build import CALLS, SESSIONS
from toolkit.contracts.reader import load_contract
from toolkit.errors import ProbeError, UsageError
from toolkit.probe.event import candidates, target_of_event
from toolkit.probe.payload import of_payload
from toolkit.probe.target import (
    Target,
    bound,
    conversation_of,
    default_payload,
    path_of,
    probed,
)

PEOPLE = [
    {"id": "p1", "purpose": "customer", "state": "connected"},
    {"id": "p2", "purpose": "agent", "state": "disconnected"},
    {"id": "p3", "purpose": "agent", "state": "connected"},
]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"sessionId": "s", "conversationId": "k"}, Target("s", "k")),
        ({"recordingSession": {"id": "s"}, "conversation": {"id": "k"}}, Target("s", "k")),
        (
            {"topicName": "t", "eventBody": {"id": "k", "participants": PEOPLE}},
            Target(None, "k", "p3"),
        ),
        ({"detail": {"eventBody": {"conversationId": "k"}}}, Target(None, "k")),
        ([{"conversationId": "k", "participantId": "p"}], Target(None, "k", "p")),
        (
            {"id": "k", "participants": [*PEOPLE, {"id": "p4", "purpose": "agent"}]},
            Target(None, "k"),
        ),
    ],
)
def test_events(event: Any, expected: Target) -> None:
    assert target_of_event(event) == expected


@pytest.mark.parametrize(
    "event", [None, [], {}, 7, {"id": "x"}, {"eventBody": []}, {"sessionId": 7}]
)
def test_events_that_name_nothing(event: Any) -> None:
    with pytest.raises(ProbeError, match="neither a session nor a conversation"):
        target_of_event(event)


@pytest.mark.parametrize("value", ["", "..", ".", "a/b", "a b", "a\n", "%2e%2e", "x" * 200, "?"])
def test_an_id_cannot_lead_elsewhere(value: str) -> None:
    with pytest.raises(UsageError, match="the session id is not an id"):
        Target(session_id=value)


def test_paths() -> None:
    assert path_of(SESSIONS.start, Target("a:b")) == "/api/v2/recording-sessions/a%3Ab/start"
    assert bound(SESSIONS.read, "//api/v2/recording-sessions/a%3Ab/") == {"sessionId": "a:b"}
    assert bound(SESSIONS.read, "/api/v2/recording-sessions/x/start") is None
    assert bound(SESSIONS.read, "/api/v2/recording-sessions") is None
    with pytest.raises(ProbeError, match="needs sessionId"):
        path_of(SESSIONS.start, Target(conversation_id="k"))


def test_the_probes_own_payload_fits_its_contract() -> None:
    payload = default_payload(SESSIONS.start, "https://api.example.com", "k")
    assert payload == {
        "recordingType": "call",
        "mediaTypes": ["audio"],
        "sessionUri": "https://api.example.com/api/v2/conversations/k",
    }
    assert of_payload(SESSIONS, payload).outcome == "ok"
    assert default_payload(SESSIONS.start, "https://a", None) is None
    assert default_payload(CALLS.start, "https://a", None) == {"recording": True}


def test_a_body_that_stops_is_never_sent_as_a_start() -> None:
    for body in ({"recording": False}, {"recording": False, "more": 1}):
        seen = of_payload(CALLS, body)
        assert (seen.outcome, seen.facts["problems"]) == (
            "invalid",
            ("the body would stop a recording, not start one",),
        )
    assert of_payload(CALLS, {"recording": True}).outcome == "ok"


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("https://x/api/v2/conversations/k", "k"),
        ("https://x/api/v2/conversations/k/", "k"),
        ("https://x/api/v2/conversations/a%20b", "a b"),
        ("https://x/api/v2/conversations/", None),
        ("https://x/k", None),
        ("http://[", None),
        (7, None),
    ],
)
def test_the_conversation_of_a_payload(uri: Any, expected: str | None) -> None:
    assert conversation_of({"sessionUri": uri}) == expected


def test_pausing_is_not_starting() -> None:
    with pytest.raises(ProbeError, match="cannot be probed: none of its operations starts"):
        probed(load_contract("recording-state"))


def test_who_may_be_meant_by_an_event_that_names_several() -> None:
    agents = [{"id": "a1", "purpose": "agent"}, {"id": "a2", "purpose": "user"}]
    people = [{"id": "c1", "purpose": "customer"}, *agents]
    assert candidates({"eventBody": {"id": "k", "participants": people}}) == ("a1", "a2")
    assert candidates({"conversationId": "k"}) == ()
