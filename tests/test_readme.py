"""The README says what the program does, and its help is whole; the pages of docs show that."""

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


COMMANDS = dict(commands())


def help_of(words: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", "80")
    return CliRunner().invoke(cli, [*words.split()[1:], "--help"]).stdout


def table(heading: str) -> dict[str, str]:
    """The first two columns of the table below a heading."""
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line[:1] == "|"]
    return {row[0].strip("`"): row[1] for row in rows[2:]}


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_has_help_and_an_example(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    command = COMMANDS[words]
    page = help_of(words, monkeypatch)
    assert command.help
    assert command.short_help or words == "recording-toolkit"
    assert re.search(rf"Examples:\n(    .*\n)*?    .*{words}", page)


def test_every_command_has_a_row_that_leads_to_its_page() -> None:
    rows = re.findall(
        r"^\| \[`recording-toolkit (\w+)`\]\(docs/commands/\1\.md\)", README, re.MULTILINE
    )
    assert sorted(rows) == sorted(cli.list_commands(click.Context(cli)))


def test_every_option_has_help() -> None:
    for words, command in COMMANDS.items():
        for parameter in command.params:
            assert not isinstance(parameter, click.Option) or parameter.help, (words, parameter)


def test_the_exit_table_is_the_programs() -> None:
    assert {int(code) for code in table("Exit status")} == {code.value for code in ExitCode}
    page = CliRunner().invoke(cli, ["--help"]).stdout
    for code, meaning in table("Exit status").items():
        assert re.search(rf"^    {code} +{re.escape(meaning)}$", page, re.MULTILINE)


def test_the_verdicts_are_the_programs() -> None:
    assert list(table("Verdicts")) == [verdict.value for verdict in Verdict]


def test_every_format_is_named() -> None:
    page = help_of("recording-toolkit check", pytest.MonkeyPatch())
    assert all(entry.name in page for entry in REPORTERS)
    assert list(table("Formats")) == [entry.name for entry in REPORTERS]


def test_links_lead_somewhere() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    assert targets
    assert [t for t in targets if not t.startswith("http") and not (ROOT / t).exists()] == []


@pytest.mark.parametrize("target", re.findall(r"^\$ make (\w+)$", README, re.MULTILINE))
def test_the_makefile_has_what_the_readme_names(target: str) -> None:
    done = subprocess.run(
        ["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
