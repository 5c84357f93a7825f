"""A saved plan, with a program that stands in for Terraform."""

from __future__ import annotations

import json
import os
import stat
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from toolkit.errors import ExitCode, ProvisionError, SourceError, ToolkitError
from toolkit.provision.saved_plan import show_plan

pytestmark = pytest.mark.terraform

Program = Callable[[str], dict[str, str]]


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return archive(tmp_path / "my plans" / "plan.tfplan", "tfplan", "tfstate")


def archive(path: Path, *members: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w") as file:
        for name in members:
            file.writestr(name, "x")
    return path


@pytest.fixture
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Put a `terraform` of these lines of Python on a PATH, and return the environment for it."""

    def write(lines: str) -> dict[str, str]:
        folder = tmp_path_factory.mktemp("bin")
        path = folder / "terraform"
        path.write_text(f"#!{sys.executable}\nimport json, os, sys, time\n{lines}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return {"PATH": f"{folder}{os.pathsep}{os.defpath}", "TF_CLI_CONFIG_FILE": "mine"}

    return write


def refusal(plan: Path, **more: object) -> ToolkitError:
    with pytest.raises(ToolkitError) as caught:
        show_plan(plan, **more)  # type: ignore[arg-type]
    assert "\n" not in caught.value.message + (caught.value.hint or "")
    return caught.value


TELL = "json.dump([sys.argv[1:], os.environ.get('TF_CLI_CONFIG_FILE')], sys.stdout)"


def test_terraform_runs_in_the_plans_folder_with_the_callers_environment(
    plan: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(plan.parent.parent)
    relative = plan.relative_to(plan.parent.parent)
    said = json.loads(show_plan(relative, environ=program(TELL)))
    assert said == [["-chdir=my plans", "show", "-json", "-no-color", str(plan)], "mine"]


def test_terraform_runs_in_the_folder_that_is_named(
    plan: Path, tmp_path: Path, program: Program
) -> None:
    said = json.loads(show_plan(plan, tmp_path, environ=program(TELL)))
    assert said[0][0] == f"-chdir={tmp_path}"


def test_another_binary_can_be_named(plan: Path, program: Program) -> None:
    environ = program(TELL)
    (Path(environ["PATH"].split(os.pathsep)[0]) / "terraform").rename(plan.parent / "tofu")
    assert show_plan(plan, binary=str(plan.parent / "tofu"), environ=environ).startswith(b"[[")


FRAMED = (
    "\\x1b[31m\\u2577\\n\\u2502\\x1b[0m Error: No plugins\\n\\u2502\\n"
    "\\u2502 Run init\\n\\u2502   first.\\n\\u2575\\n"
)


def test_what_terraform_says_is_one_line_of_the_hint(plan: Path, program: Program) -> None:
    environ = program(f"sys.stderr.write('a warning\\n{FRAMED}'); sys.exit(1)")
    error = refusal(plan, environ=environ)
    assert isinstance(error, ProvisionError)
    assert error.exit_code is ExitCode.REMOTE
    assert error.message == f"{plan}: terraform show failed in {plan.parent} with exit 1"
    assert error.hint is not None
    assert error.hint.startswith("Terraform says: No plugins: Run init first. Run 'terraform init'")
    assert error.hint.endswith(f"terraform show -json '{plan}' | recording-toolkit check -")


def test_an_endless_complaint_is_cut(plan: Path, program: Program) -> None:
    error = refusal(plan, environ=program("sys.exit('Error: x' + ' word' * 9999)"))
    assert " word ... Run " in (error.hint or "")
    assert len(error.hint or "") < 700


def test_a_failure_without_a_word_is_one_too(plan: Path, program: Program) -> None:
    assert "says: nothing." in (refusal(plan, environ=program("sys.exit(3)")).hint or "")


def test_a_terraform_that_hangs_is_ended(plan: Path, program: Program) -> None:
    error = refusal(plan, environ=program("time.sleep(60)"), timeout=0.5)
    assert error.exit_code is ExitCode.REMOTE
    assert "did not end within 0.5 seconds" in error.message


def test_no_terraform_on_the_path(plan: Path, tmp_path: Path) -> None:
    error = refusal(plan, environ={"PATH": str(tmp_path)})
    assert error.exit_code is ExitCode.REMOTE
    assert "read through terraform, which was not found" in error.message
    assert "| recording-toolkit check -" in (error.hint or "")


def test_a_program_that_cannot_be_run(plan: Path, program: Program) -> None:
    environ = program("")
    path = Path(environ["PATH"].split(os.pathsep)[0]) / "terraform"
    path.write_text("no program")
    error = refusal(plan, environ=environ)
    assert error.exit_code is ExitCode.REMOTE
    assert "cannot be run: Exec format error" in error.message


@pytest.mark.parametrize("members", [(), ("notes.txt",)])
def test_another_archive_is_an_input_error(tmp_path: Path, members: tuple[str, ...]) -> None:
    error = refusal(archive(tmp_path / "plan.tfplan", *members), environ={})
    assert isinstance(error, SourceError)
    assert "this archive is not a saved plan" in error.message


def test_a_plan_that_was_cut_off_is_an_input_error(plan: Path) -> None:
    plan.write_bytes(plan.read_bytes()[:60])
    error = refusal(plan, environ={})
    assert isinstance(error, SourceError)
    assert "broken or cut off" in error.message


def test_a_folder_that_is_none_is_an_input_error(plan: Path, tmp_path: Path) -> None:
    error = refusal(plan, directory=tmp_path / "gone", environ={})
    assert isinstance(error, SourceError)
    assert "--source-dir" in (error.hint or "")
