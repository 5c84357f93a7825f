"""The shipped contracts: valid OpenAPI, with the content that the design requires."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from toolkit.contracts.contract import (
    Contract,
    PermissionMode,
    Permissions,
    Phase,
    Step,
    UserContext,
)
from toolkit.contracts.payloads import validate_payload
from toolkit.contracts.reader import SHIPPED_CONTRACTS, load_contract

DOCUMENTS = {name: files("toolkit.contracts") / f"{name}.yaml" for name in SHIPPED_CONTRACTS}
DOCUMENTS["platform"] = files("toolkit.mock") / "platform.yaml"
OPERATIONS = {
    "recording-session": {
        "listRecordingSessions": "GET /api/v2/recording-sessions",
        "getRecordingSession": "GET /api/v2/recording-sessions/{sessionId}",
        "startRecordingSession": "POST /api/v2/recording-sessions/{sessionId}/start",
    },
    "call-recording": {
        "getConversationsCall": "GET /api/v2/conversations/calls/{conversationId}",
        "patchConversationsCallParticipant": (
            "PATCH /api/v2/conversations/calls/{conversationId}/participants/{participantId}"
        ),
    },
    "recording-state": {
        "putConversationsCallRecordingstate": (
            "PUT /api/v2/conversations/calls/{conversationId}/recordingstate"
        ),
    },
    "snippet": {
        "postConversationsCallParticipantSnippetRecord": (
            "POST /api/v2/conversations/calls/{conversationId}/participants/{participantId}"
            "/snippet/record"
        ),
    },
}


def document(name: str) -> dict[str, Any]:
    loaded = yaml.safe_load(DOCUMENTS[name].read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_document_is_openapi_3_1(name: str) -> None:
    OpenAPIV31SpecValidator(document(name)).validate()


def test_the_validator_would_notice() -> None:
    broken = document("recording-session")
    broken["paths"]["/api/v2/recording-sessions"]["get"]["responses"]["200"] = {}
    assert not OpenAPIV31SpecValidator(broken).is_valid()


@pytest.mark.parametrize("name", SHIPPED_CONTRACTS)
def test_it_has_the_operations_of_the_design(name: str) -> None:
    contract = load_contract(name)
    assert contract.name == name
    found = {item.id: f"{item.method} {item.path}" for item in contract.operations}
    assert found == OPERATIONS[name]


@pytest.mark.parametrize("name", SHIPPED_CONTRACTS)
def test_examples_of_payloads_fit_their_schema(name: str) -> None:
    for operation in load_contract(name).operations:
        assert bool(operation.payload) == bool(operation.payload_examples)
        for payload in operation.payload_examples.values():
            assert validate_payload(operation, payload) == ()


@pytest.mark.parametrize("name", SHIPPED_CONTRACTS)
def test_examples_of_refusals_are_bodies_of_the_platform(name: str) -> None:
    responses = document(name)["components"]["responses"]
    for operation in load_contract(name).operations:
        names = [case.name for case in operation.errors]
        assert len(names) == len(set(names))
        assert {401, 403, 404, 429} <= {case.status for case in operation.errors}
        assert all(case.message.endswith((".", "]")) for case in operation.errors)
    for response in responses.values():
        for example in response["content"]["application/json"]["examples"].values():
            assert set(example["value"]) == {"status", "code", "message"}


def test_starting_a_session_needs_both_scopes() -> None:
    start = load_contract("recording-session").step(Step.START)
    assert start is not None
    assert start.id == "startRecordingSession"
    assert start.scopes == (("recording:session:write", "recordingSession"),)
    assert start.permissions == Permissions(PermissionMode.ALL, ("recording:session:write",))
    assert start.user_context is UserContext.NO
    assert start.success == 202
    assert "bad.request" in start.codes(400)
    case = start.error("session-not-startable")
    assert case is not None
    assert case.message == "Session is not in a state that allows starting recording."


def test_listing_sessions_needs_nothing() -> None:
    listing = load_contract("recording-session").step(Step.LIST)
    assert listing is not None
    assert listing.scopes == ((),)
    assert listing.permissions == Permissions(PermissionMode.NONE)


def test_starting_a_call_is_narrowed_to_recording() -> None:
    contract = load_contract("call-recording")
    start, read = contract.step(Step.START), contract.step(Step.READ)
    assert start is not None
    assert read is not None
    assert start.permissions == Permissions(PermissionMode.ANY, ("conversation:call:record",))
    assert start.scopes == (("conversations",),)
    assert read.scopes == (("conversations",), ("conversations:readonly",))
    assert start.user_context is UserContext.SUSPECTED
    assert start.payload_examples == {"start": {"recording": True}, "stop": {"recording": False}}


def test_a_snippet_needs_its_own_permission_and_declares_no_scope() -> None:
    start = load_contract("snippet").step(Step.START)
    assert start is not None
    assert start.scopes is None, "not published, which is not the same as none"
    needed = Permissions(PermissionMode.ANY, ("conversation:recording:snippetRecord",))
    assert start.permissions == needed
    assert load_contract("snippet").reads == "call-recording"


def _enumerations(value: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        if isinstance(value.get("enum"), list):
            yield at, value
        for key, below in value.items():
            if key not in ("example", "examples"):
                yield from _enumerations(below, f"{at}/{key}")
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from _enumerations(below, f"{at}/{number}")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_enumeration_says_where_it_is_from(name: str) -> None:
    root = document(name)
    states = root.get("x-session-states")
    assert states is None or states["source"]
    unsaid = [at for at, each in _enumerations(root) if not each.get("x-source")]
    # The SDK compares a state that appears in both spellings without regard to case.
    twice = [
        at
        for at, each in _enumerations(root)
        if len({str(v).casefold() for v in each["enum"]}) < len(each["enum"])
        and each.get("x-any-case") is not True
    ]
    assert (unsaid, twice) == ([], [])


@pytest.mark.parametrize(
    ("name", "payload", "right"),
    [
        ("recording-state", {"recordingState": "Paused"}, True),
        ("recording-state", {"recordingState": "NONE"}, True),
        ("recording-state", {"recordingState": "stopped"}, False),
        ("snippet", {"type": "ADHOC", "record": True}, True),
        ("snippet", {"type": "call", "record": True}, False),
        ("recording-session", {"recordingType": "Call"}, False),
    ],
)
def test_an_enumeration_compares_as_its_source_does(
    name: str, payload: dict[str, Any], right: bool
) -> None:
    contract = load_contract(name)
    operation = contract.step(Step.START) or contract.step(Step.PAUSE)
    assert operation is not None
    broken = [each for each in validate_payload(operation, payload) if each.keyword == "enum"]
    assert (broken == []) is right


def test_recording_state_starts_nothing() -> None:
    contract = load_contract("recording-state")
    assert contract.step(Step.START) is None
    assert contract.session_states is None


@pytest.mark.parametrize(
    ("name", "state", "phase"),
    [
        ("recording-session", "active", Phase.STARTABLE),
        ("recording-session", "Active", Phase.STARTABLE),
        ("recording-session", "recording", Phase.RECORDING),
        ("recording-session", "completed", Phase.ENDED),
        ("recording-session", "initializing", Phase.NOT_READY),
        ("call-recording", "connected", Phase.STARTABLE),
        ("call-recording", "terminated", Phase.ENDED),
        ("call-recording", "alerting", Phase.NOT_READY),
    ],
)
def test_what_a_state_means(name: str, state: str, phase: Phase) -> None:
    states = load_contract(name).session_states
    assert states is not None
    assert states.phase(state) is phase


def test_a_shipped_contract_is_read_once() -> None:
    contract: Contract = load_contract("recording-session")
    assert load_contract("recording-session") is contract
