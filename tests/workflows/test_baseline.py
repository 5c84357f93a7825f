"""The baseline as a file: what is written, what is refused, and what a run with one reports."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from toolkit.errors import BaselineError, ExitCode
from toolkit.judging.run_filter import RunFilter
from toolkit.model.clients import Client
from toolkit.model.findings import Verdict
from toolkit.model.inventory import Inventory
from toolkit.model.report import Problem, Report
from toolkit.model.values import ValueSet
from toolkit.policy.document import Policy, Require, Rule, Scopes
from toolkit.workflows.baseline import Baseline, read_baseline, record
from toolkit.workflows.run_check import check, check_inventories

RULE = Rule(id="R1", title="t", require=Require(scopes=Scopes(all_of=("s", "t"))))
OTHER = Rule(id="R2", title="t", require=Require(scopes=Scopes(all_of=("u",))), must_match=False)
OFF = {"client-without-scopes": "off", "duplicate-name": "off"}
POLICY = Policy(version=1, name="p", rules=(RULE, OTHER), checks=OFF)  # type: ignore[arg-type]
BOTH, ONE, NONE = ("s", "t", "u"), ("s", "u"), ("u",)


def root(name: str, **clients: tuple[str, ...]) -> Inventory:
    held = (
        Client(name, f"x.{own}", own, "CODE", ValueSet(scopes)) for own, scopes in clients.items()
    )
    return Inventory(name, "hcl", tuple(held))


def written(path: Path, *inventories: Inventory) -> Baseline:
    record(check_inventories(inventories, [POLICY]), str(path))
    return read_baseline(str(path))


def notes(report: Report) -> dict[str, str]:
    return {note.code: note.message for note in report.notes}


def test_the_file_is_small_sorted_and_readable(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    report = check_inventories([root("b", a=ONE, ok=BOTH), root("a", é=NONE)], [POLICY])
    told = record(report, str(path))
    assert path.read_text(encoding="utf-8") == (
        '{\n  "version": 1,\n  "tool": "recording-toolkit",\n  "entries": [\n'
        '    {\n      "root": "a",\n      "rule": "R1",\n      "address": "x.é",\n'
        '      "verdict": "fail",\n      "missing": [\n        "scope s",\n'
        '        "scope t"\n      ]\n    },\n'
        '    {\n      "root": "b",\n      "rule": "R1",\n      "address": "x.a",\n'
        '      "verdict": "fail",\n      "missing": [\n        "scope t"\n      ]\n    }\n  ]\n}\n'
    )
    assert told.results == report.results
    assert told.exit_code is ExitCode.VIOLATION
    assert notes(told) == {"baseline-written": f"{path} now lists 2 findings"}


def test_what_is_known_is_counted_and_not_reported(tmp_path: Path) -> None:
    before = [root("a", c=ONE, d=ONE, ok=BOTH)]
    baseline = written(tmp_path / "known.json", *before)
    report = check_inventories(before, [POLICY], baseline=baseline)
    assert {result.verdict for result in report.results} == {Verdict.PASS}
    assert report.exit_code is ExitCode.OK
    assert notes(report) == {"baseline": f"2 known findings hidden by {tmp_path}/known.json"}
    assert [result.address for result in report.known] == ["x.c", "x.d"]


def test_a_known_client_that_lost_a_further_scope_fails(tmp_path: Path) -> None:
    baseline = written(tmp_path / "known.json", root("a", c=ONE, d=ONE))
    report = check_inventories([root("a", c=NONE, d=ONE)], [POLICY], baseline=baseline)
    (new,) = [result for result in report.results if result.verdict is Verdict.FAIL]
    assert new.address == "x.c"
    assert report.exit_code is ExitCode.VIOLATION
    assert "1 known finding hidden" in notes(report)["baseline"]


def test_what_no_longer_occurs_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    baseline = written(path, root("a", c=NONE, d=ONE, e=NONE))
    report = check_inventories([root("a", c=ONE, d=BOTH, e=NONE)], [POLICY], baseline=baseline)
    assert notes(report)["baseline-gone"] == (
        f"2 findings in {path} no longer occur, or only in part: R1 at x.c and R1 "
        f"at x.d; --write-baseline {path} replaces it."
    )


def test_of_what_was_not_looked_at_nobody_can_say_that_it_is_gone(tmp_path: Path) -> None:
    baseline = written(tmp_path / "known.json", root("a", c=NONE), root("b", c=NONE))
    assert len(baseline.entries) == 2
    here = root("a", c=BOTH)

    def said(**more: object) -> str:
        report = check_inventories([here], [POLICY], baseline=baseline, **more)  # type: ignore[arg-type]
        return notes(report).get("baseline-gone", "")

    assert said().startswith("1 finding ")
    assert said(problems=[Problem("b cannot be read")]).startswith("1 finding ")
    assert said(run_filter=RunFilter(ignore=frozenset({"R1"}))) == ""
    assert said(run_filter=RunFilter(clients=("x.c",))) == ""
    destroyed = Inventory("b", "plan", judged=False)
    report = check_inventories([here, destroyed], [POLICY], baseline=baseline)
    assert notes(report)["baseline-gone"].startswith("1 finding ")


def test_that_no_client_matched_can_be_known(tmp_path: Path) -> None:
    baseline = written(tmp_path / "known.json", root("a"))
    assert [(e.root, e.address, e.verdict) for e in baseline.entries] == [(None, None, "unknown")]
    report = check_inventories([root("a")], [POLICY], baseline=baseline)
    assert report.results == ()
    assert report.exit_code is ExitCode.OK
    report = check_inventories([root("a", c=BOTH)], [POLICY], baseline=baseline)
    assert "R1 at no client" in notes(report)["baseline-gone"]
    problem = Problem("b cannot be read")
    report = check_inventories([root("a", c=BOTH)], [POLICY], baseline=baseline, problems=[problem])
    assert "baseline-gone" not in notes(report)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "the baseline cannot be read: No such file or directory"),
        (b"", "not a baseline: "),
        (b"{", "not a baseline: "),
        (b"\xff\xfe", "not a baseline: "),
        (
            b'{"version": 1, "tool": "recording-toolkit", "entries": [{"x": "\xff"}]}',
            "not a baseline",
        ),
        (b"[]", "not a baseline: Expected `object`, got `array`"),
        (b"[" * 100_000, "not a baseline: "),
        (b'{"version": 1, "entries": []}', "not a baseline: "),
        (b'{"version": 1, "tool": "detekt", "entries": []}', "not a baseline: "),
        (b'{"version": 1, "tool": "recording-toolkit"}', "not a baseline: "),
        (b'{"version": 1, "tool": "recording-toolkit", "entries": [1]}', "not a baseline: "),
        (
            b'{"version": 1, "tool": "recording-toolkit", "entries": [{"root": "a", "rule": "R"}]}',
            "not a baseline: ",
        ),
        (
            b'{"version": 2, "tool": "recording-toolkit", "findings": {}}',
            "a baseline of version 2, not 1",
        ),
    ],
)
def test_what_is_no_baseline_is_refused(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    path = tmp_path / "known.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BaselineError) as caught:
        read_baseline(str(path))
    assert caught.value.message.startswith(f"{path}: ")
    assert message in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.hint
    assert caught.value.exit_code is ExitCode.INPUT


def test_an_entry_with_a_key_that_is_not_known_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    written(path, root("a", c=ONE))
    document = json.loads(path.read_text())
    document["entries"][0]["comment"] = "x"
    path.write_text(json.dumps(document))
    with pytest.raises(BaselineError, match="comment"):
        read_baseline(str(path))


def test_a_baseline_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    target = tmp_path / "known.json"
    written(target, root("a", c=ONE))
    target.chmod(0o640)
    assert len(written(target, root("a", c=ONE, d=NONE)).entries) == 2
    assert target.stat().st_mode & 0o777 == 0o640
    assert [entry.name for entry in tmp_path.iterdir()] == ["known.json"]


def test_an_empty_file_and_another_version_may_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    for content in (b"", b'{"version": 2, "tool": "recording-toolkit"}'):
        path.write_bytes(content)
        assert len(written(path, root("a", c=ONE)).entries) == 1


def test_a_slip_costs_no_other_file(tmp_path: Path) -> None:
    path = tmp_path / "main.tf"
    path.write_text("resource {}")
    report = record(check_inventories([root("a", c=ONE)], [POLICY]), str(path))
    (problem,) = report.errors
    assert (
        problem.message
        == f"{path}: the baseline cannot be written: what is there is not a baseline"
    )
    assert problem.hint
    assert report.exit_code is ExitCode.INPUT
    assert report.count(Verdict.FAIL) == 1
    assert path.read_text() == "resource {}"


@pytest.mark.parametrize("where", ["", "missing/known.json"])
def test_where_it_cannot_be_written_the_report_is_still_there(tmp_path: Path, where: str) -> None:
    report = record(check_inventories([root("a", c=ONE)], [POLICY]), str(tmp_path / where))
    assert len(report.errors) == 1
    assert report.exit_code is ExitCode.INPUT
    assert report.count(Verdict.FAIL) == 1
    assert list(tmp_path.iterdir()) == []


def test_one_that_cannot_be_finished_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "known.json"
    before = written(path, root("a", c=ONE))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    report = record(check_inventories([root("a", c=NONE)], [POLICY]), str(path))
    assert "No space left" in report.errors[0].message
    assert read_baseline(str(path)) == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["known.json"]


def test_nothing_is_written_where_something_could_not_be_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    before = written(path, root("a", c=ONE), root("b", c=ONE))
    report = check_inventories([root("a", c=ONE)], [POLICY], problems=[Problem("b is broken")])
    told = record(report, str(path))
    assert read_baseline(str(path)) == before
    assert notes(told) == {
        "baseline-not-written": f"{path} was not written, since something could not be looked at"
    }


MAIN = """resource "genesyscloud_oauth_client" "recorder" {
  name                  = "recorder"
  authorized_grant_type = "CODE"
  scopes                = [%s]
}
"""


def test_from_start_to_end(tmp_path: Path) -> None:
    """One file for both: the report has only new findings, and the file all current ones."""
    known = str(tmp_path / "known.json")

    def run(*scopes: str, baseline: str | None = None, write: str | None = None) -> Report:
        (tmp_path / "main.tf").write_text(MAIN % ", ".join(f'"{scope}"' for scope in scopes))
        return check([str(tmp_path)], baseline=baseline, write_baseline=write)

    assert run("recordingSession", write=known).exit_code is ExitCode.VIOLATION
    assert run("recordingSession", baseline=known).exit_code is ExitCode.OK
    report = run("x", baseline=known)
    assert [(r.rule, r.verdict) for r in report.results if r.verdict is Verdict.FAIL] == [
        ("REC001", Verdict.FAIL),
        ("unpublished-scope", Verdict.FAIL),
    ]
    assert run("x", baseline=known, write=known).exit_code is ExitCode.VIOLATION
    assert run("x", baseline=known).exit_code is ExitCode.OK
    # Known findings stay known, even if the run that knew them writes the file.
    assert run("x", baseline=known, write=known).exit_code is ExitCode.OK
    assert run("x", baseline=known).exit_code is ExitCode.OK


def test_a_broken_baseline_is_said_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(BaselineError):
        check([str(tmp_path / "nowhere")], baseline=str(tmp_path / "known.json"))
