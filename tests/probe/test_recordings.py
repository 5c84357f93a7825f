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
        ("pause-without-permission", "recording-state", 1, ["permission.missing (proven)"]),
        ("pause-of-a-call-that-ended", "recording-state", 3, ["session.ended (proven)"]),
        ("pause-with-a-word-that-is-none", "recording-state", 1, ["payload.invalid (proven)"]),
        ("pause-seen", "recording-state", 0, ["none (proven)"]),
        ("resume-starts-nothing", "recording-state", 3, ["recording.not-running (proven)"]),
        ("snippet-without-permission", "snippet", 1, ["permission.missing (proven)"]),
        ("snippet-after-the-participant-left", "snippet", 3, ["participant.left (proven)"]),
        ("start-while-paused", "call-recording", 3, ["recording.paused (possible)"]),
        # That a start is refused beside another recorder is published nowhere.
        (
            "start-while-a-policy-records",
            "call-recording",
            3,
            ["recording.other-recorder (possible)"],
        ),
        ("client-to-be-deleted", "call-recording", 1, ["client.inactive (proven)"]),
        ("client-disabled", "call-recording", 1, ["client.inactive (proven)"]),
        # The last call went well, the one before it did not.
        (
            "start-fails-then-pause-goes-well",
            "call-recording",
            1,
            ["permission.missing (proven)"],
        ),
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


def _shown(name: str) -> str:
    return " ".join(text.render(explain(har=str(FOLDER / f"{name}.har"))).split())


def test_a_pause_is_not_spoken_of_as_a_start() -> None:
    for name in ("pause-without-permission", "pause-of-a-call-that-ended", "pause-seen"):
        report = explain(har=str(FOLDER / f"{name}.har"))
        told = [f"{each.message} {each.fix}" for each in report.diagnoses]
        told += [each.by for each in report.ruled_out]
        assert [line for line in told if "start" in line or "session" in line] == [], name
    assert "the client can pause or resume recordings" in _shown("pause-seen")


def test_what_a_recorder_does_is_in_the_evidence() -> None:
    assert "of its recordersState only customerExperienceState is not none" in _shown(
        "start-while-a-policy-records"
    )
    assert "its recording is paused" in _shown("start-while-paused")
    assert "nobody in the call is being recorded" in _shown("resume-starts-nothing")


def test_a_client_is_told_what_its_state_means() -> None:
    assert "It is to be deleted on 2027-03-31" in _shown("client-to-be-deleted")
    shown = _shown("client-disabled")
    assert "do not count on an apply to make it active" in shown
    assert 'state = "active"' not in shown


def test_a_snippet_grants_its_own_permission_alone() -> None:
    shown = _shown("snippet-without-permission")
    assert 'action_set = ["snippetRecord"]' in shown
    assert shown.count("permission_policies") == 1
    assert "genesyscloud_oauth_client" not in shown, "nothing shows the grant type"


def test_a_start_that_went_well_was_sent_as_it_should_be(tmp_path: Path) -> None:
    har = json.loads((FOLDER / "start-while-paused.har").read_text())
    for entry in har["log"]["entries"]:
        entry["request"]["headers"] = []
        entry["request"].get("postData", {}).pop("mimeType", None)
        if entry["request"]["method"] == "PATCH":
            entry["response"] = {"status": 202, "content": {}}
    path = tmp_path / "x.har"
    path.write_text(json.dumps(har))
    causes = {each.cause for each in explain(har=str(path)).diagnoses}
    assert "request.content-type" not in causes
