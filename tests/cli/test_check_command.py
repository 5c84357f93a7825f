"""The request that `check` passes to the workflow."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from toolkit.catalog.catalog import SHIPPED
from toolkit.model.findings import Severity
from toolkit.sources.read_requests import Execution


def test_without_arguments_it_checks_the_current_folder(invoke: Any, workflow: Any) -> None:
    assert invoke("check").exit_code == 0
    assert workflow.sources == (".",)
    assert workflow.options == {
        "environment": None,
        "waivers": True,
        "comments_waive": True,
        "allow_no_clients": False,
        "target_roles": None,
        "operator": False,
        "execution": Execution(),
        "policies": ("recording-session",),
        "variables": [],
        "source_dir": None,
        "stdin": None,
        "fail_on": Severity.ERROR,
        "unknown": None,
        "clients": (),
        "all_clients": False,
        "select": (),
        "ignore": (),
        "today": None,
        "baseline": None,
        "write_baseline": None,
        "exclude": (),
        "catalog": SHIPPED,
        "max_size": 1 << 30,
        "org": None,
        "saved_plans": (),
        "on_error": "report",
    }


def test_hands_everything_on(invoke: Any, workflow: Any) -> None:
    invoke(
        "check", "a", "b.json", "-p", "one.yaml", "--policy", "two", "--source-dir", "tf",
        "--fail-on", "warning",
    )  # fmt: skip
    assert workflow.sources == ("a", "b.json")
    assert workflow.options["policies"] == ("one.yaml", "two")
    assert workflow.options["source_dir"] == "tf"
    assert workflow.options["fail_on"] is Severity.WARNING


def test_hands_on_what_narrows_the_run(invoke: Any, workflow: Any) -> None:
    invoke(
        "check", "--client", "a", "--client", "*.b", "--unknown", "report", "--today", "2027-03-31",
        "--baseline", "old.json", "--write-baseline", "new.json",
    )  # fmt: skip
    assert workflow.options["clients"] == ("a", "*.b")
    assert workflow.options["unknown"] == "report"
    assert workflow.options["today"] == date(2027, 3, 31)
    assert workflow.options["baseline"] == "old.json"
    assert workflow.options["write_baseline"] == "new.json"


@pytest.mark.parametrize("option", ["select", "ignore"])
def test_ids_are_repeated_or_have_commas_between_them(
    invoke: Any, workflow: Any, option: str
) -> None:
    invoke("check", f"--{option}", "A,B", f"--{option}= C , ", f"--{option}", "A")
    assert workflow.options[option] == ("A", "B", "C", "A")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--select", ""], "--select names no rule"),
        (["--ignore", " , "], "--ignore names no rule"),
        (["--client", ""], "--client names no client"),
        (["--today", "tomorrow"], "--today tomorrow: not a date"),
        (["--today", "2027-02-30"], "--today 2027-02-30: not a date"),
        (["--today", "20270331"], "--today 20270331: not a date"),
        (["--today", "2027-W01-1"], "--today 2027-W01-1: not a date"),
        (["--today", ""], "--today : not a date"),
        (["--unknown", "pass"], "'pass' is not one of 'fail', 'report'"),
    ],
)
def test_a_value_that_means_nothing_is_refused(
    invoke: Any, workflow: Any, args: list[str], message: str
) -> None:
    done = invoke("check", *args)
    assert done.exit_code == 2
    assert message in done.stderr
    assert "\nhint: " in done.stderr
    assert workflow.options == {}


def test_an_id_that_does_not_exist_is_one_line_and_a_hint(invoke: Any, tmp_path: Path) -> None:
    done = invoke("check", str(tmp_path), "--select", "REC01")
    assert done.exit_code == 2
    error, hint = done.stderr.splitlines()
    assert error == 'error: --select: there is no rule or check "REC01"; did you mean "REC001"?'
    assert hint.startswith("hint: Rules and checks: REC001, ")


def test_a_foreign_baseline_is_one_line_and_a_hint(invoke: Any, tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text("{}")
    done = invoke("check", str(tmp_path), "--baseline", str(tmp_path / "b.json"), "-f", "json")
    assert done.exit_code == 2
    error, hint = done.stderr.splitlines()
    assert error.startswith(f"error: {tmp_path}/b.json: not a baseline: ")
    assert hint.startswith("hint: --write-baseline")
    assert json.loads(done.stdout)["errors"][0]["message"] == error.removeprefix("error: ")


SCOPED = """resource "genesyscloud_oauth_client" "recorder" {
  name                  = "recorder"
  authorized_grant_type = "CODE"
  scopes                = ["recordingSession", %s]
}
"""


def test_a_baseline_from_the_command_line(invoke: Any, tmp_path: Path) -> None:
    """The JSON report of a run with a baseline has no known findings."""
    main, known = tmp_path / "main.tf", str(tmp_path / "known.json")
    main.write_text(SCOPED % '"conversations"')
    assert invoke("check", str(tmp_path), "--write-baseline", known).exit_code == 1
    done = invoke("check", str(tmp_path), "--baseline", known, "-f", "json")
    assert done.exit_code == 0
    document = json.loads(done.stdout)
    assert {result["verdict"] for result in document["results"]} == {"pass", "not-applicable"}
    assert document["summary"]["fail"] == 0
    assert document["notes"][0] == {
        "code": "baseline",
        "message": f"1 known finding hidden by {known}",
    }
    assert [note["code"] for note in document["notes"][1:]] == ["unpublished-scope"]
    main.write_text((SCOPED % '"conversations"').replace('"recordingSession", ', ""))
    done = invoke("check", str(tmp_path), "--baseline", known, "-f", "json")
    assert done.exit_code == 1
    failed = [r for r in json.loads(done.stdout)["results"] if r["verdict"] == "fail"]
    assert [result["rule"] for result in failed] == ["REC001"]


def test_never_fails_on_nothing(invoke: Any, workflow: Any) -> None:
    invoke("check", "--fail-on", "never")
    assert workflow.options["fail_on"] is None


def test_reads_stdin_only_when_it_is_a_source(invoke: Any, workflow: Any) -> None:
    invoke("check", "-", input=b"\xff{}")
    assert workflow.options["stdin"] == b"\xff{}"
    invoke("check", "terraform", input=b"{}")
    assert workflow.options["stdin"] is None


@pytest.mark.parametrize(
    ("args", "variables"),
    [
        (
            ["--var", "a=1", "--var-file", "x", "--var=b=2=3", "--var-file=y", "--var", "c="],
            [("var", "a=1"), ("file", "x"), ("var", "b=2=3"), ("file", "y"), ("var", "c=")],
        ),
        (["--var-file", "x", "--var", "a=1"], [("file", "x"), ("var", "a=1")]),
        (["--var", "a=1", "dir", "--var", "a=2"], [("var", "a=1"), ("var", "a=2")]),
        (["--", "--var"], []),
    ],
)
def test_variables_keep_the_order_in_which_they_came(
    invoke: Any, workflow: Any, args: list[str], variables: list[tuple[str, str]]
) -> None:
    assert invoke("check", *args).exit_code == 0
    assert workflow.options["variables"] == variables
