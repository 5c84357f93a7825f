"""`plan` and `apply` for their users: what stops them, and the messages."""

from __future__ import annotations

import json
import os
import shlex
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.provision.commands import PLANNED, Done, environment, run, stand_in, started
from tests.provision.test_interruption import SLOW, await_line
from tests.standin_provider.workspace import Workspace
from toolkit import workflows
from toolkit.errors import ExitCode
from toolkit.provision.arguments import added, off, on, split
from toolkit.reporters.document import json_schema
from toolkit.workflows import ProvisionRequest, TerraformRun

pytestmark = pytest.mark.slow

GOOD = """
resource "genesyscloud_oauth_client" "recorder" {
  name                  = "recorder"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}
"""
#: Plans, shows and applies as Terraform does; each run writes its arguments to a file.
ACTING = """
with open("ran.jsonl", "a") as log:
    log.write(json.dumps([command, *rest, os.environ.get("TF_CLI_ARGS_plan", "")]) + "\\n")
if command == "plan":
    out = next(word for word in rest if word.startswith("-out=")).partition("=")[2]
    pathlib.Path(out).write_text("a plan")
    print("to stdout")
    print("to stderr", file=sys.stderr)
if command == "show":
    print(os.environ["SHOWN"])
    EXTRA
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of Terraform with a client that may start recordings."""
    found = tmp_path / "terraform"
    found.mkdir()
    (found / "main.tf").write_text(GOOD, encoding="utf-8")
    return found


def acting(
    folder: Path, *, name: str = "terraform", extra: str = "pass", **changed: object
) -> dict[str, str]:
    """Return the environment with a stand-in that has this plan."""
    path = stand_in(folder.parent / "bin", ACTING.replace("EXTRA", extra), name)
    return environment(**path, SHOWN=json.dumps({**PLANNED, **changed}))


def commands(folder: Path) -> list[list[str]]:
    lines = (folder / "ran.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_the_report_is_all_that_is_on_stdout(folder: Path) -> None:
    done = run("apply", str(folder), "--yes", "-f", "json", environ=acting(folder))
    assert done.status == 0, done.stderr
    assert done.report["terraform"] == {
        "program": "terraform",
        "version": "1.9.0",
        "commands": [
            {"name": name, "exit_code": 0} for name in ("version", "init", "plan", "show", "apply")
        ],
        "applied": True,
    }
    assert "to stdout" in done.stderr
    assert "to stderr" in done.stderr
    jsonschema.validate(done.report, json_schema())
    (source,) = done.report["sources"]
    assert source == {"root": str(folder), "kind": "plan", "clients": 1}
    (result,) = [each for each in done.report["results"] if each["rule"] == "REC001"]
    assert result["location"]["path"] == f"{folder}/main.tf"


def test_the_text_says_what_ran_and_that_it_was_applied(folder: Path) -> None:
    done = run("apply", str(folder), "--yes", environ=acting(folder))
    assert (
        "\nterraform 1.9.0: init exit 0, plan exit 0, show exit 0, apply exit 0\n\n  APPLIED\n"
        in done.stdout
    )


def test_it_never_approves_by_itself_and_applies_the_saved_plan(folder: Path) -> None:
    run("apply", str(folder), "--yes", environ=acting(folder))
    assert not any("-auto-approve" in word for words in commands(folder) for word in words)
    *_, (_, *applied, _) = commands(folder)
    (plan,) = [word for words in commands(folder) for word in words if word.startswith("-out=")]
    assert applied == ["-input=false", "-no-color", plan.removeprefix("-out=")]
    assert not Path(plan.removeprefix("-out=")).exists()


def test_no_value_of_a_variable_is_on_a_command_line(folder: Path) -> None:
    (folder.parent / "own.tfvars").write_text("a = 1\n")
    words = ("--var", 'secret=it\'s $HOME "x" `y`; z', "--var-file", "own.tfvars")
    environ = {**acting(folder), "TF_CLI_ARGS_plan": "-parallelism=2"}
    run("plan", str(folder), *words, environ=environ, cwd=folder.parent)
    (planned,) = [words for words in commands(folder) if words[0] == "plan"]
    assert not any("secret" in word for word in planned[:-1])
    assert shlex.split(planned[-1]) == [
        "-parallelism=2",
        '-var=secret=it\'s $HOME "x" `y`; z',
        f"-var-file={folder.parent}/own.tfvars",
    ]
    others = [words[-1] for words in commands(folder) if words[0] != "plan"]
    assert set(others) == {"-parallelism=2"}


@pytest.mark.parametrize("each", ["x" * 50_000, "'" * 20_000], ids=["long", "quoted"])
def test_variables_that_are_too_long_to_be_passed_on(folder: Path, each: str) -> None:
    words = [word for name in "abc" for word in ("--var", f"{name}={each}")]
    done = run("plan", str(folder), *words, "-f", "json", environ=acting(folder))
    assert done.status == 2
    assert done.errors == [
        "error: the values of --var are too long, one by one or together, to reach Terraform"
    ]
    assert done.hints == ["hint: Put the long ones into a file: --var-file FILE."]
    assert done.report["errors"][0]["message"] in done.errors[0]
    assert "plan" not in [words[0] for words in commands(folder)]


def test_an_environment_that_is_too_large_for_any_program(folder: Path) -> None:
    environ = {**acting(folder), "TF_VAR_x": "x" * 200_000}
    report = workflows.plan(ProvisionRequest(folder, terraform=TerraformRun(environ=environ)))
    (error,) = report.errors
    assert (report.exit_code, error.message) == (
        ExitCode.INPUT,
        "the environment is too large for a program to be started in",
    )


@pytest.mark.parametrize("version", ["0.15.5", "0.11.14"])
def test_a_terraform_that_is_too_old(folder: Path, version: str) -> None:
    done = run("plan", str(folder), environ={**acting(folder), "VERSION": version})
    assert (done.status, done.errors) == (4, [f"error: terraform {version} is too old"])
    assert done.hints == ["hint: Use Terraform 1.0 or later, or OpenTofu: --terraform-bin FILE."]
    assert not (folder / "ran.jsonl").exists()


def test_tofu_is_used_where_it_is_asked_for(folder: Path) -> None:
    environ = acting(folder, name="tofu")
    done = run("plan", str(folder), environ=environ)
    assert (done.status, done.errors) == (4, ["error: terraform was not found"])
    done = run("plan", str(folder), "--terraform-bin", "tofu", environ=environ)
    assert done.status == 0, done.stderr
    assert "\ntofu 1.9.0: init exit 0" in done.stdout
    path = str(folder.parent / "bin" / "tofu")
    assert run("plan", str(folder), "--terraform-bin", path, environ=environ).status == 0
    done = run(
        "plan", "terraform", "--terraform-bin", "bin/tofu", environ=environ, cwd=folder.parent
    )
    assert done.status == 0, done.stderr


@pytest.mark.parametrize(
    ("program", "line"),
    [
        ("#!/bin/sh\necho hello\n", "error: odd does not say its version, so it is not Terraform"),
        ("#!/bin/sh\nexit 3\n", "odd version failed with exit 3"),
        ("#!/no/such/program\n", "odd cannot be run"),
        ("\0garbage", "odd cannot be run"),
    ],
)
def test_what_is_no_terraform(folder: Path, program: str, line: str) -> None:
    odd = folder.parent / "odd"
    odd.write_text(program)
    odd.chmod(0o755)
    done = run("plan", str(folder), "--terraform-bin", str(odd), environ=environment())
    assert (done.status, len(done.errors), len(done.hints)) == (4, 1, 1)
    assert line in done.errors[0]
    assert "Traceback" not in done.stderr


def test_a_folder_without_terraform(tmp_path: Path) -> None:
    for source, words in {
        str(tmp_path): "there is no Terraform in this folder",
        str(tmp_path / "nope"): "no such folder",
        __file__: "is not a folder",
    }.items():
        done = run("apply", source, "--yes", environ=environment())
        assert (done.status, len(done.errors), len(done.hints)) == (2, 1, 1)
        assert words in done.errors[0]


def test_a_file_of_variables_that_does_not_exist_is_told_before_anything_runs(
    folder: Path,
) -> None:
    done = run("apply", str(folder), "--yes", "--var-file", "nope", environ=acting(folder))
    assert (done.status, done.errors) == (
        2,
        ["error: --var-file nope: cannot be read: No such file or directory"],
    )
    assert not (folder / "ran.jsonl").exists()


@pytest.mark.parametrize(
    ("name", "reason"), [("x" * 300, "File name too long"), ("terraform", "Is a directory")]
)
def test_a_file_of_variables_that_cannot_be_read(folder: Path, name: str, reason: str) -> None:
    words = ("--yes", "--var-file", name)
    done = run("apply", str(folder), *words, environ=acting(folder), cwd=folder.parent)
    assert (done.status, done.errors) == (
        2,
        [f"error: --var-file {name}: cannot be read: {reason}"],
    )
    assert not (folder / "ran.jsonl").exists()


def test_a_file_of_variables_that_a_shell_pipes_in_is_terraforms(folder: Path) -> None:
    os.mkfifo(folder.parent / "piped")
    words = ("--var-file", "piped")
    done = run("plan", str(folder), *words, environ=acting(folder), cwd=folder.parent)
    assert done.status == 0, done.stderr


def test_a_policy_that_does_not_exist_is_told_before_anything_runs(folder: Path) -> None:
    done = run("apply", str(folder), "--yes", "-p", "nope", environ=acting(folder))
    assert done.status == 2
    assert not (folder / "ran.jsonl").exists()


def test_nobody_to_ask_and_no_yes(folder: Path) -> None:
    done = run("apply", str(folder), "-f", "json", environ=acting(folder))
    assert done.status == 2
    assert done.report["errors"][0]["message"].endswith("there is nobody to ask")
    assert not (folder / "ran.jsonl").exists()


def not_applied(folder: Path, done: Done) -> dict[str, Any]:
    assert done.report["terraform"]["applied"] is False
    assert "apply" not in [words[0] for words in commands(folder)]
    return done.report


@pytest.mark.parametrize(
    "partial",
    [
        {"complete": False},
        {"deferred_changes": [{"reason": "x", "resource_change": PLANNED["resource_changes"][0]}]},
    ],
)
def test_a_partial_plan_is_not_applied(folder: Path, partial: dict[str, Any]) -> None:
    environ = acting(folder, **partial)
    words = ("--yes", "-f", "json", "--unknown", "report", "--fail-on", "never")
    done = run("apply", str(folder), *words, environ=environ)
    assert done.status == 2
    assert "leaves something out" in not_applied(folder, done)["errors"][0]["message"]


def test_where_the_plan_does_not_tell_a_target_is_looked_for(folder: Path) -> None:
    environ = {**acting(folder), "TF_CLI_ARGS_plan": "-target=x.y"}
    done = run("apply", str(folder), "--yes", "-f", "json", environ=environ)
    assert done.status == 2
    assert "leaves something out" in not_applied(folder, done)["errors"][0]["message"]
    environ = {**acting(folder, complete=True), "TF_CLI_ARGS_plan": "-target=x.y"}
    assert run("apply", str(folder), "--yes", environ=environ).status == 0


def test_a_plan_without_a_client_is_not_applied(folder: Path) -> None:
    environ = acting(folder, resource_changes=[])
    done = run("apply", str(folder), "--yes", "-f", "json", environ=environ)
    assert done.status == 2
    assert "has no OAuth client" in not_applied(folder, done)["errors"][0]["message"]
    # Planning is not an error; the policy that requires a client stays unknown.
    assert run("plan", str(folder), environ=environ).status == 3


def test_a_violation_is_not_applied_whatever_the_unknown_option_says(folder: Path) -> None:
    change = PLANNED["resource_changes"][0]
    after = {**change["change"]["after"], "scopes": []}
    poor = {**change, "change": {"actions": ["create"], "after": after}}
    words = ("--yes", "-f", "json", "--unknown", "report")
    done = run("apply", str(folder), *words, environ=acting(folder, resource_changes=[poor]))
    assert done.status == 1
    not_applied(folder, done)


def test_an_unknown_is_applied_only_where_that_is_asked_for(folder: Path) -> None:
    change = PLANNED["resource_changes"][0]
    open_ = {**change["change"], "after_unknown": {"scopes": True}}
    open_["after"] = {**open_["after"], "scopes": None}
    environ = acting(folder, resource_changes=[{**change, "change": open_}])
    done = run("apply", str(folder), "--yes", "-f", "json", environ=environ)
    assert done.status == 3
    not_applied(folder, done)
    words = ("--yes", "-f", "json", "--unknown", "report")
    done = run("apply", str(folder), *words, environ=environ)
    assert done.status == 0, done.stderr
    assert done.report["terraform"]["applied"] is True
    (note,) = [n for n in done.report["notes"] if n["code"] == "unknown-not-counted"]
    assert note["message"].startswith("1 result is unknown; because of --unknown report")


def test_a_failure_that_does_not_count_is_applied_and_said(folder: Path) -> None:
    change = PLANNED["resource_changes"][0]
    after = {**change["change"]["after"], "scopes": []}
    poor = {**change, "change": {"actions": ["create"], "after": after}}
    words = ("--yes", "-f", "json", "--fail-on", "never")
    done = run("apply", str(folder), *words, environ=acting(folder, resource_changes=[poor]))
    assert (done.status, done.report["terraform"]["applied"]) == (0, True)
    (note,) = [n for n in done.report["notes"] if n["code"] == "failure-not-counted"]
    assert "because of --fail-on never, this does not prevent the apply" in note["message"]


def test_a_plan_that_changed_after_it_was_checked_is_not_applied(folder: Path) -> None:
    environ = acting(folder, extra='pathlib.Path(rest[-1]).write_text("another plan")')
    done = run("apply", str(folder), "--yes", "-f", "json", environ=environ)
    assert done.status == 4
    report = not_applied(folder, done)
    assert report["errors"][0]["message"].startswith("the saved plan is not the one")


@pytest.mark.parametrize("shown", ["", "{", '{"format_version": "9.0", "planned_values": {}}'])
def test_a_plan_that_cannot_be_read_is_not_applied(folder: Path, shown: str) -> None:
    done = run(
        "apply", str(folder), "--yes", "-f", "json", environ={**acting(folder), "SHOWN": shown}
    )
    assert done.status == 2
    not_applied(folder, done)


def test_terraforms_own_exit_status_stands_in_the_report(folder: Path) -> None:
    path = stand_in(folder.parent / "bin", "print('Error: no', file=sys.stderr); sys.exit(17)")
    done = run("plan", str(folder), "-f", "json", environ=environment(**path))
    assert done.status == 4
    assert done.report["terraform"]["commands"][-1] == {"name": "init", "exit_code": 17}
    assert done.report["errors"] == [
        {
            "message": f"{folder}: terraform init failed with exit 17",
            "hint": "Terraform says: no.",
        }
    ]


def test_what_an_error_repeats_of_a_secret_is_not_in_the_report(folder: Path) -> None:
    lines = """
if command == "plan":
    print("Error: Invalid", os.environ["GENESYSCLOUD_OAUTHCLIENT_SECRET"], file=sys.stderr)
    print("or", os.environ["TF_CLI_ARGS_plan"], file=sys.stderr)
    sys.exit(1)
"""
    path = stand_in(folder.parent / "bin", lines)
    environ = environment(**path, GENESYSCLOUD_OAUTHCLIENT_SECRET="canary-operator")
    words = ("--var", "their_password=canary-var", "--var", "region=eu-west-1", "-f", "json")
    done = run("plan", str(folder), *words, environ=environ)
    assert "canary" not in done.stdout
    assert not any("canary" in line for line in done.hints)
    assert done.report["errors"][0]["hint"] == (
        "Terraform says: Invalid [redacted] or -var=their_password=[redacted] "
        "-var=region=eu-west-1."
    )


def test_a_terraform_that_leaves_someone_behind_is_not_waited_for(folder: Path) -> None:
    lines = "import subprocess; subprocess.Popen(['sleep', '50']); print('gone'); sys.exit(5)"
    done = run("plan", str(folder), environ=environment(**stand_in(folder.parent / "bin", lines)))
    assert "gone" in done.stderr
    assert "failed with exit 5" in done.errors[0]


def test_who_stops_reading_stops_nothing(folder: Path) -> None:
    process = started("apply", str(folder), "--yes", environ=acting(folder))
    assert process.stderr is not None
    assert process.stdout is not None
    process.stderr.close()
    assert "APPLIED" in process.stdout.read()
    process.stdout.close()
    assert process.wait(60) == 0
    assert commands(folder)[-1][0] == "apply"


def test_a_source_that_only_terraform_understands_is_judged_without_lines(folder: Path) -> None:
    (folder / "main.tf").write_text("not ( HCL")
    done = run("plan", str(folder), "-f", "json", environ=acting(folder))
    assert done.status == 0, done.stderr
    assert "source-not-read" in {note["code"] for note in done.report["notes"]}


def test_a_state_that_is_broken_is_terraforms_business(folder: Path) -> None:
    """The wrapper would read it, and fail."""
    (folder / "terraform.tfstate").write_text("no JSON")
    assert run("apply", str(folder), "--yes", environ=acting(folder)).status == 0


def test_terraform_gets_the_environment_of_the_caller(folder: Path) -> None:
    lines = "pathlib.Path('environ.json').write_text(json.dumps(dict(os.environ))); sys.exit(1)"
    path = stand_in(folder.parent / "bin", lines)
    # Python's own variables are for the program that runs, not for how it runs Terraform.
    environ = environment(**path, PYTHONWARNINGS="error", TF_VAR_name="x", TF_IN_AUTOMATION="no")
    assert run("plan", str(folder), environ=environ).status == 4
    seen = json.loads((folder / "environ.json").read_text())
    assert {name: text for name, text in seen.items() if name != "LC_CTYPE"} == {
        name: text for name, text in environ.items() if name != "LC_CTYPE"
    }


def test_colour_is_terraforms_own_where_it_is_wanted(folder: Path) -> None:
    run("plan", str(folder), environ={**acting(folder), "FORCE_COLOR": "1"})
    assert next(words[:-1] for words in commands(folder)) == ["init", "-input=false"]


def test_the_workflow_runs_in_any_thread_and_says_nothing(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    environ = acting(folder)
    with ThreadPoolExecutor(1) as pool:
        report = pool.submit(
            workflows.plan, ProvisionRequest(folder, terraform=TerraformRun(environ=environ))
        ).result()
    assert report.exit_code is ExitCode.OK
    assert report.clients == 1
    said: list[bytes] = []
    workflows.plan(
        ProvisionRequest(folder, terraform=TerraformRun(environ=environ, out=said.append))
    )
    assert sorted(b"".join(said).split(b"\n")) == [b"", b"to stderr", b"to stdout"]
    assert capfd.readouterr() == ("", "")


@pytest.mark.terraform
def test_a_lock_that_another_run_holds(workspace: Workspace) -> None:
    workspace.write(SLOW)
    environ = environment(TF_CLI_CONFIG_FILE=str(workspace.cli_config))
    first = started("apply", str(workspace.directory), "--yes", environ=environ)
    await_line(first, "it is slow")
    done = run("plan", str(workspace.directory), environ=environ)
    first.terminate()
    first.communicate(timeout=60)
    assert (done.status, len(done.errors), len(done.hints)) == (4, 1, 1)
    said = "terraform plan failed with exit 1: another run holds the lock of this state, "
    assert said in done.errors[0]
    assert "terraform force-unlock " in done.hints[0]


@pytest.mark.terraform
def test_an_init_that_fails(workspace: Workspace) -> None:
    workspace.write(GOOD.replace("oauth_client", "no_such_resource"))
    (workspace.directory / "more.tf").write_text('module "x" { source = "./nowhere" }\n')
    environ = environment(TF_CLI_CONFIG_FILE=str(workspace.cli_config))
    done = run("plan", str(workspace.directory), environ=environ)
    assert (done.status, len(done.errors), len(done.hints)) == (4, 1, 1)
    assert "terraform init failed with exit 1" in done.errors[0]
    assert "Unreadable module directory" in done.hints[0]


VARIABLE = """
variable "scopes" { type = set(string) }
variable "name"   {}
resource "genesyscloud_oauth_client" "recorder" {
  name                  = var.name
  authorized_grant_type = "CODE"
  scopes                = var.scopes
}
"""


@pytest.mark.terraform
def test_variables_win_in_terraforms_own_order(workspace: Workspace, tmp_path: Path) -> None:
    workspace.write(VARIABLE)
    workspace.write('name = "from the folder"\nscopes = []\n', "terraform.tfvars")
    workspace.write('name = "from the file"\n', "own.tfvars")
    environ = environment(TF_CLI_CONFIG_FILE=str(workspace.cli_config), TF_VAR_name="environment")
    name = ("--var", 'name=recorder\'s "own" $(x) ; | \\ &\n`name`')
    file = ("--var-file", "own.tfvars")
    scopes = ("--var", 'scopes=["recordingSession", "recording:session:write"]')

    def planned(*words: str) -> str:
        done = run(
            "plan",
            ".",
            *scopes,
            *words,
            "-f",
            "json",
            "--select",
            "REC003",
            environ=environ,
            cwd=workspace.directory,
        )
        # REC003 selects recorders, so it matches no client of another name.
        (result,) = done.report["results"] or [{"client": None}]
        return str(result["client"]) + done.stderr

    assert 'name                          = "from the folder"' in planned()
    assert planned(*file, *name).startswith('recorder\'s "own" $(x) ; | \\ &\n`name`')
    assert 'name                          = "from the file"' in planned(*name, *file)


@pytest.mark.terraform
def test_a_plan_that_changes_nothing_is_applied_without_a_question(workspace: Workspace) -> None:
    workspace.write(GOOD)
    environ = environment(TF_CLI_CONFIG_FILE=str(workspace.cli_config))
    for _ in range(2):
        done = run("apply", str(workspace.directory), "--yes", "-f", "json", environ=environ)
        assert done.status == 0, done.stderr
        assert done.report["terraform"]["applied"] is True
    assert "0 added, 0 changed, 0 destroyed" in done.stderr


@pytest.mark.terraform
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("-destroy", "only destroys what exists (-destroy)"),
        ("-refresh-only", "only updates the state from the org (-refresh-only)"),
        ("-refresh=false", "was made without reading the org (-refresh=false)"),
        ("-target=terraform_data.other", "leaves something out"),
    ],
)
def test_a_plan_of_less_is_not_applied(arguments: str, words: str, workspace: Workspace) -> None:
    workspace.write(GOOD + 'resource "terraform_data" "other" {}\n')
    environ = environment(TF_CLI_CONFIG_FILE=str(workspace.cli_config))
    folder = str(workspace.directory)
    assert run("apply", folder, "--yes", environ=environ).status == 0
    before = workspace.run("state", "list").stdout
    environ["TF_CLI_ARGS_plan"] = arguments
    done = run("apply", folder, "--yes", "-f", "json", "--unknown", "report", environ=environ)
    assert done.status == 2
    (error,) = [each for each in done.report["errors"] if words in each["message"]]
    assert "TF_CLI_ARGS_plan" in error["hint"]
    assert done.report["terraform"]["applied"] is False
    assert workspace.run("state", "list").stdout == before
    # Planning is not an error, and the report says how far to trust it.
    done = run("plan", folder, "-f", "json", "--unknown", "report", environ=environ)
    assert done.status == 0, done.stderr
    assert words in " ".join(note["message"] for note in done.report["notes"])


@pytest.mark.terraform
@pytest.mark.parametrize(
    "arguments",
    ["-target=terraform_data.other", "-destroy", "-refresh=false", "-replace terraform_data.other"],
)
def test_what_an_apply_of_a_saved_plan_would_ignore_is_refused(
    arguments: str, workspace: Workspace
) -> None:
    workspace.write(GOOD + 'resource "terraform_data" "other" {}\n')
    environ = environment(TF_CLI_CONFIG_FILE=str(workspace.cli_config))
    environ["TF_CLI_ARGS_apply"] = arguments
    done = run("apply", str(workspace.directory), "--yes", "-f", "json", environ=environ)
    assert done.status == 2
    (error,) = done.report["errors"]
    option = arguments.replace("=", " ").split()[0]
    assert f"TF_CLI_ARGS_apply has {option}, which Terraform ignores" in error["message"]
    assert done.report["terraform"]["applied"] is False
    assert not (workspace.directory / "terraform.tfstate").exists()


@pytest.mark.terraform
def test_what_changes_no_meaning_is_let_through_and_said(workspace: Workspace) -> None:
    workspace.write(GOOD)
    folder = str(workspace.directory)
    environ = environment(TF_CLI_CONFIG_FILE=str(workspace.cli_config))
    assert run("apply", folder, "--yes", environ=environ).status == 0
    environ["TF_CLI_ARGS_plan"] = (
        "-replace=genesyscloud_oauth_client.recorder -lock=false -refresh=true "
        "-detailed-exitcode -destroy=false"
    )
    environ["TF_CLI_ARGS_apply"] = "-lock=0 -parallelism=1"
    done = run("apply", folder, "--yes", "-f", "json", environ=environ)
    assert done.status == 0, done.stderr
    assert done.report["terraform"]["applied"] is True
    told = {note["code"]: note["message"] for note in done.report["notes"]}
    assert (
        "replaces genesyscloud_oauth_client.recorder: its id and secret" in told["client-replaced"]
    )
    locks = [note["message"] for note in done.report["notes"] if note["code"] == "lock-off"]
    assert [text.split(":")[0] for text in locks] == [
        "-lock=0 in TF_CLI_ARGS_apply",
        "-lock=false in TF_CLI_ARGS_plan",
    ]


@pytest.mark.terraform
@pytest.mark.parametrize("command", ["plan", "apply", "show"])
def test_no_argument_of_the_environment_puts_another_plan_in_the_place_of_the_checked(
    command: str, workspace: Workspace
) -> None:
    other = workspace.directory / "other"
    other.mkdir()
    elsewhere = Workspace(other, workspace.cli_config)
    elsewhere.write(GOOD.replace('"recorder"\n', '"other"\n'))
    elsewhere.init()
    elsewhere.plan()
    workspace.write(GOOD)
    environ = environment(TF_CLI_CONFIG_FILE=str(workspace.cli_config))
    environ[f"TF_CLI_ARGS_{command}"] = str(other / "plan.out")
    done = run("apply", str(workspace.directory), "--yes", "-f", "json", environ=environ)
    assert (done.status, len(done.errors)) == (4, 1)
    assert "Too many command line arguments" in done.hints[0]
    assert not (workspace.directory / "terraform.tfstate").exists()


def test_the_value_of_another_option_is_no_target(folder: Path) -> None:
    environ = {**acting(folder), "TF_CLI_ARGS_plan": "-var=name=a-target -parallelism=3"}
    assert run("apply", str(folder), "--yes", environ=environ).status == 0
    environ["TF_CLI_ARGS_plan"] = "--exclude x.y"
    assert run("apply", str(folder), "--yes", environ=environ).status == 2


@pytest.mark.parametrize(
    "value",
    [
        "-refresh=false;",
        "-destroy ; don't",
        "-destroy > it's",
        "-parallelism=3 ' -x",
        "-parallelism=3 | cat",
        "-parallelism=3 & x",
        "-parallelism=3 < x",
        "-parallelism=`x`",
        "-parallelism=$(x)",
        ') " ) -destroy ) " )',
        "-parallelism=3 \\",
    ],
)
@pytest.mark.parametrize("name", ["TF_CLI_ARGS", "TF_CLI_ARGS_plan", "TF_CLI_ARGS_apply"])
def test_arguments_that_terraform_may_read_otherwise_are_not_applied(
    folder: Path, name: str, value: str
) -> None:
    terraform = TerraformRun(environ={**acting(folder), name: value})
    report = workflows.apply(ProvisionRequest(folder, terraform=terraform), confirm=lambda _: None)
    assert report.exit_code is ExitCode.INPUT
    assert report.terraform is not None
    assert report.terraform.applied is False
    (error,) = report.errors
    assert f"{name}" in error.message
    assert "cannot be read as Terraform reads it" in error.message


def test_a_look_at_a_plan_says_that_its_arguments_are_not_read(folder: Path) -> None:
    environ = {**acting(folder), "TF_CLI_ARGS_plan": "-refresh=false;"}
    report = workflows.plan(ProvisionRequest(folder, terraform=TerraformRun(environ=environ)))
    assert "arguments-not-read" in {note.code for note in report.notes}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" a  b\tc\r\nd ", ["a", "b", "c", "d"]),
        ("-var 'a=; | $(x) `y`' \"b > c\"", ["-var", "a=; | $(x) `y`", "b > c"]),
        ("'' x\"\"", ["", "x"]),
        # Within double quotes too, a backslash is removed before any character.
        ('"\\-destroy" a\\;b', ["-destroy", "a;b"]),
        ("'\\-destroy'", ["\\-destroy"]),
    ],
)
def test_arguments_are_split_as_terraform_splits_them(text: str, words: list[str]) -> None:
    assert split(text) == words


@pytest.mark.parametrize(
    ("text", "option", "leaves_out"),
    [
        ("-refresh=false -out -refresh=true", "refresh", True),
        ("-refresh=true -out -refresh=false", "refresh", True),
        ("-refresh=true", "refresh", False),
        ("-destroy -state -destroy=false", "destroy", True),
        ("-destroy=false -destroy", "destroy", True),
        ("-destroy=false", "destroy", False),
    ],
)
def test_a_later_option_may_be_the_value_of_an_earlier_one(
    text: str, option: str, leaves_out: bool
) -> None:
    options = added({"TF_CLI_ARGS_plan": text}, "TF_CLI_ARGS_plan")
    found = off(options, option) if option == "refresh" else on(options, option)
    assert found is leaves_out
