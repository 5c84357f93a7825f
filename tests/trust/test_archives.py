"""An archive from a stranger: it costs little, leads nowhere, and is never unpacked."""

from __future__ import annotations

import json
import random
import stat
import struct
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from tests.files.test_archive import END, ENTRY, packed
from tests.files.test_git_index import git
from tests.trust.test_bounded_in_sum import run
from tests.trust.test_runs_nothing import check
from toolkit.errors import ExitCode
from toolkit.workflows import check as judge

CANARY = "canary-c0ffee"
CLIENT = """
resource "genesyscloud_oauth_client" "c" {
  name                  = "recorder"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}
"""


def link() -> bytes:
    info = ZipInfo("main.tf")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return packed({info: b"/proc/self/environ"})


def many_that_are_one() -> bytes:
    """Return thousands of members with the same packed bytes, as in a bomb without layers."""
    content = random.Random(0).randbytes(1 << 20)
    data = packed({"0000.tf": content})
    start, end = data.index(ENTRY), data.index(END)
    entries = [data[start:end].replace(b"0000", f"{n:04}".encode()) for n in range(9_000)]
    index = b"".join(entries)
    counts = struct.pack("<HHII", len(entries), len(entries), len(index), start)
    return data[:start] + index + data[end : end + 8] + counts + b"\0\0"


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "one file": (lambda: packed({"main.tf": bytes(1 << 29)}), "250 times"),
    "many files": (lambda: packed({f"{n}/main.tf": b"#" for n in range(12_000)}), "10,000 files"),
    "the same bytes": (many_that_are_one, "larger than 1024 MiB when it is unpacked"),
    "folders": (
        lambda: packed({"a/" * 500 + f"{n}.tf": b"" for n in range(3_000)}),
        "too many folders",
    ),
    "out of it": (lambda: packed({"../../main.tf": CLIENT.encode()}), "leads out of it"),
    "absolute": (lambda: packed({"/tmp/main.tf": CLIENT.encode()}), "place on a disk"),
    "a link": (link, "has a link"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_it_ends_soon_in_little_memory_and_writes_nothing(name: str, tmp_path: Path) -> None:
    made, said = BOMBS[name]
    (tmp_path / "there").mkdir()
    (tmp_path / "temporary").mkdir()
    (tmp_path / "there" / "x.zip").write_bytes(made())
    done, took, peak = run(
        "check", "x.zip", cwd=tmp_path / "there", TMPDIR=str(tmp_path / "temporary")
    )
    assert done.returncode == ExitCode.INPUT
    lines = done.stderr.decode().splitlines()
    assert [line.partition(":")[0] for line in lines[:2]] == ["error", "hint"]
    assert said in lines[0]
    assert took < 10
    assert peak < 150
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["x.zip"]
    assert not list((tmp_path / "temporary").iterdir())
    assert not (tmp_path / "main.tf").exists()


def test_many_root_modules_in_one_are_read_soon(tmp_path: Path) -> None:
    """The list of members is not read again for each of them."""
    members: dict[str | ZipInfo, bytes] = {
        f"{number:04}/{name}.tf": b"" for number in range(1_000) for name in "abcdefgh"
    }
    (tmp_path / "x.zip").write_bytes(packed({**members, "0000/a.tf": CLIENT.encode()}))
    done, took, peak = run("check", "x.zip", cwd=tmp_path)
    assert done.returncode == ExitCode.OK, done.stderr
    assert took < 20
    assert peak < 300


def test_a_name_breaks_no_line_of_a_message(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(packed({"a\nerror: b\x1b[2J/../c.tf": b""}))
    done = check("x.zip", cwd=tmp_path)
    assert done.returncode == ExitCode.INPUT
    assert len(done.stderr.splitlines()) == 2
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize(
    "written",
    ['file("../out.txt")', 'file("OUT")', 'file("a/../../out.txt")', 'file("~/out.txt")',
     'join(",", [for f in fileset("..", "*.txt") : file("../${f}")])', 'file(".env")',
     'file("terraform.tfstate")', 'templatefile("../out.txt", {})'],
)  # fmt: skip
def test_its_terraform_reads_nothing_outside(written: str, tmp_path: Path) -> None:
    (tmp_path / "out.txt").write_text(CANARY)
    text = CLIENT.replace('"recorder"', written.replace("OUT", str(tmp_path / "out.txt")))
    files = {"main.tf": text, ".env": CANARY, "terraform.tfstate": CANARY, "a/b.txt": ""}
    (tmp_path / "x.zip").write_bytes(packed({n: t.encode() for n, t in files.items()}))
    done = check("x.zip", "--inventory", cwd=tmp_path, env={"HOME": str(tmp_path)})
    assert CANARY not in done.stdout + done.stderr
    assert "not known" in done.stdout


def test_a_module_outside_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text(CLIENT)
    call = 'module "m" {\n  source = "../m"\n}\n'
    (tmp_path / "x.zip").write_bytes(packed({"main.tf": call.encode()}))
    done = check("x.zip", "-f", "json", cwd=tmp_path)
    assert done.returncode == ExitCode.UNDECIDED
    assert [each["rule"] for each in json.loads(done.stdout)["results"]] == [
        "REC001",
        "unread-module",
    ]


def test_it_is_judged_as_a_folder_of_the_same_files(tmp_path: Path) -> None:
    """Modules, a root in a folder of its own, hidden files, and files that are left out."""
    files = {
        "prod/main.tf": 'provider "genesyscloud" {}\nmodule "m" {\n  source = "../modules/m"\n}\n',
        "modules/m/main.tf": CLIENT,
        "old/main.tf": 'provider "genesyscloud" {}\n' + CLIENT,
        ".hidden/main.tf": CLIENT,
    }
    for name, text in files.items():
        path = tmp_path / "folder" / "x.zip" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "x.zip").write_bytes(packed({n: t.encode() for n, t in files.items()}))
    for more in ((), ("--exclude", "old"), ("--exclude", "x.zip/modules")):
        shown = [
            check("x.zip", *more, "-f", "json", "--today", "2026-01-01", cwd=folder)
            for folder in (tmp_path, tmp_path / "folder")
        ]
        assert shown[0].stdout == shown[1].stdout
        assert shown[0].returncode == shown[1].returncode == ExitCode.UNDECIDED
    inside = check("x.zip/prod", "-f", "json", cwd=tmp_path)
    assert inside.returncode == ExitCode.OK
    (source,) = json.loads(inside.stdout)["sources"]
    assert source["root"] == "x.zip/prod"
    (result, *_) = json.loads(inside.stdout)["results"]
    assert result["location"]["path"] == "x.zip/modules/m/main.tf"


def test_what_is_named_in_one_that_lies_elsewhere_is_read(tmp_path: Path) -> None:
    """The kernel lets a check read the archive, too."""
    (tmp_path / "here").mkdir()
    (tmp_path / "x.zip").write_bytes(packed({"prod/main.tf": CLIENT.encode()}))
    for source in ("../x.zip", "../x.zip/prod", f"{tmp_path}/x.zip/prod/main.tf"):
        done = check(source, cwd=tmp_path / "here")
        assert done.returncode == ExitCode.OK, done.stderr


def test_a_list_of_installed_modules_in_it_is_not_believed(tmp_path: Path) -> None:
    listed = {"Modules": [{"Key": "m", "Source": "acme/m/x", "Dir": ".terraform/modules/m"}]}
    files = {
        "main.tf": 'module "m" {\n  source = "acme/m/x"\n}\n',
        ".terraform/modules/modules.json": json.dumps(listed),
        ".terraform/modules/m/main.tf": CLIENT,
    }
    git(tmp_path, "init", "-q")
    (tmp_path / "x.zip").write_bytes(packed({n: t.encode() for n, t in files.items()}))
    assert check("x.zip", cwd=tmp_path).returncode == ExitCode.UNDECIDED
    assert check("x.zip", "--trust-installed-modules", cwd=tmp_path).returncode == ExitCode.OK


@pytest.mark.parametrize("is_tracked", [False, True])
def test_the_state_in_one_that_git_tracks_is_not_used(is_tracked: bool, tmp_path: Path) -> None:
    recorded = Path(__file__).parents[1] / "provider" / "recorded" / "export"
    with ZipFile(tmp_path / "x.zip", "w", ZIP_DEFLATED) as archive:
        archive.write(recorded / "clients" / "genesyscloud.tf.json", "genesyscloud.tf.json")
        archive.write(recorded / "json" / "terraform.tfstate", "terraform.tfstate")
    git(tmp_path, "init", "-q")
    if is_tracked:
        git(tmp_path, "add", "x.zip")
    sources = [str(tmp_path / "x.zip")]
    report = judge(sources, policies=["call-recording"], clients=["*"])
    codes = {note.code for note in report.notes}
    assert ("state-tracked" in codes, "state-beside" in codes) == (is_tracked, not is_tracked)
    both = judge([*sources, f"{sources[0]}/terraform.tfstate"], policies=["call-recording"])
    assert sorted((each.kind, bool(each.clients)) for each in both.sources) == [
        ("hcl", True),
        ("state", False),
    ]


def test_nothing_in_it_is_mended(tmp_path: Path) -> None:
    text = CLIENT.replace('"recording:session:write", ', "").replace("recordingSession", "users")
    (tmp_path / "x.zip").write_bytes(packed({"main.tf": text.encode()}))
    before = (tmp_path / "x.zip").read_bytes()
    done = check("x.zip", "--client", "*", "--fix", cwd=tmp_path)
    assert "it is in an archive; unpack the archive, and name the folder" in done.stderr
    assert done.returncode == ExitCode.VIOLATION
    assert (tmp_path / "x.zip").read_bytes() == before
    shown = check("x.zip", "--client", "*", "-f", "json", cwd=tmp_path)
    assert not [each for each in json.loads(shown.stdout)["results"] if each.get("edits")]


def test_a_saved_plan_by_such_a_name_is_told_as_one(tmp_path: Path) -> None:
    files: dict[str | ZipInfo, bytes] = {"tfplan": b"x", "tfconfig/m-/main.tf": CLIENT.encode()}
    (tmp_path / "x.zip").write_bytes(packed(files))
    done = check("x.zip", cwd=tmp_path)
    assert done.returncode == ExitCode.INPUT
    assert "this is a saved plan" in done.stderr
