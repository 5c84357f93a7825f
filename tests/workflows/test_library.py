"""What a Python program calls: the functions by name, what they take, and what they raise."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any, cast, get_type_hints

import pytest

from toolkit import workflows
from toolkit.errors import ExitCode, SourceError, ToolkitError, UsageError
from toolkit.workflows import CheckRequest, ProbeRequest, VerifyRequest, check, inventory
from toolkit.workflows.check_options import CheckOptions
from toolkit.workflows.live import LiveOrg
from toolkit.workflows.parameters import each_path
from toolkit.workflows.target_roles import TargetRoles

CLIENT = """
resource "genesyscloud_oauth_client" "recorder" {
  name                  = "recorder"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "main.tf").write_text(CLIENT)
    return tmp_path


def test_the_package_lists_what_it_offers_and_each_is_documented() -> None:
    assert dir(workflows) == workflows.__all__
    for name in workflows.__all__:
        assert inspect.getdoc(getattr(workflows, name)), name


@pytest.mark.parametrize("given", [Path, str, lambda path: [path], lambda path: [str(path)]])
def test_a_path_is_a_source_and_one_needs_no_list(folder: Path, given: Any) -> None:
    assert check(given(folder)).exit_code is ExitCode.OK
    assert len(inventory(given(folder)).inventories[0].clients) == 1


def test_a_lone_policy_is_one_policy_and_may_be_a_path(folder: Path) -> None:
    (folder / "ours.yaml").write_text(
        "version: 1\nname: ours\nrules: [{id: A, title: T, settings: {state: {equals: active}}}]\n"
    )
    assert "A" in {r.rule for r in check(folder, policies=folder / "ours.yaml").results}


def test_a_request_is_the_same_as_its_fields(folder: Path) -> None:
    by_name = check(folder, select=["REC001"])
    assert check(CheckRequest(folder, select=["REC001"])) == by_name
    with pytest.raises(TypeError, match="no options beside it: select"):
        check(CheckRequest(folder), select=["REC001"])


def test_the_short_form_takes_every_field() -> None:
    wanted = {*CheckRequest.__struct_fields__} - {"sources"}
    assert {*CheckOptions.__annotations__} == wanted
    ours, theirs = (
        get_type_hints(CheckOptions),
        get_type_hints(CheckRequest, localns={"LiveOrg": LiveOrg, "TargetRoles": TargetRoles}),
    )
    assert {name: theirs[name] for name in wanted} == ours


@pytest.mark.parametrize("function", [check, inventory])
def test_a_source_that_cannot_be_read_is_raised(folder: Path, function: Any) -> None:
    with pytest.raises(ToolkitError, match="no such file or folder") as caught:
        function([folder, folder / "gone"])
    assert isinstance(caught.value, SourceError)
    assert caught.value.hint


def test_or_is_in_the_report_beside_the_others(folder: Path) -> None:
    report = check([folder, folder / "gone"], on_error="report")
    assert report.exit_code is ExitCode.INPUT
    assert (len(report.errors), report.clients) == (1, 1)


def test_paths_are_text_from_here_on() -> None:
    assert each_path("terraform") == ("terraform",)
    assert each_path([Path("a"), "b"]) == ("a", "b")


def test_a_request_says_what_does_not_fit_together() -> None:
    with pytest.raises(UsageError, match="cannot be used together"):
        _ = ProbeRequest(preflight=True, dry_run=True).mode


@pytest.mark.parametrize("record", [CheckRequest, ProbeRequest, VerifyRequest])
def test_requests_are_frozen(record: Any) -> None:
    made = record("x") if record is not ProbeRequest else record()
    with pytest.raises(AttributeError):
        cast("Any", made).environ = {}
