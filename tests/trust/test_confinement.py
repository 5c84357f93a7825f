"""The kernel refuses what a check gives up before it reads, whatever the code then tries."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from toolkit import confinement
from toolkit.confinement import offered
from toolkit.policy.loader import find_policy

pytestmark = pytest.mark.skipif(
    {*offered()} != {"files", "programs", "sockets"}, reason="this kernel refuses nothing of it"
)

#: Tries everything that a check does not need, and prints the outcome.
TRIES = """
import json, os, socket, subprocess, sys
from pathlib import Path

def tries(inside, outside):
    came = {}
    for name, do in {
        "inside": lambda: Path(inside).read_text(),
        "listed": lambda: os.listdir(os.path.dirname(inside)),
        "outside": lambda: Path(outside).read_text(),
        "raw": lambda: os.open(outside, os.O_RDONLY),
        "folder outside": lambda: os.listdir(os.path.dirname(outside)),
        "environment": lambda: Path("/proc/self/environ").read_text(),
        "program": lambda: subprocess.run(["/bin/true"]),
        "socket": lambda: socket.socket(),
        "written": lambda: Path(outside + ".new").write_text("x"),
    }.items():
        try:
            do()
        except PermissionError:
            came[name] = "refused"
        else:
            came[name] = "done"
    return came
"""
#: A command that tries all of it when it first reads a file with the name of one in the tree; the
#: last two words are a file outside of the tree, and that one.
HOSTILE = """
from toolkit.__main__ import run_and_leave
inside, outside = sys.argv.pop(), sys.argv.pop()
tried = []

def hostile(event, given):
    if event != "open" or tried or given[2] & (os.O_ACCMODE | os.O_PATH) != os.O_RDONLY:
        return
    if os.path.basename(str(given[0])) == os.path.basename(inside):
        tried.append(given)
        print(json.dumps(tries(inside, outside)), flush=True)

sys.addaudithook(hostile)
run_and_leave()
"""
CLIENT = """
resource "genesyscloud_oauth_client" "c" {
  name                  = "c"
  authorized_grant_type = "CODE"
}
"""
WANTED = {
    "inside": "done",
    "listed": "done",
    "outside": "refused",
    "raw": "refused",
    "folder outside": "refused",
    "environment": "refused",
    "program": "refused",
    "socket": "refused",
    # Reports may be written anywhere.
    "written": "done",
}


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    tree, outside = tmp_path / "tree", tmp_path / "outside" / "secret"
    (tree / ".git").mkdir(parents=True)
    outside.parent.mkdir()
    outside.write_text("secret")
    (tree / "main.tf").write_text(CLIENT)
    return tree, outside


def words_of(places: tuple[Path, Path]) -> tuple[str, str]:
    tree, outside = places
    return str(outside), str(tree / "main.tf")


def ran(program: str, *arguments: str, cwd: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", TRIES + program, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.stdout


def test_what_is_not_named_is_refused_by_the_kernel(places: tuple[Path, Path]) -> None:
    tree, outside = places
    program = """
from toolkit.confinement import confine
held = confine([sys.argv[1]])
print(json.dumps([held, tries(sys.argv[1], sys.argv[2])]))
"""
    held, came = json.loads(ran(program, str(tree / "main.tf"), str(outside), cwd=tree))
    assert held == ["files", "programs", "sockets"]
    assert came == WANTED


@pytest.mark.parametrize("named", [".", "main.tf", "{tree}"])
def test_a_check_is_held_to_its_tree(named: str, places: tuple[Path, Path]) -> None:
    tree, _ = places
    words = ("check", named.format(tree=tree), "-q", *words_of(places))
    first, *report = ran(HOSTILE, *words, cwd=tree).splitlines()
    assert json.loads(first) == WANTED
    assert report[-1].startswith("exit ")


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("explain --har recorded.har", "recorded.har"),
        ("explain --payload body.json", "body.json"),
        ("operator", "main.tf"),
        ("operator . --hcl", "main.tf"),
        ("policy lint our.yaml", "our.yaml"),
        ("policy test our.yaml", "our.test.yaml"),
        ("policy show our.yaml", "our.yaml"),
        ("policy derive --from-har recorded.har", "recorded.har"),
        ("policy derive --operations getUsersMe --contract api.yaml", "api.yaml"),
        ("catalog show getUsersMe --catalog catalog.gz", "catalog.gz"),
        ("catalog search users --catalog catalog.gz", "catalog.gz"),
        ("catalog compile swagger.json -o new.gz", "swagger.json"),
        ("init --yes", "main.tf"),
        ("diff before .", "main.tf"),
        ("diff plan.json", "plan.json"),
        ("diff git:HEAD .", "main.tf"),
        ("diff git:HEAD:before .", "main.tf"),
        ("diff git:HEAD --all-targets --config targets.toml", "main.tf"),
    ],
)
def test_every_command_that_reads_is_held_to_its_tree(
    words: str, read: str, places: tuple[Path, Path]
) -> None:
    tree, outside = places
    (tree / ".git").rmdir()
    (tree / "before").mkdir()
    (tree / "before" / "main.tf").write_text(CLIENT)
    (tree / "targets.toml").write_text(
        """
        [[targets]]
        name = "one"
        root = "before"
        [[targets]]
        name = "two"
        root = "."
        """
    )
    (tree / "our.yaml").write_bytes(find_policy("recording-session").read_bytes())
    if not (tree / read).exists():
        (tree / read).write_text("{}")
    for each in ("init", "add .", "-c user.name=a -c user.email=a@b commit -m x"):
        subprocess.run(["git", *each.split()], cwd=tree, check=True, capture_output=True)
    printed = ran(HOSTILE, *words.split(), str(outside), str(tree / read), cwd=tree)
    first, *report = printed.splitlines()
    assert json.loads(first) == WANTED
    if words.startswith("diff git"):
        assert [each for each in report if each.startswith("exit 0: the two were compared")], (
            printed
        )


@pytest.mark.parametrize(
    "said", ['client = ["{}"]', 'exclude = "{}"', 'workspace = "{}"', 'var = {{v = "{}"}}']
)
def test_a_configuration_lets_nothing_in(said: str, places: tuple[Path, Path]) -> None:
    """The configuration belongs to the stranger too, and an option that is not a path may have any
    value.
    """
    tree, outside = places
    (tree / "recording-toolkit.toml").write_text(said.format(outside.parent))
    printed = ran(HOSTILE, "check", ".", "-q", *words_of(places), cwd=tree)
    assert json.loads(printed.splitlines()[0]) == WANTED


def test_a_named_file_that_is_a_link_out_is_not_let_in(places: tuple[Path, Path]) -> None:
    tree, outside = places
    (tree / "policy.yaml").symlink_to(outside)
    program = """
from toolkit.confinement import confine
confine(sys.argv[1:3])
print(json.dumps(tries(sys.argv[1], sys.argv[3])))
"""
    words = (str(tree / "main.tf"), str(tree / "policy.yaml"), str(outside))
    assert json.loads(ran(program, *words, cwd=tree))["outside"] == "refused"


def test_a_program_that_calls_the_library_is_never_confined(places: tuple[Path, Path]) -> None:
    tree, outside = places
    program = """
from toolkit.cli import main
from toolkit.workflows import check
main(["check", sys.argv[1], "-f", "json=/dev/null"])
check(sys.argv[1])
print(json.dumps(tries(sys.argv[1] + "/main.tf", sys.argv[2])))
"""
    came = json.loads(ran(program, str(tree), str(outside), cwd=tree).splitlines()[-1])
    assert set(came.values()) == {"done"}


def test_the_version_says_what_is_in_force() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", "--version", "--verbose"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1].endswith("files, programs, sockets")


def test_python_finds_what_its_folders_link_to(places: tuple[Path, Path], tmp_path: Path) -> None:
    """Some installers fill a folder with links to a store, for packages, or for each file."""
    tree, outside = places
    store, farm = tmp_path / "store", tmp_path / "farm"
    for name in ("linked/late.py", "files/late.py", "files/__init__.py"):
        (store / name).parent.mkdir(parents=True, exist_ok=True)
        (store / name).write_text("")
    (store / "single.py").write_text("")
    (farm / "files").mkdir(parents=True)
    (farm / "linked").symlink_to(store / "linked")
    (farm / "single.py").symlink_to(store / "single.py")
    for name in ("__init__.py", "late.py"):
        (farm / "files" / name).symlink_to(store / "files" / name)
    program = """
sys.path.append(sys.argv[3])
from toolkit.confinement import confine
confine([sys.argv[1]])
import files.late, linked.late, single
print(json.dumps(tries(sys.argv[1], sys.argv[2])))
"""
    words = (str(tree / "main.tf"), str(outside), str(farm))
    assert json.loads(ran(program, *words, cwd=tree)) == WANTED


def test_links_of_the_working_folder_let_nothing_in(places: tuple[Path, Path]) -> None:
    tree, outside = places
    (tree / "x").symlink_to(outside.parent)
    program = """
sys.path.insert(0, os.getcwd())
from toolkit.confinement import confine
confine([sys.argv[1]])
print(json.dumps(tries(sys.argv[1], sys.argv[2])))
"""
    assert json.loads(ran(program, *words_of(places)[::-1], cwd=tree)) == WANTED


def test_python_finds_the_libraries_of_its_loader(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    tree, outside = places
    monkeypatch.setenv("LD_LIBRARY_PATH", f"/nowhere:{outside.parent}")
    program = """
from toolkit.confinement import confine
confine([sys.argv[1]])
print(json.dumps(tries(sys.argv[1], sys.argv[2])))
"""
    came = json.loads(ran(program, str(tree / "main.tf"), str(outside), cwd=tree))
    assert (came["outside"], came["program"]) == ("done", "refused")


def test_a_32_bit_python_keeps_its_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its system calls have other numbers, so that a filter for 64-bit calls would refuse all of
    them.
    """
    monkeypatch.setattr(confinement, "_IS_64_BIT", False)
    assert "sockets" not in offered()


def test_a_file_in_the_root_of_the_file_system_lets_in_no_other(
    places: tuple[Path, Path],
) -> None:
    _, outside = places
    program = """
from toolkit import confinement
confinement.tree_root = lambda _: "/"
confinement.confine([sys.argv[1]])
print(json.dumps(tries(sys.argv[1], sys.argv[2])))
"""
    tree = places[0]
    came = json.loads(ran(program, str(tree / "main.tf"), str(outside), cwd=tree))
    assert (came["inside"], came["outside"], came["listed"]) == ("done", "refused", "refused")
