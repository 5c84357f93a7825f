"""Help is fast because it imports no command, and its texts match the commands."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import click
import pytest

from toolkit.cli import COMMANDS, cli
from toolkit.cli.lazy import LazyCommand

PLAN = str(Path(__file__).parent.parent / "cases" / "scopes-literal" / "plan.json")
HEAVY = {"msgspec", "yaml", "tfparse", "tree_sitter", "requests", "http.client", "ssl"}


def _imported_by(*args: str) -> set[str]:
    code = (
        "import sys; from toolkit.cli import main; main(sys.argv[1:]);"
        "sys.stderr.write(' '.join(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *args], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_the_group_imports_no_command(option: str) -> None:
    imported = _imported_by(option)
    assert not imported & HEAVY
    assert {name for name in imported if name.startswith("toolkit.")} == {
        "toolkit.bounds",
        "toolkit.cli",
        "toolkit.cli.boundary",
        "toolkit.cli.lazy",
        "toolkit.cli.run",
        "toolkit.errors",
    }


def test_help_of_a_command_imports_no_parser() -> None:
    assert not _imported_by("check", "--help") & (HEAVY - {"msgspec"})


def test_a_check_of_a_plan_loads_nothing_that_starts_processes() -> None:
    imported = _imported_by("check", PLAN)
    assert "toolkit.sources.plan.plan_reader" in imported
    assert not imported & (HEAVY - {"msgspec"})
    assert not imported & {"subprocess", "pickle", "toolkit.provision.saved_plan"}


#: Prints the module of each annotation that is a string.
COUNTING = """
import sys, typing
real = typing.ForwardRef.__init__
def init(self, *args, **options):
    frame = sys._getframe(1)
    while frame.f_globals["__name__"] == "typing":
        frame = frame.f_back
    sys.stderr.write(frame.f_globals["__name__"] + " ")
    real(self, *args, **options)
typing.ForwardRef.__init__ = init
from toolkit.cli import main
main(sys.argv[1:])
"""


def test_what_a_check_loads_has_few_annotations_to_compile() -> None:
    """`typing` compiles each annotation that is a string.

    With `from __future__ import annotations`, all of them are. Hundreds took a twentieth of the
    time of a check, so modules with many named tuples do without that import.
    """
    done = subprocess.run(
        [sys.executable, "-c", COUNTING, "check", PLAN], capture_output=True, text=True, check=True
    )
    told = Counter(done.stderr.split())
    assert told["toolkit.cli.run"]
    assert not {name for name, count in told.items() if count > 8 and name.startswith("toolkit")}


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_the_summary_is_the_commands_own(entry: LazyCommand) -> None:
    command = cli.get_command(click.Context(cli), entry.name)
    assert command is not None
    assert command.name == entry.name
    assert command.get_short_help_str(limit=200) == entry.summary


def loaded_by(*arguments: str) -> set[str]:
    program = "import sys; from toolkit.cli import main; main(sys.argv[1:]); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_a_check_loads_only_what_reads_its_sources(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("")
    assert "toolkit.sources.hcl.reader" in loaded_by("check", str(tmp_path))
    assert "toolkit.sources.hcl.reader" not in loaded_by("check", PLAN)
