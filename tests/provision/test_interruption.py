"""Signals during a run: Terraform receives one, ends in its own time, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import jsonschema
import pytest

from tests.provision.commands import PLANNED, Terminal, environment, run, stand_in, started
from tests.standin_provider.workspace import Workspace
from toolkit.model.report import TerraformCommand
from toolkit.reporters.document import json_schema
from toolkit.workflows import ApplyInterrupted, ProvisionRequest, TerraformRun, apply

pytestmark = pytest.mark.slow

#: The provisioner takes so long that a test can interrupt it.
SLOW = """
resource "genesyscloud_oauth_client" "recorder" {
  name                  = "recorder"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}
resource "terraform_data" "slow" {
  depends_on = [genesyscloud_oauth_client.recorder]
  provisioner "local-exec" {
    command = "echo it is slow; sleep ${var.seconds}"
  }
}
variable "seconds" { default = 30 }
"""
LOCK = ".terraform.tfstate.lock.info"


@pytest.fixture
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for the program's files that must be removed afterwards."""
    return tmp_path_factory.mktemp("temporary")


def environ_of(workspace: Workspace, temporary: Path) -> dict[str, str]:
    return environment(TF_CLI_CONFIG_FILE=str(workspace.cli_config), TMPDIR=str(temporary))


def await_line(process: subprocess.Popen[str], text: str) -> str:
    """Return all of stderr up to a line with this text."""
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if text in line:
            return said
    raise AssertionError(f"{text!r} did not come: {said}")


def left_alone(workspace: Workspace, temporary: Path) -> None:
    """Check that there is no lock and no saved plan, and that the state has what was created."""
    assert not (workspace.directory / LOCK).exists()
    assert list(temporary.iterdir()) == []
    assert "genesyscloud_oauth_client.recorder" in workspace.run("state", "list").stdout


@pytest.mark.terraform
def test_ctrl_c_on_a_terminal_reaches_terraform_once(workspace: Workspace, temporary: Path) -> None:
    workspace.write(SLOW)
    environ = environ_of(workspace, temporary)
    terminal = Terminal.start("apply", str(workspace.directory), environ=environ)
    terminal.wait_for("Apply this plan?")
    terminal.press("y\n")
    terminal.wait_for("it is slow")
    (private,) = temporary.glob("recording-toolkit-*")
    assert private.stat().st_mode & 0o777 == 0o700
    assert (private / "plan").stat().st_mode & 0o777 == 0o600
    terminal.press("\x03")
    assert terminal.end() == 130
    assert terminal.screen.count("Interrupt received") == 1
    assert "Two interrupts" not in terminal.screen
    assert terminal.screen.rstrip().endswith("interrupted")
    assert "Traceback" not in terminal.screen
    assert "APPLY FAILED" in terminal.screen
    left_alone(workspace, temporary)
    again = run("apply", str(workspace.directory), "--yes", "--var", "seconds=0", environ=environ)
    assert again.status == 0, again.stderr


@pytest.mark.terraform
@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
)
def test_being_told_to_end_waits_for_terraform_and_leaves_the_reports(
    number: signal.Signals, status: int, workspace: Workspace, temporary: Path
) -> None:
    workspace.write(SLOW)
    environ = environ_of(workspace, temporary)
    folder, junit = str(workspace.directory), workspace.directory / "junit.xml"
    formats = ("-f", "json", "-f", f"junit={junit}")
    process = started("apply", folder, "--yes", *formats, environ=environ)
    said = await_line(process, "it is slow")
    process.send_signal(number)
    # A second signal, or one to the whole process group, must not cost a state.
    time.sleep(0.1)
    process.send_signal(number)
    stdout, rest = process.communicate(timeout=60)
    assert process.returncode == status, said + rest
    assert rest.count("Interrupt received") == 1
    assert "Two interrupts" not in rest
    left_alone(workspace, temporary)
    report = json.loads(stdout)
    jsonschema.validate(report, json_schema())
    (error,) = report["errors"]
    assert error["message"] == f"{folder}: terraform apply was interrupted, and ended with exit 1"
    assert error["hint"] == "Plan again to see what is left."
    assert report["terraform"]["commands"][-1] == {"name": "apply", "exit_code": 1}
    assert report["terraform"]["applied"] is False
    assert report["summary"]["exit_code"] == 4
    assert "apply-failed" in {note["code"] for note in report["notes"]}
    assert [each["rule"] for each in report["results"] if each["verdict"] == "pass"]
    assert error["message"] in junit.read_text()
    assert f"error: {error['message']}" in rest


LATE = """
if command == "plan":
    out = next(word for word in rest if word.startswith("-out=")).partition("=")[2]
    pathlib.Path(out).write_text("a plan")
if command == "show":
    print(os.environ["SHOWN"])
if command == "apply":
    signal.signal(signal.SIGINT, lambda *_: sys.exit(int(os.environ["ENDS"])))
    print("apply began", flush=True)
    time.sleep(20)
"""


@pytest.mark.parametrize(("ends", "applied"), [(0, True), (17, False)])
def test_what_became_of_an_apply_stands_in_the_report(
    ends: int, applied: bool, tmp_path: Path, temporary: Path
) -> None:
    folder = tmp_path / "terraform"
    folder.mkdir()
    (folder / "main.tf").touch()
    path = stand_in(tmp_path / "bin", LATE)
    environ = environment(**path, TMPDIR=str(temporary), SHOWN=json.dumps(PLANNED), ENDS=str(ends))
    process = started("apply", str(folder), "--yes", "-f", "json", environ=environ)
    await_line(process, "apply began")
    process.send_signal(signal.SIGTERM)
    stdout, _ = process.communicate(timeout=30)
    assert process.returncode == 143
    report = json.loads(stdout)
    assert report["terraform"]["commands"][-1] == {"name": "apply", "exit_code": ends}
    assert report["terraform"]["applied"] is applied
    (error,) = report["errors"]
    assert "was interrupted" in error["message"]
    assert ("when all was applied" in error["message"]) is applied
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
)
def test_being_told_to_end_while_the_report_is_written_leaves_it(
    number: signal.Signals, status: int, tmp_path: Path
) -> None:
    folder, file = tmp_path / "terraform", tmp_path / "report.json"
    folder.mkdir()
    (folder / "main.tf").touch()
    # The pipe has no reader yet, so the program waits there, with everything applied.
    os.mkfifo(file)
    path = stand_in(tmp_path / "bin", LATE.replace("time.sleep(20)", ""))
    environ = environment(**path, SHOWN=json.dumps(PLANNED), ENDS="0")
    words = ("apply", str(folder), "--yes", "-f", "text", "-f", f"json={file}")
    process = started(*words, environ=environ)
    await_line(process, "apply began")
    time.sleep(1)
    process.send_signal(number)
    time.sleep(0.2)
    reader = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
    stdout, _ = process.communicate(timeout=30)
    written = os.read(reader, 1 << 20)
    os.close(reader)
    assert process.returncode == status
    assert json.loads(written)["terraform"]["applied"] is True
    assert "APPLIED" in stdout


def test_a_terminal_that_goes_away_leaves_the_report_in_its_file(tmp_path: Path) -> None:
    folder, file = tmp_path / "terraform", tmp_path / "report.json"
    folder.mkdir()
    (folder / "main.tf").touch()
    path = stand_in(tmp_path / "bin", LATE)
    environ = environment(**path, SHOWN=json.dumps(PLANNED), ENDS="1")
    words = ("apply", str(folder), "--yes", "-f", "text", "-f", f"json={file}")
    terminal = Terminal.start(*words, environ=environ)
    terminal.wait_for("apply began")
    os.close(terminal.master)
    assert terminal.process.wait(60) == 129
    (error,) = json.loads(file.read_text())["errors"]
    assert "was interrupted" in error["message"]


def test_who_uses_the_library_gets_the_report_with_the_interruption(
    tmp_path: Path,
) -> None:
    (tmp_path / "main.tf").touch()
    path = stand_in(tmp_path / "bin", LATE)

    def out(data: bytes) -> None:
        if b"apply began" in data:
            signal.raise_signal(signal.SIGINT)

    environ = environment(**path, SHOWN=json.dumps(PLANNED), ENDS="1")
    with pytest.raises(ApplyInterrupted) as caught:
        apply(
            ProvisionRequest(str(tmp_path), terraform=TerraformRun(environ=environ, out=out)),
            confirm=lambda _: None,
        )
    assert caught.value.number == signal.SIGINT
    assert caught.value.report.terraform is not None
    assert caught.value.report.terraform.commands[-1] == TerraformCommand("apply", 1)


@pytest.mark.terraform
def test_declined_is_not_applied(workspace: Workspace, temporary: Path) -> None:
    workspace.write(SLOW)
    environ = environ_of(workspace, temporary)
    terminal = Terminal.start("apply", str(workspace.directory), environ=environ)
    terminal.wait_for("Apply this plan?")
    terminal.press("n\n")
    assert terminal.end() == 2
    assert "nothing was applied: the answer was no" in terminal.screen
    assert "NOT APPLIED" in terminal.screen
    assert list(temporary.iterdir()) == []
    assert not (workspace.directory / "terraform.tfstate").exists()


@pytest.mark.terraform
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_at_the_question_the_plan_is_gone_too(
    number: signal.Signals, workspace: Workspace, temporary: Path
) -> None:
    workspace.write(SLOW)
    environ = environ_of(workspace, temporary)
    terminal = Terminal.start("apply", str(workspace.directory), environ=environ)
    terminal.wait_for("Apply this plan?")
    # Python does not see a signal that arrives just before it begins to wait for a line.
    time.sleep(0.5)
    os.kill(terminal.process.pid, number)
    assert terminal.end() == (130 if number == signal.SIGINT else 143)
    assert list(temporary.iterdir()) == []
    assert not (workspace.directory / "terraform.tfstate").exists()


COUNTING = """
count = 0
def told(*_):
    global count
    count += 1
signal.signal(signal.SIGINT, told)
signal.signal(signal.SIGTERM, lambda *_: pathlib.Path("terminated").touch())
print(command, "began", flush=True)
deadline = time.monotonic() + 20
while not count and time.monotonic() < deadline:
    time.sleep(0.05)
time.sleep(0.5)
pathlib.Path("count").write_text(str(count))
sys.exit(1)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_terraform_gets_one_sigint_in_every_command(
    number: signal.Signals, tmp_path: Path, temporary: Path
) -> None:
    folder = tmp_path / "terraform"
    folder.mkdir()
    (folder / "main.tf").touch()
    path = stand_in(tmp_path / "bin", COUNTING)
    process = started("plan", str(folder), environ=environment(**path, TMPDIR=str(temporary)))
    await_line(process, "init began")
    for _ in range(3):
        process.send_signal(number)
        time.sleep(0.1)
    process.communicate(timeout=30)
    assert process.returncode == (130 if number == signal.SIGINT else 143)
    assert (folder / "count").read_text() == "1"
    assert not (folder / "terminated").exists()
    assert list(temporary.iterdir()) == []


def test_a_signal_that_is_ignored_stays_ignored(tmp_path: Path, temporary: Path) -> None:
    """As `nohup` requires."""
    folder = tmp_path / "terraform"
    folder.mkdir()
    (folder / "main.tf").touch()
    path = stand_in(tmp_path / "bin", "print('began', flush=True); time.sleep(1); sys.exit(1)")
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        process = started("plan", str(folder), environ=environment(**path))
    finally:
        signal.signal(signal.SIGHUP, before)
    await_line(process, "began")
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=30)
    assert process.returncode == 4
