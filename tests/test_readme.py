"""The README says what the program does: its help, its exit statuses, its commands."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from toolkit.cli import cli
from toolkit.errors import ExitCode
from toolkit.model.findings import Verdict
from toolkit.policy.loader import find_policy
from toolkit.reporters.interface import REPORTERS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands(command: click.Command, words: str) -> Iterator[tuple[str, click.Command]]:
    """Every command that can be called, by what one types."""
    yield words, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from commands(inner, f"{words} {name}")


COMMANDS = dict(commands(cli, "recording-toolkit"))
HELP_BLOCK = re.compile(r"```console\n\$ (recording-toolkit[a-z -]*) --help\n(.*?)```\n", re.DOTALL)


def help_of(words: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", "80")
    return CliRunner().invoke(cli, [*words.split()[1:], "--help"]).stdout


def table(heading: str) -> dict[str, str]:
    """The first two columns of the table below a heading."""
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line[:1] == "|"]
    return {row[0].strip("`"): row[1] for row in rows[2:]}


@pytest.mark.parametrize(("words", "shown"), HELP_BLOCK.findall(README))
def test_the_help_shown_is_the_programs(
    words: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shown == help_of(words, monkeypatch), "copy the program's --help into README.md"


def test_the_help_of_every_working_command_is_shown() -> None:
    working = {words for words, command in COMMANDS.items() if not isinstance(command, click.Group)}
    assert {words for words, _ in HELP_BLOCK.findall(README)} == working


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_has_help_an_example_and_a_place(
    words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = COMMANDS[words]
    page = help_of(words, monkeypatch)
    assert command.help
    assert command.short_help or words == "recording-toolkit"
    assert re.search(rf"Examples:\n(    .*\n)*?    .*{words}", page)
    assert f"`{words}`" in README or words == "recording-toolkit"


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


def test_the_test_cases_shown_pass(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```yaml\n(version: 1\ncases:\n.*?)```", README, re.DOTALL)
    (tmp_path / "ours.test.yaml").write_text(shown, encoding="utf-8")
    (tmp_path / "ours.yaml").write_bytes(find_policy("recording-session").read_bytes())
    result = CliRunner().invoke(cli, ["policy", "test", str(tmp_path / "ours.yaml")])
    assert result.exit_code == ExitCode.OK, result.output
    assert "3 passed, 0 failed" in result.stdout
