"""Roots that define roles and no client: what a report may leave out, and what it may not."""

from __future__ import annotations

import os
from pathlib import Path

from tests.workflows.test_diff import role
from toolkit.model.findings import SubjectKind, Verdict
from toolkit.model.report import Report
from toolkit.workflows import Coverage, check

POLICY = """\
version: 1
name: ours
operator: {permissions: ["*:*:*"]}
checks: {excess-operator: {severity: error}}
rules:
  - {id: R1, title: t, require: {scopes: {all_of: [users]}}}
"""


def checked(tmp_path: Path, **more: object) -> Report:
    (tmp_path / "main.tf").write_text(role("r", "directory:user:view"), encoding="utf-8")
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY, encoding="utf-8")
    return check(str(tmp_path), policies=[str(policy)], environ={}, **more)  # type: ignore[arg-type]


def test_no_rule_waits_for_a_client(tmp_path: Path) -> None:
    assert [each.verdict for each in checked(tmp_path).results] == [Verdict.UNKNOWN]
    assert checked(tmp_path, allow_no_clients=True).results == ()


def test_what_is_said_of_the_operator_stays(tmp_path: Path) -> None:
    plain = checked(tmp_path, operator=True)
    about = [each for each in plain.results if each.subject is SubjectKind.OPERATOR]
    assert [each.verdict for each in about] == [Verdict.FAIL]
    alone = checked(tmp_path, operator=True, allow_no_clients=True)
    assert list(alone.results) == about
    assert alone.exit_code == plain.exit_code == 1


def test_a_root_of_roles_that_no_target_covers_is_unknown_too(tmp_path: Path) -> None:
    report = checked(tmp_path, allow_no_clients=True)
    covered = Coverage("recording-toolkit.toml", [str(tmp_path)])
    assert covered.limit(report) == report
    other = Coverage("recording-toolkit.toml", [os.path.join(tmp_path, "other")])  # noqa: PTH118
    (found,) = other.limit(report).results
    assert (found.rule, found.verdict) == ("uncovered-root", Verdict.UNKNOWN)
    assert other.only_left(report).sources == report.sources
