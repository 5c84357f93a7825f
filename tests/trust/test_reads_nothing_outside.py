"""Terraform that tries to read files outside: none is opened, and the check ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trust.watching import Watch
from toolkit.errors import SourceError
from toolkit.files.opening import open_tree

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")

CANARY = "canary-5f1c2a"
#: The files that tell which files Git tracks.
GITS_OWN = {"config", "index", "HEAD", "commondir"}
CLIENT = """
resource "genesyscloud_oauth_client" "c" {
  name                  = %s
  authorized_grant_type = "CODE"
  scopes                = ["a"]
}
"""
#: Expressions for the name of a client; OUT is the folder that must not be read.
EXPRESSIONS = {
    "absolute": 'file("OUT/canary.txt")',
    "dots": 'file("../../../out/canary.txt")',
    "module dots": 'file("${path.module}/../../../out/canary.txt")',
    "root dots": 'file("${path.root}/../../../out/canary.txt")',
    "link": 'file("link.txt")',
    "linked folder": 'file("linked/canary.txt")',
    "dots behind a link": 'file("${path.module}/inner/../../../../out/canary.txt")',
    "home": 'file("~/canary.txt")',
    "expanded home": 'file(pathexpand("~/canary.txt"))',
    "joined": 'file(join("/", ["..", "..", "..", "out", "canary.txt"]))',
    "local": "file(local.path)",
    "variable": "file(var.path)",
    "heredoc": "file(trimspace(<<-EOT\n    ../../../out/canary.txt\n  EOT\n  ))",
    "in a heredoc": '<<-EOT\n    ${file("../../../out/canary.txt")}\n  EOT',
    "directive": '"%{ if true }${file("../../../out/canary.txt")}%{ endif }"',
    "comment in the call": 'file /* so */ ("../../../out/canary.txt")',
    "hidden name": '[for path in [{module = "../.."}] : file("${path.module}/.git/config")][0]',
    "hidden each": '[for each in [{value = "../../../out/canary.txt"}] : file(each.value)][0]',
    "base64": 'filebase64("../../../out/canary.txt")',
    "hash": 'filesha256("../../../out/canary.txt")',
    "yaml": 'yamldecode(file("../../../out/canary.txt"))',
    "template": 'templatefile("../../../out/canary.txt", {})',
    "template that reads": 'templatefile("reading.tftpl", {})',
    "set": 'join(",", fileset("../../../out", "*"))',
    "set by pattern": 'join(",", fileset(path.module, "../../../out/*"))',
    "set by alternatives": 'join(",", fileset(path.module, "../../../{out,x}/*"))',
    "set through a link": 'join(",", fileset(path.module, "linked/*"))',
    "set of all": 'join(",", fileset(path.module, "**"))',
    "found by a set": '[for f in fileset(path.module, "*.txt") : file("${path.module}/${f}")][0]',
    "descriptor": 'file("/dev/fd/0")',
    "process": 'file("/proc/self/environ")',
    "state": 'file("terraform.tfstate")',
    "git": 'file("../../.git/config")',
    "git behind a link": 'file("${path.module}/config.txt")',
    "git in a set": '[for f in fileset(path.module, "*.txt") : file("${path.module}/${f}")][0]',
    "dot file": 'file("${path.module}/.env")',
    "pipe": 'file("pipe")',
}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The files beside the tree."""
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "canary.txt").write_text(CANARY)
    (folder / "main.tf").write_text(CLIENT % f'"{CANARY}"')
    (folder / "terraform.tfvars").write_text(f'path = "{CANARY}"\n')
    (folder / "modules.json").write_text('{"Modules": [{"Key": "m", "Dir": "."}]}')
    return folder


@pytest.fixture
def root(tmp_path: Path, out: Path) -> Path:
    """A root module in a repository, with all kinds of ways out."""
    repository = tmp_path / "repository"
    folder = repository / "envs" / "prod"
    (folder / "deep" / "er").mkdir(parents=True)
    (repository / ".git").mkdir()
    (repository / ".git" / "config").write_text(CANARY)
    (folder / ".env").write_text(CANARY)
    (folder / "terraform.tfstate").write_text(CANARY)
    (folder / "link.txt").symlink_to(out / "canary.txt")
    (folder / "linked").symlink_to(out)
    (folder / "config.txt").symlink_to(repository / ".git" / "config")
    (folder / "inner").symlink_to(folder / "deep" / "er")
    (folder / "reading.tftpl").write_text('${file("../../../out/canary.txt")}')
    os.mkfifo(folder / "pipe")
    return folder


@pytest.fixture
def watch(root: Path, out: Path) -> Iterator[Watch]:
    with Watch(out, root.parent.parent / ".git") as watching:
        (out / "canary.txt").read_text()
        assert watching.opened() == {"canary.txt"}, "what is opened has to be seen"
        yield watching


def check(
    folder: Path, *arguments: str, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "toolkit", "check", str(folder), *arguments, "-f", "json"],
        capture_output=True,
        text=True,
        cwd=cwd or folder,
        # The home folder of whoever runs it is outside of the tree too.
        env={**os.environ, "HOME": str(folder.parent.parent.parent / "out")},
        timeout=60,
        check=False,
    )


def assert_kept(run: subprocess.CompletedProcess[str], watch: Watch) -> None:
    assert watch.opened() - GITS_OWN == set()
    assert CANARY not in run.stdout + run.stderr
    assert run.returncode in (1, 2, 3)


@pytest.mark.parametrize("written", EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_no_expression_opens_a_file_outside(
    written: str, root: Path, out: Path, watch: Watch
) -> None:
    text = CLIENT % written.replace("OUT", str(out))
    (root / "main.tf").write_text(
        text
        + 'locals { path = "../../../out/canary.txt" }\n'
        + 'variable "path" { default = "../../../out/canary.txt" }\n'
    )
    run = check(root)
    assert_kept(run, watch)
    (client,) = {each["client"] for each in json.loads(run.stdout)["results"] if each["address"]}
    assert client == "genesyscloud_oauth_client.c", "the name is not known"


@pytest.mark.parametrize("written", ["absolute", "dots", "joined", "directive", "set"])
def test_nor_does_json(written: str, root: Path, out: Path, watch: Watch) -> None:
    expression = EXPRESSIONS[written].replace("OUT", str(out))
    name = expression.strip('"') if written == "directive" else f"${{{expression}}}"
    block = {"name": name, "authorized_grant_type": "CODE", "scopes": ["a"]}
    text = json.dumps({"resource": {"genesyscloud_oauth_client": {"c": block}}})
    (root / "main.tf.json").write_text(text.replace("file", "\\u0066ile"))
    assert_kept(check(root), watch)


@pytest.mark.parametrize(
    "block",
    [
        'provider "x" {\n  token = %s\n}\n',
        'output "x" {\n  value = %s\n}\n',
        'data "x" "y" {\n  value = %s\n}\n',
        'resource "x" "y" {\n  provisioner "z" {\n    value = %s\n  }\n}\n',
        'module "x" {\n  source = "./deep"\n  value = %s\n}\n',
        'module "x" {\n  source = %s\n}\n',
    ],
)
def test_no_block_does_either(block: str, root: Path, watch: Watch) -> None:
    (root / "deep" / "main.tf").write_text('variable "value" {}\n')
    (root / "main.tf").write_text(CLIENT % '"c"' + block % 'file("../../../out/canary.txt")')
    assert_kept(check(root), watch)


@pytest.mark.parametrize(
    "source",
    [
        '"../../../out"',
        '"OUT"',
        "local.out",
        '"${local.out}"',
        '"./linked"',
        '"./inner/../../../../out"',
    ],
)
def test_modules_outside_are_unknown(source: str, root: Path, out: Path, watch: Watch) -> None:
    (root / "main.tf").write_text(
        f'module "m" {{\n  source = {source.replace("OUT", str(out))}\n}}\n'
        'locals { out = "../../../out" }\n' + CLIENT % '"c"'
    )
    run = check(root)
    assert_kept(run, watch)
    assert "m" in " ".join(note["message"] for note in json.loads(run.stdout)["notes"])


def test_installed_modules_outside_are_unknown(root: Path, out: Path, watch: Watch) -> None:
    (root / "main.tf").write_text('module "m" {\n  source = "a/b/c"\n}\n' + CLIENT % '"c"')
    installed = root / ".terraform" / "modules"
    installed.mkdir(parents=True)
    listed = {"Modules": [{"Key": "m", "Source": "a/b/c", "Dir": "../../../out"}]}
    (installed / "modules.json").write_text(json.dumps(listed))
    assert_kept(check(root), watch)
    (installed / "modules.json").unlink()
    (installed / "modules.json").symlink_to(out / "modules.json")
    run = check(root)
    assert_kept(run, watch)
    assert run.returncode == 2


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("linked.tf", "main.tf"),
        ("linked_override.tf", "main.tf"),
        (".linked.tf", "main.tf"),
        ("terraform.tfvars", "terraform.tfvars"),
        ("x.auto.tfvars", "terraform.tfvars"),
    ],
)
def test_linked_files_are_not_read(
    name: str, target: str, root: Path, out: Path, watch: Watch
) -> None:
    (root / "main.tf").write_text(CLIENT % "var.path" + 'variable "path" {}\n')
    (root / name).symlink_to(out / target)
    run = check(root)
    assert_kept(run, watch)
    if not name.startswith("."):
        assert run.returncode == 2
        assert f"{name}: is a link that leads out of the tree" in run.stderr


def test_values_that_are_given_call_nothing(root: Path, watch: Watch) -> None:
    (root / "main.tf").write_text(CLIENT % "var.path" + 'variable "path" {}\n')
    (root / "terraform.tfvars").write_text('path = file("../../../out/canary.txt")\n')
    assert_kept(check(root), watch)


@pytest.mark.parametrize("broken", ["broken {", 'x = file("../../../out/canary.txt")\n'])
def test_what_does_not_parse_leads_nowhere(broken: str, root: Path, watch: Watch) -> None:
    (root / "main.tf").write_text(CLIENT % EXPRESSIONS["dots"])
    (root / "other.tf").write_text(broken)
    assert_kept(check(root), watch)


@pytest.mark.parametrize("name", ["main.tf", ".main.tf", "terraform.tfvars", "main.tf.json"])
def test_a_pipe_does_not_hold_it_up(name: str, root: Path, watch: Watch) -> None:
    (root / "c.tf").write_text(CLIENT % '"c"')
    os.mkfifo(root / name)
    assert_kept(check(root), watch)


def test_a_device_is_refused(root: Path, watch: Watch) -> None:
    (root / "c.tf").write_text(CLIENT % '"c"')
    (root / "main.tf").symlink_to("/dev/zero")
    run = check(root)
    assert_kept(run, watch)
    assert run.returncode == 2


def test_a_file_without_end_is_refused_by_name_size_and_option(root: Path) -> None:
    for name in ("main.tf", "plan.json"):
        with (root / name).open("wb") as file:
            file.truncate(5 << 30)
    for source in (root, root / "plan.json"):
        run = check(source, cwd=root)
        assert run.returncode == 2
        assert "is larger than 1024 MiB" in run.stderr
        assert "--max-size" in run.stderr
    (root / "main.tf").write_bytes(b"#" * (1 << 20) + b"\n")
    assert "main.tf: is larger than 1 MiB" in check(root, "--max-size", "1").stderr
    assert "larger" not in check(root, "--max-size", "2").stderr


def test_what_belongs_to_the_tree_is_read(root: Path) -> None:
    """A guard that refuses everything would pass all the tests above."""
    repository = root.parent.parent
    (repository / "modules" / "client").mkdir(parents=True)
    (repository / "modules" / "client" / "name.txt").write_text("recorder")
    (repository / "modules" / "client" / "main.tf").write_text(
        CLIENT % 'format("%s-1", file("${path.module}/name.txt"))'
    )
    (root / "names").mkdir()
    (root / "names" / "a.yaml").write_text("name: recorder-2\n")
    (root / "main.tf").write_text(
        '# A comment may speak of file("/etc/passwd").\n'
        'module "m" {\n  source = "../../modules/client"\n}\n'
        + (CLIENT % 'yamldecode(file("${path.module}/names/${each.value}")).name').replace(
            "{\n", '{\n  for_each = fileset("${path.module}/names", "*.yaml")\n', 1
        )
    )
    report = json.loads(check(root).stdout)
    assert {each["client"] for each in report["results"] if each["address"]} == {
        "recorder-1",
        "recorder-2",
    }


@pytest.mark.parametrize("named", ["/", "/main.tf", "/x/.."])
def test_the_root_of_the_file_system_is_no_tree(named: str, tmp_path: Path) -> None:
    """Otherwise no file would be outside."""
    with pytest.raises(SourceError, match="lies in the root of the file system"):
        open_tree(named)
    run = subprocess.run(
        [sys.executable, "-m", "toolkit", "check", "/"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert run.returncode == 2
    assert run.stderr.startswith("error: /: lies in the root of the file system")
