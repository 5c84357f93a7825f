"""Files named on the command line, each a link that a stranger put into the tree."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.files.test_git_index import git
from tests.trust.watching import Watch
from toolkit.errors import ExitCode

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's"),
]

CANARY = "canary-77ab01"
CLIENT = """
resource "genesyscloud_oauth_client" "c" {
  name                  = "c"
  authorized_grant_type = "CODE"
  scopes                = ["a"]
}
"""
#: Every option and argument that names a file to read; {} is the file.
COMMANDS = {
    "source": "check {}",
    "source with a slash": "check {}/",
    "source that is hcl": "check {}.tf",
    "saved plan": "check --saved-plan {}",
    "source-dir": "check ok.json --source-dir {}",
    "source-dir of a folder": "check ok.json --source-dir folder",
    "folder": "check folder",
    "folder behind a link": "check folder/inner",
    "file behind a link": "check folder/canary",
    "archive": "check {}.zip",
    "folder of an archive": "check {}.zip/tf",
    "archive behind a link": "check folder/canary.zip",
    "policy": "check tf -p {}.yaml",
    "policy behind a link": "check tf -p folder/canary.yaml",
    "var-file": "check tf --var-file {}.tfvars",
    "baseline": "check tf --baseline {}",
    "catalog": "check tf --catalog {}",
    "inventory": "check {} --inventory",
    "lint": "policy lint {}.yaml",
    "test": "policy test {}.yaml",
    "show": "policy show {}.yaml",
    "contract of a policy": "check tf -p contracts.yaml",
    "contract by dots": "check tf -p dots.yaml",
    "har": "explain --har {}",
    "payload": "explain --payload {}",
    "response": "explain --payload ok.json --response {}",
    "session": "explain --payload ok.json --session {}",
    "contract": "explain --payload ok.json --contract {}.yaml",
    "event": "probe --event {} --preflight --region us-east-1",
    "probe's payload": "probe --session-id x --payload {} --preflight --region us-east-1",
    "state": "verify {} --region us-east-1",
    "scenario": "mock --port 0 --scenario {}.yaml",
    "scenario's base": "mock --port 0 --scenario extends.yaml",
    "compile": "catalog compile {} -o out.json",
    "certificates": "check --live --region us-east-1 --ca-bundle {}",
    "certificates of a probe": "probe --preflight --region us-east-1 --ca-bundle {}",
    "folder of certificates": "check --live --region us-east-1 --ca-bundle folder",
}
POLICY = "version: 1\nname: x\ncontracts: [{}]\nrules: []\n"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    (folder / "inner").mkdir(parents=True)
    for name in (
        "canary",
        "canary.tf",
        "canary.yaml",
        "canary.tfvars",
        "canary.zip",
        "inner/main.tf",
    ):
        (folder / name).write_text(CANARY)
    # A repository of its own, which a search from `folder/inner` would find.
    (folder / ".git").mkdir()
    return folder


@pytest.fixture(params=[True, False], ids=["repository", "folder"])
def tree(tmp_path: Path, out: Path, request: pytest.FixtureRequest) -> Path:
    folder = tmp_path / "tree"
    (folder / "tf").mkdir(parents=True)
    if request.param:
        git(folder, "init", "-q")
    (folder / "tf" / "main.tf").write_text(CLIENT)
    (folder / "ok.json").write_text("{}")
    for suffix in ("", ".tf", ".yaml", ".tfvars", ".zip"):
        (folder / f"link{suffix}").symlink_to(out / f"canary{suffix}")
    (folder / "folder").symlink_to(out)
    (folder / "contracts.yaml").write_text(POLICY.format("./link.yaml"))
    (folder / "dots.yaml").write_text(POLICY.format("../out/canary.yaml"))
    (folder / "extends.yaml").write_text("description: x\nextends: ../out/canary.yaml\n")
    return folder


@pytest.fixture
def watch(out: Path, tree: Path) -> Iterator[Watch]:
    with Watch(out, out / "inner") as watching:
        (out / "canary").read_text()
        assert watching.opened() == {"canary"}, "what is opened has to be seen"
        yield watching


def run(command: str, cwd: Path, env: Mapping[str, str] = {}) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "toolkit", *command.split()],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={
            **os.environ,
            "RECORDING_TOOLKIT_ACCESS_TOKEN": "t",
            "GENESYSCLOUD_ACCESS_TOKEN": "t",
            **env,
        },
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_no_link_out_of_the_tree_is_opened(command: str, tree: Path, watch: Watch) -> None:
    done = run(command.format("link"), tree)
    assert watch.opened() == set(), done.stderr
    assert CANARY not in done.stdout + done.stderr
    assert done.returncode == ExitCode.INPUT, done.stderr
    assert re.search(r"out of|is not a folder|no such|has no tests", done.stdout + done.stderr)


def test_what_stands_outside_may_be_a_link(tree: Path, out: Path, tmp_path: Path) -> None:
    """The operator's own files may be links."""
    (out / "policy.yaml").write_text(
        POLICY.format("recording-session").replace("[]", "") + "  []\n"
    )
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "policy.yaml").symlink_to(out / "policy.yaml")
    done = run(f"policy lint {tmp_path}/elsewhere/policy.yaml", tree)
    assert "out of" not in done.stderr


def test_a_link_within_the_tree_is_followed(tree: Path) -> None:
    (tree / "again").symlink_to("tf")
    (tree / "plan.json").symlink_to("ok.json")
    assert "again: hcl, 1 client" in run("check again", tree).stdout
    assert "neither a Terraform plan" in run("check plan.json", tree).stderr


def test_a_pipe_may_be_named(tree: Path) -> None:
    command = f"{sys.executable} -m toolkit check <(echo '{{}}')"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, cwd=tree, timeout=60, check=False
    )
    assert "neither a Terraform plan" in done.stderr


#: Targets of a link in the tree: files that hold a secret, each in another format.
SECRETS = {
    "token": "ghp_{}0123\n",
    "git": '[remote "origin"]\n\turl = https://x:{}@github.com/a/b\n',
    "pem": "-----BEGIN {} KEY-----\n{}/{}==\n",
    "env": "SECRET={}\nB: c\n",
    "key": "{}/4567: x\n",
    "yaml": "version: {}\nname: [{}]\ntoken: x\nuser: x\n",
    "json": '{{"version": "{}", "token": "{}"}}',
    "quote": 'x: "{}',
    "alias": "x: *{}\n",
    "anchor": "x: &{} 1\n{}.....: 1\n{}.....: 2\n",
    "tag": "x: !{} y\n",
    "number": "x: !!int {}\n",
    "list": "- {}\n- {}\n",
    "directive": "%{} x\n---\n",
}
READERS = {
    "policy": "policy lint {}.yaml",
    "tests": "policy test {}.yaml",
    "check": "check tf -p {}.yaml",
    "contract": "explain --payload ok.json --contract {}.yaml",
    "scenario": "mock --port 0 --scenario {}.yaml",
    "extends": "mock --port 0 --scenario extends.yaml",
    "contract of a policy": "policy lint contracts.yaml",
    "har": "explain --har {}",
    "payload": "explain --payload {}",
    "response": "explain --payload ok.json --response {}",
    "source": "check {}",
    "hcl": "check {}.tf",
    "var-file": "check tf --var-file {}.tfvars",
    "baseline": "check tf --baseline {}",
    "catalog": "check tf --catalog {}",
    "compile": "catalog compile {} -o out.json",
    "event": "probe --event {} --preflight --region us-east-1",
}


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_an_error_quotes_no_file(reader: str, tmp_path: Path) -> None:
    (tmp_path / "tf").mkdir()
    (tmp_path / "tf" / "main.tf").write_text(CLIENT)
    (tmp_path / "ok.json").write_text("{}")
    for name, form in SECRETS.items():
        for suffix in ("", ".yaml", ".tf", ".tfvars"):
            (tmp_path / f"{name}{suffix}").write_text(form.replace("{}", CANARY).replace("{{", "{"))
        (tmp_path / "extends.yaml").write_text(f"description: x\nextends: ./{name}.yaml\n")
        (tmp_path / "contracts.yaml").write_text(POLICY.format(f"./{name}.yaml"))
        done = run(reader.format(name), tmp_path)
        assert CANARY not in done.stdout + done.stderr, name
        assert done.returncode in (ExitCode.INPUT, ExitCode.UNDECIDED), done.stderr


def test_a_link_out_of_the_tree_to_a_pipe_is_refused(tmp_path: Path) -> None:
    tree, pipe = tmp_path / "tree", tmp_path / "pipe"
    tree.mkdir()
    git(tree, "init", "-q")
    (tree / "main.tf").write_text(CLIENT)
    os.mkfifo(pipe)
    for place in (pipe, Path("/dev/stdin")):
        link = tree / "prod.tfvars"
        link.unlink(missing_ok=True)
        link.symlink_to(place)
        done = subprocess.run(
            [sys.executable, "-m", "toolkit", "check", ".", "--var-file", "prod.tfvars"],
            cwd=tree, input="x = 1\n", capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == ExitCode.INPUT, done.stderr
        assert done.stderr.startswith("error: --var-file prod.tfvars: cannot be read: is a link")


def test_a_pipe_under_the_name_of_a_file_of_variables_serves_every_root(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(
            'variable "name" {}\n'
            'resource "genesyscloud_oauth_client" "c" {\n'
            '  name                  = var.name\n  authorized_grant_type = "CODE"\n}\n'
        )
    reading, writing = os.pipe()
    os.write(writing, b'name = "piped"\n')
    os.close(writing)
    words = ["check", "a", "b", "--var-file", f"/dev/fd/{reading}", "--inventory", "-f", "csv"]
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", *words],
        cwd=tmp_path, pass_fds=[reading], capture_output=True, text=True, check=True,
    )  # fmt: skip
    os.close(reading)
    rows = [line for line in done.stdout.splitlines() if "genesyscloud_oauth_client.c" in line]
    assert len(rows) == 2
    assert all(",piped," in row for row in rows)
    assert "var-file" not in done.stdout
