"""Ctrl-C, and being told to end: Terraform hears of it once, ends in its own time, and leaves
nothing behind.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.provision.commands import Terminal, environment, run, stand_in, started
from tests.standin_provider.workspace import Workspace

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
    """Where the program keeps what must be gone afterwards."""
    return tmp_path_factory.mktemp("temporary")


def environ_of(workspace: Workspace, temporary: Path) -> dict[str, str]:
    return environment(TF_CLI_CONFIG_FILE=str(workspace.cli_config), TMPDIR=str(temporary))


def await_line(process: subprocess.Popen[str], text: str) -> str:
    """All of stderr up to a line that has this text."""
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if text in line:
            return said
    raise AssertionError(f"{text!r} did not come: {said}")


def left_alone(workspace: Workspace, temporary: Path) -> None:
    """No lock, no saved plan, and a state that knows what was made."""
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
    left_alone(workspace, temporary)
    again = run("apply", str(workspace.directory), "--yes", "--var", "seconds=0", environ=environ)
    assert again.status == 0, again.stderr


@pytest.mark.terraform
@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, -signal.SIGHUP)],
)
def test_being_told_to_end_waits_for_terraform(
    number: signal.Signals, status: int, workspace: Workspace, temporary: Path
) -> None:
    workspace.write(SLOW)
    environ = environ_of(workspace, temporary)
    process = started("apply", str(workspace.directory), "--yes", environ=environ)
    said = await_line(process, "it is slow")
    process.send_signal(number)
    # Whoever is impatient, or tells the process and its group, must not cost a state.
    time.sleep(0.1)
    process.send_signal(number)
    _, rest = process.communicate(timeout=60)
    # Where the second one comes so late that all is done, it ends the program itself.
    assert process.returncode in (status, -number), said + rest
    assert rest.count("Interrupt received") == 1
    assert "Two interrupts" not in rest
    left_alone(workspace, temporary)


@pytest.mark.terraform
def test_declined_is_not_applied(workspace: Workspace, temporary: Path) -> None:
    workspace.write(SLOW)
    environ = environ_of(workspace, temporary)
    terminal = Terminal.start("apply", str(workspace.directory), environ=environ)
    terminal.wait_for("Apply this plan?")
    terminal.press("n\n")
    assert terminal.end() == 130
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
    # Python does not see a signal that comes just before it begins to wait for a line.
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
    """As `nohup` wants it."""
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
