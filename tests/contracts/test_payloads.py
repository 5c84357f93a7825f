"""A payload against its schema: every field at once, in plain words."""

from __future__ import annotations

from typing import Any

import pytest

from toolkit.contracts.contract import Operation
from toolkit.contracts.payloads import validate_payload
from toolkit.contracts.reader import load_contract
from toolkit.errors import ContractError

GOOD = {
    "recordingType": "call",
    "mediaTypes": ["audio"],
    "sessionUri": "https://api.example.com/api/v2/conversations/c-1",
}


@pytest.fixture
def start() -> Operation:
    found = load_contract("recording-session").operation("startRecordingSession")
    assert found is not None
    return found


def problems(operation: Operation, payload: Any) -> list[str]:
    return [str(problem) for problem in validate_payload(operation, payload)]


def test_a_good_payload(start: Operation) -> None:
    assert problems(start, GOOD) == []
    more = {**GOOD, "recordingFormat": "wav", "recordedUserIds": ["u-1"], "extra": 1}
    assert problems(start, more) == []


def test_the_payload_of_the_threads_first_message(start: Operation) -> None:
    assert problems(start, {"recordedUserIds": ["u-1", "u-2"]}) == [
        "mediaTypes is required",
        "recordingType is required",
        "sessionUri is required",
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"recordingType": "voice"}, "recordingType must be one of call, screen, co-browse"),
        ({"recordingType": None}, "recordingType must be a string"),
        ({"mediaTypes": []}, "mediaTypes must have at least 1 entry"),
        ({"mediaTypes": "audio"}, "mediaTypes must be a list"),
        ({"mediaTypes": ["video"]}, "mediaTypes[0] must be one of audio, screen, chat"),
        ({"sessionUri": "c-1"}, "sessionUri must look like https://{api}/"),
        ({"sessionUri": "ftp://x/api/v2/conversations/1"}, "sessionUri must look like"),
        ({"recordingFormat": ""}, "recordingFormat must not be empty"),
        ({"recordedUserIds": [1]}, "recordedUserIds[0] must be a string"),
    ],
)
def test_each_field(start: Operation, change: dict[str, Any], expected: str) -> None:
    found = problems(start, {**GOOD, **change})
    assert any(problem.startswith(expected) for problem in found), found


@pytest.mark.parametrize("payload", [None, [], "text", 1, True])
def test_a_body_that_is_no_object(start: Operation, payload: Any) -> None:
    assert problems(start, payload) == ["the body must be an object"]


def test_no_value_is_repeated(start: Operation) -> None:
    secret = "person@example.com"
    payload = {"recordingType": secret, "mediaTypes": [secret], "sessionUri": secret}
    assert secret not in " ".join(problems(start, payload))


@pytest.mark.parametrize(
    ("schema", "payload", "message"),
    [
        ({"const": 1}, 2, "the body must be 1"),
        ({"maxItems": 1}, [1, 2], "the body must have at most 1 entry"),
        ({"uniqueItems": True}, [1, 1], "the body must not contain duplicates"),
        ({"maxLength": 1}, "ab", "the body is longer than 1"),
        ({"minLength": 3}, "ab", "the body is shorter than 3"),
        ({"minimum": 2}, 1, "the body must be at least 2"),
        ({"maximum": 0}, 1, "the body must be at most 0"),
        ({"type": ["string", "null"]}, 1, "the body must be a string or null"),
        ({"pattern": "^a"}, "b", "the body must match ^a"),
        ({"oneOf": [False]}, 1, "the body breaks the rule 'oneOf' of the schema"),
        ({"properties": {"a": {"required": ["b"]}}}, {"a": {}}, "a.b is required"),
    ],
)
def test_other_rules(schema: dict[str, Any], payload: Any, message: str) -> None:
    operation = Operation("op", "POST", "/op", payload=schema, payload_required=True)
    assert problems(operation, payload) == [message]


def test_an_operation_without_a_payload_takes_anything() -> None:
    assert problems(Operation("op", "GET", "/op"), {"a": 1}) == []


def test_a_body_that_may_be_left_out() -> None:
    operation = Operation("op", "POST", "/op", payload={"type": "object"})
    assert problems(operation, None) == []


def test_a_schema_that_is_none() -> None:
    operation = Operation("op", "POST", "/op", payload={"type": "strin"})
    with pytest.raises(ContractError, match="the payload schema of op is not a JSON Schema"):
        validate_payload(operation, {})


@pytest.mark.parametrize("reference", ["#nowhere", "http://127.0.0.1:9/schema.json"])
def test_a_schema_that_leads_elsewhere_is_an_error_and_nothing_is_fetched(reference: str) -> None:
    operation = Operation("op", "POST", "/op", payload={"$dynamicRef": reference})
    with pytest.raises(ContractError, match="has a reference that leads nowhere"):
        validate_payload(operation, {})


CLOSED = {
    "type": "object",
    "required": ["recording"],
    "additionalProperties": True,
    "properties": {
        "recording": {"type": "boolean"},
        "where": {"type": "object", "properties": {"division": {"type": "string"}}},
        "people": {"type": "array", "items": {"properties": {"id": {"type": "string"}}}},
    },
    "allOf": [{"properties": {"reason": {"type": "string"}}}],
}


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"recording": True, "reason": "x"}, []),
        ({"recording": True, "where": {"division": "d"}, "people": [{"id": "p"}]}, []),
        ({"recording": True, "state": "disconnected"}, ["state is not part of this request"]),
        (
            {"recording": True, "wrapup": {}, "muted": True},
            ["muted is not part of this request", "wrapup is not part of this request"],
        ),
        ({"recording": True, "where": {"x": 1}}, ["where.x is not part of this request"]),
        ({"recording": True, "people": [{"x": 1}]}, ["people[0].x is not part of this request"]),
        ({"recording": True, "a b c": 1}, ["the body has a key that is not part of this request"]),
    ],
)
def test_what_is_to_be_sent_holds_nothing_else(payload: Any, expected: list[str]) -> None:
    operation = Operation("start", "PATCH", "/x", payload=CLOSED, payload_required=True)
    found = validate_payload(operation, payload, closed=True)
    assert [str(problem) for problem in found] == expected
    assert validate_payload(operation, payload) == ()
