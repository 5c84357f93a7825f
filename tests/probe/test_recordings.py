"""Recorded requests and what must stand first, by hand; no contract is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.reporters import text
from toolkit.workflows import explain

FOLDER = Path(__file__).with_name("recordings")


@pytest.mark.parametrize(
    ("name", "contract", "exit_code", "first"),
    [
        ("refused-login", "recording-session", 1, ["auth.bad-credentials (proven)"]),
        (
            "refused-login-then-bogus-token",
            "call-recording",
            1,
            ["auth.bad-credentials (proven)", "auth.token-rejected (proven)"],
        ),
        ("missing-any-permission", "call-recording", 1, ["permission.missing (proven)"]),
        (
            "start-answers-404",
            "recording-session",
            3,
            ["endpoint.unknown (possible)", "session.not-found (possible)"],
        ),
        ("wrapup-only", "call-recording", 3, ["undetermined (possible)"]),
    ],
)
def test_what_stands_first(name: str, contract: str, exit_code: int, first: list[str]) -> None:
    report = explain(har=str(FOLDER / f"{name}.har"))
    assert (report.contract, report.exit_code) == (contract, exit_code)
    assert [f"{d.cause} ({d.sure})" for d in report.diagnoses][: len(first)] == first


def test_the_log_in_is_at_the_right_host() -> None:
    report = explain(har=str(FOLDER / "refused-login.har"))
    assert "other-host" not in {note.code for note in report.notes}
    assert "us-east-1" in (report.diagnoses[0].fix or "")


def test_a_fix_grants_what_is_about_recording_alone() -> None:
    (found,) = explain(har=str(FOLDER / "missing-any-permission.har")).diagnoses
    assert "needs any one of the permissions" in found.message
    assert (found.hcl or "").count("permission_policies") == 1
    assert 'action_set  = ["record"]' in (found.hcl or "")


def test_the_first_line_says_what_is_published() -> None:
    shown = text.render(explain(har=str(FOLDER / "start-answers-404.har")))
    assert shown.splitlines()[:2] == [
        "! startRecordingSession is no published call of Genesys Cloud; published is",
        "  patchConversationsCallParticipant (--contract call-recording).",
    ]
    assert shown.count("published is") == 1
