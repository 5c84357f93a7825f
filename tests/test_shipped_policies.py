"""Each shipped policy has tests, which pass, and which would fail if a rule were wrong."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest
from click.testing import CliRunner

from toolkit.checks.registry import BUILT_INS
from toolkit.cli import cli
from toolkit.errors import ExitCode
from toolkit.policy.case_loader import load_cases
from toolkit.policy.cases import LoadedCases
from toolkit.policy.loader import shipped_policies

CHECKS = [check.id for check in BUILT_INS]
SHIPPED = shipped_policies()


def gaps(loaded: LoadedCases) -> set[str]:
    """Return the ids of rules for which no case expects a pass, or no case a failure."""
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for case in loaded.cases:
        for verdicts in case.expect.values():
            for rule, verdict in verdicts.items():
                wanted[rule].add(verdict)
    return {r.id for r in loaded.policy.policy.rules if not {"pass", "fail"} <= wanted[r.id]}


def test_some_policy_ships() -> None:
    assert SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_its_tests_pass(name: str) -> None:
    result = CliRunner().invoke(cli, ["policy", "test", name])
    assert result.exit_code == ExitCode.OK, result.output
    assert re.search(r"^[1-9]\d* passed, 0 failed$", result.stdout, re.MULTILINE)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_rule_has_a_case_that_passes_and_one_that_fails(name: str) -> None:
    assert gaps(load_cases(name, checks=CHECKS)) == set()


def test_a_rule_without_both_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(
        "version: 1\nname: p\nrules:\n"
        "  - {id: R1, title: t, forbid: {scopes: [a]}}\n"
        "  - {id: R2, title: t, forbid: {scopes: [b]}}\n"
    )
    (tmp_path / "p.test.yaml").write_text(
        "version: 1\ncases:\n  - name: a\n    clients:\n"
        "      - {name: c, grant_type: CODE}\n      - {name: d, grant_type: CODE, scopes: [a]}\n"
        "    expect: {c: {R1: pass, R2: pass}, d: {R1: fail}}\n"
    )
    assert gaps(load_cases(str(tmp_path / "p.yaml"), checks=CHECKS)) == {"R2"}


def test_every_check_of_clients_fires_in_some_case() -> None:
    fired = {
        rule
        for name in SHIPPED
        for case in load_cases(name, checks=CHECKS).cases
        for verdicts in case.expect.values()
        for rule, verdict in verdicts.items()
        if verdict == "fail"
    }
    # A module that was not read has no client for a case to expect; the roles of a case are given
    # by their permissions; and only a plan replaces a client.
    untold = {"unread-module", "skipped-terraform", "invalid-role-id", "replaced-client"}
    assert set(CHECKS) - untold <= fired


OPERATIONS = "operations: [startRecordingSession]\n"
#: One change to each part of the policy, which its tests must notice.
CHANGES = {
    "another operation": (
        "operations: [startRecordingSession]",
        "operations: [getRecordingSession]",
    ),
    "a scope less": (OPERATIONS, "scopes: {all_of: [recording:session:write]}\n"),
    "the other scope less": (OPERATIONS, "scopes: {all_of: [recordingSession]}\n"),
    "another division": ("division: any", "division: home"),
    "no capitals": ('"*Record*", ', ""),
    "deleting anything": ("recording:*:delete", "*:*:delete"),
    "deleting recordings only": ("recording:*:delete", "recording:recording:delete"),
    "a second more": ("at_most: 86400", "at_most: 86401"),
    "a second less": ("at_most: 86400", "at_most: 86399"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_tests_notice_a_change_of_the_policy(change: str, tmp_path: Path) -> None:
    before, after = CHANGES[change]
    policy = SHIPPED["recording-session"]
    text = policy.read_text(encoding="utf-8")
    assert before in text
    (tmp_path / "p.yaml").write_text(text.replace(before, after), encoding="utf-8")
    cases = policy.with_name("recording-session.test.yaml").read_text(encoding="utf-8")
    (tmp_path / "p.test.yaml").write_text(cases, encoding="utf-8")
    result = CliRunner().invoke(cli, ["policy", "test", str(tmp_path / "p.yaml")])
    assert result.exit_code == ExitCode.VIOLATION, result.output
