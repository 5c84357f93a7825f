"""No command, in any format, leaks a secret into an output, file, log, traceback or crash.

Commands and formats come from the program's own lists, so new ones are covered at once; a new
command needs a feed that says how secrets get into it.
"""

from __future__ import annotations

import io
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import click
import click.testing
import pytest

from toolkit.cli import COMMANDS, cli
from toolkit.reporters.interface import REPORTERS

from .canaries import Planted, everything_logged, texts_of
from .feeds import FEEDS, SERVERS, Feeding, Run


def leaves() -> dict[str, click.Command]:
    """Return every command that does something, by the words that call it."""
    found: dict[str, click.Command] = {}
    context = click.Context(cli)
    for entry in COMMANDS:
        command = cli.get_command(context, entry.name)
        assert command is not None
        if isinstance(command, click.Group):
            found |= {f"{entry.name} {name}": each for name, each in command.commands.items()}
        else:
            found[entry.name] = command
    return found


LEAVES = leaves()
NAMES = tuple(reporter.name for reporter in REPORTERS)


def test_every_command_is_fed() -> None:
    assert {name for name in LEAVES if name not in SERVERS} == set(FEEDS)


def formats_of(command: click.Command) -> tuple[str, ...]:
    """Return the names of the command's formats."""
    for each in command.params:
        if isinstance(each, click.Option) and "-f" in each.opts:
            if isinstance(each.type, click.Choice):
                return tuple(each.type.choices)
            return tuple(name for name in NAMES if name in each.type.names)  # type: ignore[attr-defined]
    return ()


def ways(command: click.Command, out: Path) -> Iterator[tuple[str, ...]]:
    """Yield the ways to request a report: in every format, on stdout and into a file."""
    formats = formats_of(command)
    if not formats:
        yield ()
        return
    for name in formats:
        yield ("-f", name)
    if len(formats) > 2 or "junit" in formats:
        yield tuple(part for name in formats for part in ("-f", f"{name}={out / name}"))


@pytest.mark.server
@pytest.mark.parametrize("name", sorted(FEEDS))
def test_no_secret_gets_out(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = run_all(name, tmp_path, monkeypatch)
    assert found.leaks == []
    assert found.runs > 0
    assert found.secrets > 5
    # A crash would show nothing, and so no secrets either.
    assert not found.statuses[70]


class Found:
    """The outcome of all runs of a command."""

    def __init__(self) -> None:
        self.leaks: list[str] = []
        self.runs = 0
        self.secrets = 0
        self.statuses: Counter[int] = Counter()


def run_all(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Found:
    found, planted = Found(), Planted()
    for variable in list(os.environ):
        # The developer's variables must not decide anything; the feed has its own.
        foreign = variable.startswith(("RECORDING_TOOLKIT_", "GENESYSCLOUD_", "TF_"))
        if foreign or "PROXY" in variable.upper():
            monkeypatch.delenv(variable)
    temporary = folder / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    with ExitStack() as stack, everything_logged() as log:
        fed = folder / "fed"
        fed.mkdir()
        for run in FEEDS[name](Feeding(fed, planted, stack)):
            for number, way in enumerate(ways(LEAVES[name], folder / "out")):
                out = folder / "out"
                shutil.rmtree(out, ignore_errors=True)
                out.mkdir()
                log.lines.clear()
                result = call(name, run, way)
                found.runs += 1
                assert not (run.looked and result.exit_code == 2), result.stderr
                found.statuses[result.exit_code] += 1
                texts = {
                    "stdout": result.stdout,
                    "stderr": result.stderr,
                    "a report in a file": texts_of(out),
                    "a baseline": "".join(
                        path.read_text(encoding="utf-8") for path in fed.glob("* known.json")
                    ),
                    "the log": "\n".join(log.lines),
                }
                for where, text in texts.items():
                    for leak in planted.leaks(text):
                        found.leaks.append(f"{run.name} {way} ({number}): {leak} in {where}")
                assert list(temporary.iterdir()) == []
    found.secrets = len(planted.made)
    return found


def call(name: str, run: Run, way: tuple[str, ...]) -> click.testing.Result:
    environ = run.environ | {"RECORDING_TOOLKIT_DEBUG": "1"}
    runner = click.testing.CliRunner()
    stdin = None if run.stdin is None else io.BytesIO(run.stdin)
    return runner.invoke(cli, [*name.split(), *run.arguments, *way], env=environ, input=stdin)


# -- would it be seen? ---------------------------------------------------------------------------


@pytest.mark.server
def test_a_leak_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Break the toolkit: treat a sensitive attribute as one that is not."""
    monkeypatch.setattr("toolkit.sources.resources.SENSITIVE_ATTRIBUTES", frozenset(), raising=True)
    monkeypatch.setattr("toolkit.judging.settings.SENSITIVE_ATTRIBUTES", frozenset())
    found = run_all("check", tmp_path, monkeypatch)
    assert found.leaks


def test_what_is_in_base64_is_found_too() -> None:
    import base64

    planted = Planted()
    secret = planted.one("x")
    for before in ("", "a", "ab", "client-id:"):
        encoded = base64.b64encode(f"{before}{secret}{secret}".encode()).decode()
        assert planted.leaks(f"Basic {encoded}"), before
    assert planted.leaks("nothing") == []


@pytest.mark.server
@pytest.mark.parametrize("debug", [{}, {"RECORDING_TOOLKIT_DEBUG": "1"}], ids=["plain", "debug"])
def test_a_crash_says_nothing_of_the_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, debug: dict[str, str]
) -> None:
    planted = Planted()

    def crash(*arguments: object, **_: object) -> None:
        try:
            raise KeyError(planted.one("cause"))
        except KeyError as error:
            raise ValueError(f"{planted.one('crash')} {arguments!r}") from error

    monkeypatch.setattr("toolkit.workflows.run_check.evaluate", crash)
    with ExitStack() as stack:
        feed = Feeding(tmp_path, planted, stack)
        (run, *_) = FEEDS["check"](feed)
        for way in ways(LEAVES["check"], tmp_path):
            environ = run.environ | debug
            result = click.testing.CliRunner().invoke(
                cli, ["check", *run.arguments, *way], env=environ
            )
            assert result.exit_code == 70
            assert planted.leaks(result.output + result.stderr) == []
            assert ("Traceback" in result.stderr) is bool(debug)
            assert "ValueError" in result.stderr
