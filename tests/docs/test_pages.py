"""Every session in the documentation is run, and has the output in the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests.docs.pages import (
    ROOT,
    fences,
    matches,
    pages,
    problems,
    provisions,
    refreshed,
    serves,
    shown,
)
from tests.standin_provider.fixtures import standin_config

__all__ = ["standin_config"]

SHOWN = [
    page
    for page in (ROOT / "README.md", *pages())
    if "```console" in page.read_text(encoding="utf-8")
]

PAGE = """# A page

```text title="one.txt"
first
second
```

```console
$ cat one.txt
first
...
$ cat none.txt # exit 1
cat: none.txt: No such file or directory
$ export WORD=kept
```

Text between.

```console
$ echo $WORD 8080
kept 8080
$ echo \\
  joined
joined
```
"""


def test_a_page_that_is_right_has_no_problems() -> None:
    assert problems(PAGE, {}) == []
    assert refreshed(PAGE, {}) == PAGE


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("\nfirst\n...", "\nsecond\n..."), ("# exit 1", "# exit 2"), ("export WORD", "false WORD")],
)
def test_a_page_that_is_wrong_has_one(right: str, wrong: str) -> None:
    assert right in PAGE
    assert problems(PAGE.replace(right, wrong), {})


def test_what_changed_is_written_anew() -> None:
    assert refreshed(PAGE.replace("\nkept 8080", "\nold"), {}) == PAGE


def test_parts_of_an_output_may_be_left_out() -> None:
    assert matches("a\n...\nz", "a\nb\nc\nz\n")
    assert not matches("a\n...\nz", "a\nb\nc\n")
    assert not matches("a", "a\nb")


def marked(page: Path) -> ParameterSet:
    """Return the page, marked with what it starts."""
    text = page.read_text(encoding="utf-8")
    marks = [pytest.mark.terraform] * provisions(text) + [pytest.mark.server] * serves(text)
    return pytest.param(page, marks=marks, id=str(page.relative_to(ROOT)))


@pytest.mark.parametrize("page", [marked(page) for page in SHOWN])
def test_the_page_shows_what_happens(page: Path, request: pytest.FixtureRequest) -> None:
    text = page.read_text(encoding="utf-8")
    environ = {}
    if provisions(text):
        environ["TF_CLI_CONFIG_FILE"] = str(request.getfixturevalue("standin_config"))
    assert problems(text, environ) == []


def test_commands_are_found_in_a_session() -> None:
    (_, first, second) = fences(PAGE)
    assert [each.command for each in shown(first.body)] == [
        "cat one.txt",
        "cat none.txt",
        "export WORD=kept",
    ]
    assert shown(second.body)[1].command == "echo \\\n  joined"
