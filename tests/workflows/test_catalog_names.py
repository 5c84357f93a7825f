"""The names that the thread uses lead to published ones."""

from __future__ import annotations

import pytest

from toolkit.workflows.run_catalog import describe, search


@pytest.mark.parametrize(
    "name",
    [
        "postRecordingSessionStart",
        "postRecordingSessionsSessionIdStart",
        "RecordingSessionStartRequest",
    ],
)
def test_what_the_thread_calls_is_of_its_contract(name: str) -> None:
    entry = describe(name)
    assert (entry.name, entry.contract) == ("startRecordingSession", "recording-session")
    assert entry.published == "patchConversationsCallParticipant"
    assert "startRecordingSession" in [each.id for each in search(name).calls]


def test_what_is_published_is_listed_first() -> None:
    found = [(each.id, each.contract) for each in search("start recording").calls]
    assert found[0] == ("patchConversationsCallParticipant", None)
    assert ("startRecordingSession", "recording-session") in found
