"""The page on the evaluator lists every function once, with its actual state."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from toolkit.sources.hcl.functions.library import find
from toolkit.sources.hcl.modules.language import LATER_FUNCTIONS, OPEN_FUNCTIONS

PAGE = Path(__file__).parents[2] / "docs" / "evaluation.md"
#: Evaluated before their arguments, or with access to the module around them.
SPECIAL = {"can", "convert", "templatefile", "templatestring", "try"}


def listed() -> dict[str, list[str]]:
    """Return the functions of each table, by the table's first heading."""
    text = PAGE.read_text("utf-8").partition("## Functions")[2].partition("## Terragrunt")[0]
    tables = re.findall(r"^\| (exact|in part|unknown) \|.*?(?=^$)", text, re.DOTALL | re.MULTILINE)
    parts = re.split(r"^\| (?:exact|in part|unknown) \|", text, flags=re.MULTILINE)[1:]
    return {
        name: re.findall(r"`([a-z0-9]+)`", part) for name, part in zip(tables, parts, strict=True)
    }


def test_no_function_stands_in_two_tables() -> None:
    counts = Counter(name for names in listed().values() for name in names)
    assert not [name for name, count in counts.items() if count > 1]


def test_what_is_unknown_is_what_the_table_of_the_language_leaves_open() -> None:
    assert set(listed()["unknown"]) == set(OPEN_FUNCTIONS)


def test_every_other_function_is_evaluated() -> None:
    tables = listed()
    missing = [n for n in tables["exact"] + tables["in part"] if not (find(n) or n in SPECIAL)]
    assert missing == []


@pytest.mark.terraform
def test_the_page_has_every_function_of_terraform() -> None:
    program = shutil.which("terraform")
    assert program is not None
    done = subprocess.run(
        [program, "metadata", "functions", "-json"], capture_output=True, check=True
    )
    signatures = json.loads(done.stdout)["function_signatures"]
    names = {name.removeprefix("core::") for name in signatures}
    assert names <= {name for each in listed().values() for name in each}


def test_the_page_has_the_functions_of_later_versions() -> None:
    assert set(LATER_FUNCTIONS) <= {name for each in listed().values() for name in each}
