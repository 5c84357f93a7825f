"""What the language check refuses, and that it accepts ordinary sentences."""

from __future__ import annotations

import pytest

from tests.language import complaints


@pytest.mark.parametrize(
    "text",
    [
        "Write it anew.",
        "a document that is none",
        "a document that\n    # is none",
        "It fails. Of a plan only the changes count.",
        "a client behind which a user logs in",
    ],
)
def test_a_turn_of_phrase_is_refused(text: str) -> None:
    assert len([*complaints(text)]) == 1


def test_where_it_stands_is_told() -> None:
    assert [*complaints("one\ntwo anew\n")] == [(2, "anew", "again")]


@pytest.mark.parametrize(
    "text",
    ["The file is not a plan.", "if text is None:", "the end of a plan", "renewed; the new one"],
)
def test_an_ordinary_sentence_is_fine(text: str) -> None:
    assert [*complaints(text)] == []
