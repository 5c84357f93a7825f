"""What `check` hands to the workflow."""

from __future__ import annotations

from typing import Any

import pytest

from toolkit.model.findings import Severity


def test_without_arguments_it_checks_the_current_folder(invoke: Any, workflow: Any) -> None:
    assert invoke("check").exit_code == 0
    assert workflow.sources == (".",)
    readers = workflow.options.pop("readers")
    assert readers is not None
    assert workflow.options == {
        "policies": ("recording-session",),
        "variables": [],
        "source_dir": None,
        "stdin": None,
        "fail_on": Severity.ERROR,
        "exclude": (),
        "progress": None,
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
