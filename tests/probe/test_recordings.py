"""Recorded requests and what must stand first, by hand; no contract is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from toolkit.errors import ProbeError, UsageError
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


def test_a_call_that_nobody_publishes_is_told_so(tmp_path: Path) -> None:
    recorded = {"method": "POST", "url": "https://api.mypurecloud.com/api/v2/recordings/k/start"}
    path = tmp_path / "x.har"
    path.write_text(json.dumps({"log": {"entries": [{"request": recorded, "response": {}}]}}))
    with pytest.raises(ProbeError, match="no published call of Genesys Cloud") as caught:
        explain(har=str(path))
    assert "the nearest is get" in caught.value.message
    assert "/k/" not in caught.value.message
    assert "patchConversationsCallParticipant" in (caught.value.hint or "")


def test_a_collection_without_saved_responses_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    request = {"method": "POST", "url": "{{api}}/api/v2/recording-sessions/k/start"}
    path.write_text(json.dumps({"info": {}, "item": [{"name": "start", "request": request}]}))
    with pytest.raises(ProbeError, match="has no saved responses"):
        explain(har=str(path))


def test_a_body_on_stdin() -> None:
    report = explain(payload="-", stdin=b'{"recordedUserIds": ["a"]}')
    assert report.diagnoses[0].cause == "payload.invalid"
    with pytest.raises(UsageError, match="only one"):
        explain(payload="-", session="-", stdin=b"{}")


def test_the_first_line_says_what_is_published() -> None:
    shown = text.render(explain(har=str(FOLDER / "start-answers-404.har")))
    assert shown.splitlines()[:2] == [
        "! startRecordingSession is no published call of Genesys Cloud; published is",
        "  patchConversationsCallParticipant (--contract call-recording).",
    ]
    assert shown.count("published is") == 1


def test_calls_that_nobody_publishes_are_told_ten_at_a_time(tmp_path: Path) -> None:
    har = json.loads((FOLDER / "start-answers-404.har").read_text())
    entries = har["log"]["entries"]
    for number in range(1, 501):
        url = f"https://api.mypurecloud.com/api/v2/users{'/x' * number}/strange"
        entries.append({"request": {"method": "GET", "url": url}, "response": {"status": 404}})
    path = tmp_path / "x.har"
    path.write_text(json.dumps(har))
    told = [each.message for each in explain(har=str(path)).notes if each.code == "unknown-call"]
    assert len(told) == 11
    assert sum(each.startswith("490 more recorded calls") for each in told) == 1


def test_no_fix_names_a_region_that_the_recording_did_not_have() -> None:
    body = b'{"recordingType": "call", "mediaTypes": ["audio"], "sessionUri": "the call"}'
    shown = text.render(explain(payload="-", stdin=body))
    assert "must look like https://{api}/api/v2/conversations/{conversationId}" in " ".join(
        shown.split()
    )
    assert "mypurecloud" not in shown
