"""The documentation covers every part of the program, and the site is complete."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

from tests.docs.commands import commands, complaint, lines_shown
from tests.docs.generate import out_of_date
from tests.docs.pages import DOCS, ROOT, fences, pages
from toolkit import workflows
from toolkit.checks.operator_checks import OPERATOR_CHECKS, OperatorCheck
from toolkit.checks.registry import BUILT_INS
from toolkit.contracts.contract import Step, UserContext
from toolkit.contracts.reader import SHIPPED_CONTRACTS, load_contract
from toolkit.errors import ExitCode
from toolkit.judging.check_interface import BuiltIn
from toolkit.judging.drift_checks import DRIFT_CHECKS, DriftCheck
from toolkit.probe.stages import CAUSES
from toolkit.reporters.interface import REPORTERS

CHECKS: dict[str, BuiltIn | DriftCheck | OperatorCheck] = {
    **{check.id: check for check in BUILT_INS},
    **{check.id: check for check in DRIFT_CHECKS},
    **{check.id: check for check in OPERATOR_CHECKS},
}
COMMANDS = dict(commands())
README = ROOT / "README.md"


def nav() -> set[str]:
    """Return the pages of the navigation."""

    def walk(node: object) -> list[str]:
        if isinstance(node, str):
            return [node]
        inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        return [name for each in inner for name in walk(each)]

    return {*walk(yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"])}


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def test_every_page_is_in_the_navigation() -> None:
    assert nav() == {str(each.relative_to(DOCS)) for each in pages()}


@pytest.mark.parametrize("words", [words for words in COMMANDS if " " in words])
def test_a_command_has_a_page_with_its_help_and_an_example(words: str) -> None:
    text = read(f"commands/{words.split()[1]}.md")
    assert f"`{words}`" in text
    if not isinstance(COMMANDS[words], click.Group):
        assert f"\n$ {words} --help\n" in text
        shown = re.findall(rf"^(?:\$ |.*\| )?{words} (?!--help)", text, re.MULTILINE)
        assert shown or words == "recording-toolkit demo"


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_has_a_page(name: str) -> None:
    check, text = CHECKS[name], read(f"checks/{name}.md")
    flat = " ".join(text.split())
    assert text.startswith(f"# {name}\n\n{check.title}.")
    assert check.fix in flat
    if check in BUILT_INS:
        assert f"Severity: {check.severity.value};" in text
        word = "UNKNOWN" if name in ("unread-module", "skipped-terraform") else "FAIL"
        assert f"{word} {name} ({check.severity.value}" in text.split("## Before")[1]
        assert f"{word} {name}" not in text.split("## After")[1]


def test_there_is_no_page_of_what_is_no_check_or_cause() -> None:
    for folder, known in (("checks", CHECKS), ("causes", CAUSES)):
        assert {each.stem for each in (DOCS / folder).glob("*.md")} == {*known, "index"}


@pytest.mark.parametrize("cause", CAUSES)
def test_a_cause_has_a_page_on_which_a_probe_finds_it(cause: str) -> None:
    text = read(f"causes/{cause}.md")
    assert text.startswith(f"# {cause}\n\n")
    verdict = CAUSES[cause].value.upper()
    # A probe that finds nothing wrong names no cause.
    named = "" if cause == "none" else rf" .*{re.escape(cause)}( \(|$)"
    assert re.search(rf"^{verdict}{named}", text, re.MULTILINE)


def test_a_format_has_a_section() -> None:
    assert re.findall(r"^## `(\w+)`$", read("formats.md"), re.MULTILINE) == [
        each.name for each in REPORTERS
    ]


def test_an_exit_status_has_a_row() -> None:
    rows = re.findall(r"^\| (\d+) \| ", read("exit-status.md"), re.MULTILINE)
    assert [int(each) for each in rows] == [code.value for code in ExitCode]


def test_a_contract_has_a_row() -> None:
    text = read("contracts.md")
    for name in SHIPPED_CONTRACTS:
        named = [f"`{operation.id}`" for operation in load_contract(name).operations]
        (row,) = re.findall(rf"^\| `{name}` \| (.*?) \|", text, re.MULTILINE)
        assert sorted(row.split(", ")) == sorted(named)
    (steps,) = re.findall(r"^\| `x-recording-step` \| .*: (.*) \|$", text, re.MULTILINE)
    assert re.findall(r"`(\w+)`", steps) == [step.value for step in Step]
    (users,) = re.findall(r"^\| `x-user-context` \| (.*): .* \|$", text, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", users)) == {each.value for each in UserContext}


def test_a_function_of_the_library_is_named() -> None:
    text = read("library.md")
    named = ("{}(", "`toolkit.workflows.{}`")
    assert [
        name for name in workflows._MODULES if not any(each.format(name) in text for each in named)
    ] == []


def test_generated_lists_are_up_to_date() -> None:
    assert [*out_of_date()] == [], "run: python -m tests.docs.generate"


def test_the_picture_of_the_architecture_names_what_is_there() -> None:
    picture = next(f.body for f in fences(read("architecture.md")) if f.language == "text")
    packages = {
        path.name + "/" * path.is_dir()
        for path in (ROOT / "toolkit").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    drawn = set(re.findall(r"\w+(?:/|\.py)", picture))
    assert drawn == packages - {"__init__.py", "__main__.py"}


@pytest.mark.parametrize("path", [README, *pages()], ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_line_that_is_shown_exists(path: Path) -> None:
    shown = list(lines_shown(path.read_text(encoding="utf-8")))
    assert [(words, wrong) for words in shown if (wrong := complaint(words))] == []


def test_a_command_line_that_does_not_exist_is_told() -> None:
    text = """```bash
cat x | recording-toolkit check - --no-such > y # why
    recording-toolkit chek
```

Text: `recording-toolkit check`, `recording-toolkit mock --lst`.
"""
    found = list(lines_shown(text))
    assert found == [["check", "-", "--no-such"], ["chek"], ["mock", "--lst"]]
    assert all(complaint(words) for words in found)
    assert complaint(["check", "nowhere/", "--var-file", "nothing.tfvars"]) is None


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not re.search(r"^WARNING", done.stderr, re.MULTILINE), done.stderr
    assert (tmp_path / "site" / "causes" / "scope.missing" / "index.html").is_file()
    # Opening the site sends no request to another host.
    for name in ("index.html", "formats/index.html"):
        html = (tmp_path / "site" / name).read_text(encoding="utf-8")
        assert re.findall(r'(?:src|rel="stylesheet" href)="(https?://[^"]+)', html) == []


def test_every_status_of_an_interrupted_run_is_told() -> None:
    told = (DOCS / "exit-status.md").read_text(encoding="utf-8").partition("## By command")[2]
    items = [item for item in told.split("\n- ") if "interrupted" in item]
    assert [item.split("**")[1] for item in items] == ["probe", "apply"]
    for item in items:
        assert {"130", "143", "129"} <= set(re.findall(r"\d+", item)), item
