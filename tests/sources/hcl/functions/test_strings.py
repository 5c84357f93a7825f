"""The functions of strings, against Terraform."""

from __future__ import annotations

from unicodedata import is_normalized

import pytest

from tests.proof.arguments.strings import DRAWN, quoted
from tests.sources.hcl.functions.literals import differences, drawn_calls
from tests.sources.hcl.terraform_values import truths
from toolkit.model.values import HOLE
from toolkit.sources.hcl.functions import library
from toolkit.sources.hcl.functions.graphemes import graphemes
from toolkit.sources.hcl.functions.signature import call
from toolkit.sources.hcl.values import (
    DEFERRED,
    STRING,
    EvaluationError,
    ListVal,
    Marked,
    Null,
    Reason,
    Symbol,
    SymbolText,
    TupleVal,
    UnknownVal,
    Value,
    doubts,
    list_of,
)
from toolkit.sources.hcl.values.budget import MOST_CHARACTERS, OverBudget

_REASON = Reason("var.x", "a value")
_ID = Symbol("a_role.x", "a_role", _REASON, is_data=False)
_OTHER = Symbol("a_role.y", "a_role", _REASON, is_data=False)
_UNKNOWN = UnknownVal(STRING, [_REASON])
#: Characters of every cluster class, and their neighbors in the tables.
_RANGES = (
    (0x20, 0x600), (0x600, 0x620), (0x890, 0x9D0), (0xCF0, 0xD60), (0xE30, 0xED0), (0x1030, 0x1200),
    (0x1E90, 0x1FF0), (0x2000, 0x2070), (0x20D0, 0x2400), (0x2600, 0x2760), (0xA640, 0xA7F0),
    (0xA960, 0xA980), (0xABF0, 0xAC20), (0xD790, 0xD7FF), (0xFF00, 0x10000), (0x10400, 0x10450),
    (0x11EF0, 0x11F50), (0x13430, 0x13460), (0x1E900, 0x1E950), (0x1F000, 0x1F300),
    (0x1F3F0, 0x1F410), (0x1F7D0, 0x1F860), (0xE0000, 0xE0090),
)  # fmt: skip
_CHARACTERS = [
    chr(code)
    for first, end in _RANGES
    for code in range(first, end)
    if is_normalized("NFC", chr(code))
]


def _called(name: str, *values: Value) -> Value:
    function = library.find(name)
    assert function is not None
    return call(function, values, files=None, has=bool)  # type: ignore[arg-type]


@pytest.mark.terraform
def test_drawn_calls_come_to_what_terraform_makes_of_them() -> None:
    assert differences(drawn_calls(DRAWN, 250)) == []


@pytest.mark.terraform
@pytest.mark.parametrize("name", ["lower", "upper", "title", "trimspace"])
def test_characters_change_as_in_go(name: str) -> None:
    written = ", ".join(map(quoted, _CHARACTERS))
    (told,) = truths([f"[for each in [{written}] : {name}(each)]"])
    pairs = zip(_CHARACTERS, told.value, strict=True)
    assert [each for each, changed in pairs if _called(name, each) != changed] == []


@pytest.mark.terraform
def test_characters_join_the_ones_around_them_as_in_terraform() -> None:
    around = [
        ("x", "x"),
        ("👩", "\u200d👩"),
        ("", "\u200d👩"),
        ("각", "\u11a8"),
        ("\u0600", "\ufe0f"),
    ]
    for before, after in around:
        written = ", ".join(map(quoted, _CHARACTERS))
        one, other = quoted(before)[1:-1], quoted(after)[1:-1]
        (told,) = truths([f'[for each in [{written}] : length("{one}${{each}}{other}")]'])
        for each, count in zip(_CHARACTERS, told.value, strict=True):
            text = f"{before}{each}{after}"
            if is_normalized("NFC", text):
                assert f"#{len(graphemes(text))}" == count, ascii(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("\r\n\n", ["\r\n", "\n"]),
        ("🇩🇪🇫", ["🇩🇪", "🇫"]),
        ("\u1100\u1161\u11a8\u1100", ["\u1100\u1161\u11a8", "\u1100"]),
        ("👩\u200d👧👧", ["👩\u200d👧", "👧"]),
        ("a\u200d👧", ["a\u200d", "👧"]),
        ("\ufffd\u0301", ["\ufffd", "\u0301"]),
    ],
)
def test_a_text_is_cut_between_characters_as_people_see_them(text: str, found: list[str]) -> None:
    assert graphemes(text) == found


# Unknown values


def test_an_id_passes_through_join_and_split() -> None:
    joined = _called("join", "/", TupleVal([_ID, "x", _OTHER]))
    assert joined == SymbolText([_ID, "/x/", _OTHER])
    parts = _called("split", "/", joined)
    assert isinstance(parts, ListVal)
    assert list(parts.items) == [_ID, "x", _OTHER]


def test_parts_without_an_id_are_known_later() -> None:
    result = _called("join", ",", TupleVal([_ID]))
    assert result == _ID
    empty = _called("join", _ID, TupleVal(["only"]))
    assert isinstance(empty, Marked)
    assert empty.value == "only"
    assert empty.marks == {DEFERRED}


@pytest.mark.parametrize("separator", ["-", "a", "F/", "", "0"])
def test_an_id_that_may_be_cut_is_unknown(separator: str) -> None:
    before = doubts.count
    result = _called("split", separator, SymbolText([_ID, "/x"]))
    assert isinstance(result, UnknownVal)
    assert result.type == list_of(STRING)
    assert doubts.count == before


def test_an_accent_behind_an_id_may_join_it() -> None:
    result = _called("join", "", TupleVal([_ID, "\u0301"]))
    assert isinstance(result, UnknownVal)
    assert _called("join", "", TupleVal([_ID, "e", "\u0301"])) == SymbolText([_ID, "é"])


def test_what_is_known_of_a_joined_string_is_kept() -> None:
    before = doubts.count
    result = _called("join", "-", TupleVal(["a", _UNKNOWN, _ID, "b"]))
    assert isinstance(result, UnknownVal)
    assert result.template == f"a-{HOLE}-{HOLE}-b"
    assert result.not_null
    # The unknown element may be null.
    assert doubts.count > before


def test_a_null_is_refused_beside_lists_that_are_unknown() -> None:
    unknown = UnknownVal(list_of(STRING), [_REASON])
    with pytest.raises(EvaluationError):
        _called("join", "-", unknown, ListVal([Null(STRING)], STRING))


@pytest.mark.parametrize(
    ("name", "arguments", "may_be_refused"),
    [
        ("upper", [UnknownVal(STRING, [_REASON], not_null=True)], False),
        # The unknown may be null, which no parameter here accepts.
        ("upper", [_UNKNOWN], True),
        ("trimprefix", ["a", _ID], False),
        ("substr", [_ID, 0, 2], True),
        ("indent", [2, _UNKNOWN], True),
        ("split", [",", _UNKNOWN], True),
        ("split", [",", UnknownVal(STRING, [_REASON], not_null=True)], False),
        ("join", [",", UnknownVal(list_of(STRING), [_REASON])], True),
    ],
)
def test_an_unknown_argument_makes_an_unknown_result(
    name: str, arguments: list[Value], may_be_refused: bool
) -> None:
    before = doubts.count
    assert isinstance(_called(name, *arguments), UnknownVal)
    assert (doubts.count > before) is may_be_refused


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("indent", [MOST_CHARACTERS, "a\nb"]),
        ("indent", [2**62, "a"]),
        ("indent", [1000, "\n" * 20_000]),
        ("join", ["x" * (1 << 20), TupleVal(["y"] * 20)]),
        ("split", ["", "x" * 600_000]),
    ],
)
def test_what_nobody_means_is_over_budget(name: str, arguments: list[Value]) -> None:
    with pytest.raises(OverBudget):
        _called(name, *arguments)
