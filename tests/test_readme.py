"""The README agrees with the program, and its help is complete; the pages of docs show that."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.docs.commands import commands
from toolkit.cli import cli
from toolkit.errors import ExitCode
from toolkit.model.findings import Verdict
from toolkit.reporters.interface import REPORTERS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
EXIT_STATUS = (ROOT / "docs" / "exit-status.md").read_text(encoding="utf-8")
#: What a reader can read in two minutes.
MOST_WORDS = 700

COMMANDS = dict(commands())


def help_of(words: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", "80")
    return CliRunner().invoke(cli, [*words.split()[1:], "--help"]).stdout


def table(heading: str, page: str = README) -> dict[str, str]:
    """Return the first two columns of the table below a heading."""
    section = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line[:1] == "|"]
    return {row[0].strip("`"): row[1] for row in rows[2:]}


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_has_help_and_an_example(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    command = COMMANDS[words]
    page = help_of(words, monkeypatch)
    assert command.help
    assert command.short_help or words == "recording-toolkit"
    assert re.search(rf"Examples:\n(    .*\n)*?    .*{words}", page)


def test_it_is_read_in_two_minutes() -> None:
    prose = re.sub(r"```.*?```", "", README, flags=re.DOTALL)
    assert len(prose.split()) <= MOST_WORDS


def test_every_option_has_help() -> None:
    for words, command in COMMANDS.items():
        for parameter in command.params:
            assert not isinstance(parameter, click.Option) or parameter.help, (words, parameter)


@pytest.mark.parametrize("text", [README, EXIT_STATUS], ids=["README", "docs"])
def test_the_exit_table_is_the_programs(text: str) -> None:
    rows = table("Exit status", text)
    assert {int(code) for code in rows} == {code.value for code in ExitCode}
    page = CliRunner().invoke(cli, ["--help"]).stdout
    for code, meaning in rows.items():
        assert re.search(rf"^    {code} +{re.escape(meaning)}$", page, re.MULTILINE)


def test_the_verdicts_are_the_programs() -> None:
    assert list(table("Verdicts", EXIT_STATUS)) == [verdict.value for verdict in Verdict]


def test_every_format_is_named() -> None:
    page = help_of("recording-toolkit check", pytest.MonkeyPatch())
    assert all(entry.name in page for entry in REPORTERS)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"])
def test_links_lead_somewhere(name: str) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", (ROOT / name).read_text(encoding="utf-8"))
    assert targets
    assert [t for t in targets if not t.startswith("http") and not (ROOT / t).exists()] == []


@pytest.mark.parametrize("path", re.findall(r"`((?:toolkit|tests|docs)/[a-z_./]*)`", CONTRIBUTING))
def test_contributing_names_what_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][\w-]*):(?!=)", makefile, re.MULTILINE))
    # If another make runs it, it would print which folder it enters.
    command = ["make", "--no-print-directory", "help"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert {line.split()[1] for line in listed.stdout.splitlines()} == targets
    phony = re.search(r"^\.PHONY: (.*)$", database(), re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == targets


def database() -> str:
    """Return make's own reading of the Makefile."""
    command = ["make", "--print-data-base", "--dry-run", "help"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    "target", sorted(set(re.findall(r"(?:^|`)make ([\w-]+)", README + CONTRIBUTING, re.MULTILINE)))
)
def test_the_makefile_has_what_the_pages_name(target: str) -> None:
    done = subprocess.run(
        ["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
