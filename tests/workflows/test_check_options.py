"""Options that narrow a check, and waivers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from toolkit.errors import ExitCode, UsageError
from toolkit.judging.run_filter import RunFilter
from toolkit.model.findings import Verdict
from toolkit.model.inventory import InlineWaiver, Inventory
from toolkit.model.report import Looked, Problem, Report
from toolkit.policy.document import Policy, Require, Rule, Scopes, Waiver
from toolkit.workflows.run_check import check, check_inventories

POLICY = """version: 1
name: p
inline_waivers: {inline}
rules:
  - id: R1
    title: One
    require: {{scopes: {{all_of: [s]}}}}
  - id: R2
    title: Two
    severity: warning
    clients: {{name: [billing]}}
    forbid: {{scopes: [bad]}}
checks: {{client-without-scopes: off, unpublished-scope: off}}
waivers: [{waivers}]
"""
MAIN = """
resource "genesyscloud_oauth_client" "recorder" {
  name                  = "recorder"
  authorized_grant_type = "CODE"
  scopes                = ["x"]
  # recording-toolkit:waive R1 expires=2027-03-31 reason="Soon gone"
}
variable "scopes" { type = set(string) }
resource "genesyscloud_oauth_client" "billing" {
  name                  = "billing"
  authorized_grant_type = "CODE"
  scopes                = var.scopes
}
"""
TODAY = date(2027, 3, 1)


@pytest.fixture
def run(tmp_path: Path) -> Any:
    (tmp_path / "main.tf").write_text(MAIN)

    def checked(inline: str = "report-only", waivers: str = "", **options: Any) -> Report:
        policy = tmp_path / "policy.yaml"
        policy.write_text(POLICY.format(inline=inline, waivers=waivers))
        return check([str(tmp_path)], policies=[str(policy)], **{"today": TODAY, **options})

    return checked


def told(report: Report) -> set[tuple[str, str, str]]:
    return {(r.rule, (r.address or "").rpartition(".")[2], r.verdict.value) for r in report.results}


def codes(report: Report) -> set[str]:
    return {note.code for note in report.notes}


PLAIN = {("R1", "recorder", "fail"), ("R1", "billing", "unknown"), ("R2", "billing", "unknown")}


def test_the_author_of_a_pull_request_cannot_waive_their_own_violation(run: Any) -> None:
    report = run()
    assert told(report) == PLAIN
    assert codes(report) == {"waiver-report-only"}
    assert report.exit_code is ExitCode.VIOLATION


def test_a_comment_waives_where_the_policy_allows_it(run: Any, tmp_path: Path) -> None:
    report = run("allow")
    assert told(report) == PLAIN - {("R1", "recorder", "fail")} | {("R1", "recorder", "waived")}
    (waived,) = [result for result in report.results if result.verdict is Verdict.WAIVED]
    assert waived.waiver.origin == f"{tmp_path}/main.tf:6"
    assert codes(report) == set()
    assert report.exit_code is ExitCode.UNDECIDED


def test_the_day_is_todays_in_utc_unless_given(run: Any) -> None:
    now = datetime.now(UTC).date()
    for days, verdict in ((2, "waived"), (-2, "fail")):
        expires = (now + timedelta(days=days)).isoformat()
        waiver = f'{{rule: R1, address: "*recorder", reason: x, expires: {expires}}}'
        assert ("R1", "recorder", verdict) in told(run(waivers=waiver, today=None))


@pytest.mark.parametrize(
    ("options", "expected", "exit_code"),
    [
        ({}, PLAIN, ExitCode.VIOLATION),
        ({"select": ["R2"]}, {("R2", "billing", "unknown")}, ExitCode.OK),
        ({"ignore": ["R1"]}, {("R2", "billing", "unknown")}, ExitCode.OK),
        ({"clients": ["recorder"]}, {("R1", "recorder", "fail"), ("R2", "recorder", "pass")}, 1),
        ({"clients": ["*.billing"]}, PLAIN - {("R1", "recorder", "fail")}, ExitCode.UNDECIDED),
        ({"clients": ["billing"], "unknown": "report"}, PLAIN - {("R1", "recorder", "fail")}, 0),
        (
            {"clients": ["typo"]},
            {("R1", "", "unknown"), ("R2", "", "unknown")},
            ExitCode.UNDECIDED,
        ),
    ],
)
def test_narrowed(run: Any, options: Any, expected: Any, exit_code: Any) -> None:
    report = run(**options)
    assert told(report) == expected
    assert report.exit_code == exit_code
    assert ("client-unmatched" in codes(report)) is (options.get("clients") == ["typo"])


@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        (
            {"select": ["R11"]},
            '--select: there is no rule or check "R11"; did you mean "R1"?',
            "Rules and checks: R1, R2, client-inactive, ",
        ),
        ({"ignore": ["R1", "duplicate-names"]}, '; did you mean "duplicate-name"?', "Rules and"),
        ({"select": ["zzz"]}, '--select: there is no rule or check "zzz"', "Rules and checks: "),
        ({"select": ["r1"]}, 'check "r1"; did you mean "R1"?', "Rules and checks: "),
        ({"select": ["R1"], "ignore": ["R1"]}, "leave nothing to check", "Ignore fewer rules"),
    ],
)
def test_an_id_that_does_not_exist_is_refused(
    run: Any, options: Any, message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        run(**options)
    assert caught.value.message.endswith(message) or message in caught.value.message
    assert (caught.value.hint or "").startswith(hint)


def test_a_check_that_is_off_is_still_a_check(run: Any) -> None:
    assert run(ignore=["client-without-scopes"]).exit_code is ExitCode.VIOLATION


RULE = Rule(id="R1", title="t", require=Require(scopes=Scopes(all_of=("s",))), must_match=False)
UNUSED = Policy(
    version=1,
    name="p",
    rules=(RULE,),
    waivers=(Waiver(rule="R1", address="x", reason="r", expires="2027-03-31"),),
)


@pytest.mark.parametrize(
    ("inventories", "problems", "run_filter", "noted"),
    [
        ([Inventory("a", "hcl")], [], RunFilter(), True),
        ([Inventory("a", "hcl"), Inventory("b", "hcl")], [], RunFilter(), True),
        # The waiver may be for a part that could not be read.
        ([], [], RunFilter(), False),
        ([Inventory("a", "hcl")], [Problem("b is broken")], RunFilter(), False),
        ([Inventory("a", "hcl"), Inventory("b", "plan", judged=False)], [], RunFilter(), False),
        ([Inventory("a", "hcl")], [], RunFilter(clients=("y",)), False),
    ],
)
def test_a_waiver_is_called_unused_only_where_all_was_looked_at(
    inventories: Any, problems: Any, run_filter: RunFilter, noted: bool
) -> None:
    report = check_inventories(
        inventories, [UNUSED], problems=problems, run_filter=run_filter, today=TODAY
    )
    # There is no client at all, so the waiver matches none.
    assert ("waiver-unmatched" in codes(report)) is noted


def test_a_comment_on_a_source_that_is_not_judged_waives_nothing() -> None:
    comment = InlineWaiver("main.tf:1", "R1", ("x.c",), "r", "2027-03-31")
    destroyed = Inventory("a", "plan", judged=False, waivers=(comment,))
    report = check_inventories([destroyed], [UNUSED], today=TODAY)
    assert report.results == ()
    assert codes(report) == {"waiver-report-only"}


def test_a_run_that_asks_no_rule_says_what_its_checks_looked_at(run: Any) -> None:
    assert run(select=["R1", "client-inactive"]).looked is None
    looked = run(select=["unpublished-scope", "wildcard-permission", "ineffective-scopes"]).looked
    # The policy has disabled the first one.
    assert looked.checks == ("ineffective-scopes", "wildcard-permission")
    assert looked.clients == 2
    assert run(select=["client-inactive"], clients=["bill*"]).looked.clients == 1
    assert run(select=["excess-scope"], ignore=["R1"]).looked.undecided == frozenset()
    assert run(select=["unpublished-scope"]).looked.checks == ()


def test_what_a_check_could_not_decide_is_no_clean_bill(tmp_path: Path) -> None:
    text = 'variable "grant" {}\n' + MAIN.replace('"CODE"', "var.grant", 1)
    (tmp_path / "main.tf").write_text(text)
    report = check([str(tmp_path)], select=["ineffective-scopes", "client-inactive"])
    root = report.sources[0].root
    assert report.looked == Looked(
        ("client-inactive", "ineffective-scopes"),
        {root: 2},
        frozenset({(root, "ineffective-scopes")}),
    )


def test_of_many_roots_it_is_said_which_were_chosen_and_which_decided(tmp_path: Path) -> None:
    """The wording of a note is no evidence, because a client may have any name."""
    for number in range(1, 4):
        folder = tmp_path / f"r{number}"
        folder.mkdir()
        state = "var.state" if number == 2 else '"active"'
        (folder / "main.tf").write_text(
            f'variable "state" {{}}\nresource "genesyscloud_oauth_client" "c{number}" {{\n'
            f'  name = "n"\n  authorized_grant_type = "CODE"\n  scopes = []\n'
            f"  state = {state}\n}}\n"
        )
    roots = [str(tmp_path / f"r{number}") for number in range(1, 4)]
    looked = check(roots, select=["client-inactive"]).looked
    assert looked is not None
    first, second, third = sorted(looked.chosen)
    assert set(looked.chosen.values()) == {1}
    assert looked.undecided == {(second, "client-inactive")}
    looked = check(roots, select=["client-inactive"], clients=["*.c1"]).looked
    assert looked is not None
    assert looked.chosen == {first: 1, second: 0, third: 0}
