"""The bar for whoever watches: it goes as far as is told, and leaves the line when it ends."""

from __future__ import annotations

import io
from contextlib import redirect_stderr

from toolkit.cli.progress import reading


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(*steps: tuple[int, int]) -> str:
    """What a terminal gets for these steps of how many are done, of how many."""
    with redirect_stderr(Terminal()) as terminal:
        show = reading()
        assert show is not None
        for done, total in steps:
            show(done, total)
    return terminal.getvalue()


def test_pages_of_an_org_come_with_many_at_once() -> None:
    text = shown((100, 340), (200, 350), (349, 350), (350, 350))
    assert "57%" in text
    assert text.rpartition("\r")[2].count("100%") == 1
    assert (text.count("\n"), text.endswith("\n")) == (1, True)


def test_what_ends_too_early_leaves_the_line_as_well() -> None:
    assert "\n" not in shown((100, 350))
    assert shown((100, 350), (100, 100)).endswith("\n")


def test_a_few_are_read_before_a_bar_could_be_looked_at() -> None:
    assert shown((1, 5), (5, 5)) == ""


def test_nobody_watches() -> None:
    with redirect_stderr(io.StringIO()):
        assert reading() is None
