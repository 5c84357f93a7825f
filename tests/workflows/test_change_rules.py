"""Rules about changes: `diff` evaluates them, waivers apply, and a possible change is unknown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.workflows.orgs import operator, org_of
from tests.workflows.test_diff import R, client, holds, role
from toolkit.errors import DocumentError, ExitCode, ToolkitError
from toolkit.model.findings import Verdict
from toolkit.model.report import Report
from toolkit.workflows import OrgConnection, check, diff, live_org

VARIABLE = 'variable "s" { type = string }\n'
RECORD = role("r", "conversation:call:record") + holds("c", R)
DELETE = role("r", "conversation:call:record", "recording:recording:editRetention") + holds("c", R)


def policy(change: str, more: str = "") -> str:
    return (
        f"version: 1\nname: ours\nrules:\n  - {{id: CH1, title: t, change: {{{change}}}}}\n{more}"
    )


def ruled(tmp_path: Path, before: str, after: str, text: str) -> Report:
    for name, body in (("before", before), ("after", after)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(body, encoding="utf-8")
    (tmp_path / "ours.yaml").write_text(text, encoding="utf-8")
    return diff(
        str(tmp_path / "before"),
        str(tmp_path / "after"),
        policies=[str(tmp_path / "ours.yaml")],
        environ={},
        today=date(2026, 11, 29),
    )


CASES = {
    "a permission": (
        RECORD,
        DELETE,
        'forbid_gain: {permissions: ["recording:*:*"]}',
        Verdict.FAIL,
    ),
    "permissions of a user, who logs in with them": (
        client("c", 'scopes = ["users"]'),
        client("c", 'scopes = ["users", "recordings"]'),
        "forbid_gain: {risk: [recording-deletion]}",
        Verdict.NOT_APPLICABLE,
    ),
    "permissions of what becomes a user's": (
        DELETE,
        client("c", 'scopes = ["users"]'),
        'forbid_loss: {permissions: ["recording:*:*"]}',
        Verdict.FAIL,
    ),
    "scopes of what has no use for them": (
        RECORD,
        RECORD,
        'forbid_gain: {scopes: ["recordings"]}',
        Verdict.NOT_APPLICABLE,
    ),
    "permissions and operations of a user": (
        client("c", 'scopes = ["users"]'),
        client("c", 'scopes = ["users", "recordings"]'),
        "forbid_gain: {risk: [recording-deletion], operations: [putConversationRecording]}",
        Verdict.FAIL,
    ),
    "a class of risk": (RECORD, DELETE, "forbid_gain: {risk: [recording-deletion]}", Verdict.FAIL),
    "another class of risk": (RECORD, DELETE, "forbid_gain: {risk: [telephony]}", Verdict.PASS),
    "an operation that goes": (
        DELETE,
        role("r", "recording:recording:editRetention") + holds("c", R),
        "forbid_loss: {operations: [patchConversationsCallParticipant]}",
        Verdict.FAIL,
    ),
    "the other direction": (
        DELETE,
        RECORD,
        "forbid_gain: {risk: [recording-deletion]}",
        Verdict.PASS,
    ),
    "a scope": (
        client("c", 'scopes = ["users"]'),
        client("c", 'scopes = ["users", "recordings"]'),
        'forbid_gain: {scopes: ["recordings*"]}',
        Verdict.FAIL,
    ),
    "scopes that are not known": (
        VARIABLE + client("c", 'scopes = ["users"]'),
        VARIABLE + client("c", 'scopes = ["users", var.s]'),
        'forbid_gain: {scopes: ["recordings*"]}',
        Verdict.UNKNOWN,
    ),
    "a replacement": (
        client("c", 'scopes = ["users"]'),
        client("d", 'scopes = ["users"]', name="c"),
        "forbid_replacement: true",
        Verdict.FAIL,
    ),
    "a move": (
        client("c", 'scopes = ["users"]'),
        client("d", 'scopes = ["users"]', name="c")
        + "moved {\n from = genesyscloud_oauth_client.c\n to = genesyscloud_oauth_client.d\n}\n",
        "forbid_replacement: true",
        Verdict.PASS,
    ),
    "nothing changes": (DELETE, DELETE, "forbid_gain: {risk: [recording-deletion]}", Verdict.PASS),
}
EXITS = {
    Verdict.FAIL: ExitCode.VIOLATION,
    Verdict.UNKNOWN: ExitCode.UNDECIDED,
    Verdict.PASS: ExitCode.OK,
    Verdict.NOT_APPLICABLE: ExitCode.OK,
}


@pytest.mark.parametrize(("before", "after", "change", "verdict"), CASES.values(), ids=CASES)
def test_what_a_change_must_not_do(
    before: str, after: str, change: str, verdict: Verdict, tmp_path: Path
) -> None:
    report = ruled(tmp_path, before, after, policy(change))
    assert [result.verdict for result in report.results] == [verdict]
    assert report.exit_code is EXITS[verdict]


def test_a_waiver_holds_as_for_any_rule(tmp_path: Path) -> None:
    waiver = (
        "waivers:\n  - {rule: CH1, address: genesyscloud_oauth_client.c, reason: agreed, "
        "expires: 2026-12-31}\n"
    )
    text = policy("forbid_gain: {risk: [recording-deletion]}", waiver)
    report = ruled(tmp_path, RECORD, DELETE, text)
    assert [result.verdict for result in report.results] == [Verdict.WAIVED]
    assert report.exit_code is ExitCode.OK


def test_a_check_has_nothing_to_compare_with_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(DELETE, encoding="utf-8")
    (tmp_path / "ours.yaml").write_text(policy("forbid_replacement: true"), encoding="utf-8")
    report = check([str(tmp_path)], policies=[str(tmp_path / "ours.yaml")], environ={})
    assert "change-not-asked" in [note.code for note in report.notes]
    assert "CH1" not in [result.rule for result in report.results]


@pytest.mark.parametrize(
    "change",
    [
        "forbid_gain: {}",
        "forbid_gain: {risk: [telephoney]}",
        'forbid_gain: {permissions: ["recording"]}',
        "forbid_loss: {operations: [patchConversationsCallParticipants]}",
    ],
)
def test_a_rule_that_cannot_be_meant_is_an_error(change: str, tmp_path: Path) -> None:
    with pytest.raises((DocumentError, ToolkitError)):
        ruled(tmp_path, RECORD, DELETE, policy(change))


RECORDED = Path(__file__).parents[1] / "provider" / "recorded"
NO_REPLACEMENT = policy("forbid_replacement: true")


@pytest.mark.parametrize(
    ("plan", "failing"),
    [
        ("plan-renamed", True),
        ("plan-moved", False),
        ("plan-drift", False),
        ("plan-again", False),
    ],
)
def test_check_asks_them_of_a_plan(tmp_path: Path, plan: str, failing: bool) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text(NO_REPLACEMENT, encoding="utf-8")
    report = check(str(RECORDED / f"{plan}.json"), policies=[str(path)], environ={})
    asked = [each for each in report.results if each.rule == "CH1"]
    assert asked
    assert any(each.verdict is Verdict.FAIL for each in asked) is failing
    assert "change-not-asked" not in {note.code for note in report.notes}
    compared = diff(str(RECORDED / f"{plan}.json"), policies=[str(path)], environ={})
    assert {(r.address, r.verdict) for r in compared.results} == {
        (r.address, r.verdict) for r in asked
    }


def test_a_waiver_holds_for_them_in_a_check_too(tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    waiver = "waivers:\n  - {rule: CH1, address: '*', reason: Agreed on, expires: 2999-01-01}\n"
    path.write_text(NO_REPLACEMENT + waiver, encoding="utf-8")
    report = check(str(RECORDED / "plan-renamed.json"), policies=[str(path)], environ={})
    assert {each.verdict for each in report.results if each.rule == "CH1"} <= {
        Verdict.WAIVED,
        Verdict.PASS,
    }
    assert any(each.verdict is Verdict.WAIVED for each in report.results)


@pytest.mark.server
def test_the_org_s_word_on_roles_keeps_them_asked(tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text(NO_REPLACEMENT, encoding="utf-8")
    with org_of() as org:
        live = live_org(OrgConnection(environ=operator(), api_url=org.url))
        report = check(
            str(RECORDED / "plan-renamed.json"), policies=[str(path)], environ={}, org=live
        )
    assert report.org is not None
    assert any(r.verdict is Verdict.FAIL for r in report.results if r.rule == "CH1")
    assert "change-not-asked" not in {note.code for note in report.notes}
