"""A start is sent only to a participant that is known not to be recorded."""

from __future__ import annotations

from typing import Any

import pytest

from toolkit.probe.responses import _is_recorded


@pytest.mark.parametrize(
    ("participant", "recorded"),
    [
        ({"recording": False}, False),
        ({"recording": False, "recordingState": "none"}, False),
        ({"recording": False, "recordingState": "NONE"}, False),
        ({"recordingState": "None"}, False),
        ({"recording": True}, True),
        ({"recording": False, "recordingState": "paused"}, True),
        ({"recording": False, "recordingState": "ACTIVE"}, True),
        ({"recording": False, "securePause": True}, True),
        ({"recordingState": "paused"}, True),
        ({}, None),
        ({"recording": "no"}, None),
        ({"recordingState": "other"}, None),
    ],
)
def test_a_paused_recording_is_one(participant: dict[str, Any], recorded: bool | None) -> None:
    assert _is_recorded(participant) is recorded
