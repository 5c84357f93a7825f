"""The functions that encode and decode text, against Terraform."""

from __future__ import annotations

import gzip
import zlib
from base64 import b64encode

import pytest

from tests.proof.arguments.encodings import DRAWN, hcl
from tests.sources.hcl.functions.literals import differences, drawn_calls
from tests.sources.hcl.terraform_values import truths
from toolkit.model.values import HOLE
from toolkit.sources.hcl.functions import library
from toolkit.sources.hcl.functions.charsets import CODECS
from toolkit.sources.hcl.functions.signature import call
from toolkit.sources.hcl.values import (
    DEFERRED,
    DYNAMIC,
    NUMBER,
    SENSITIVE,
    STRING,
    EvaluationError,
    Marked,
    ObjectVal,
    Reason,
    Symbol,
    SymbolText,
    TupleVal,
    UnknownVal,
    Value,
    doubts,
)
from toolkit.sources.hcl.values.budget import OverBudget

_REASON = Reason("var.x", "a value")
_ID = Symbol("a_role.x", "a_role", _REASON, is_data=False)
_OTHER = Symbol("a_role.y", "a_role", _REASON, is_data=False)
#: Terraform lacks these functions; for some encodings Python's tables differ.
_OF_OPENTOFU = frozenset(("base64gunzip", "urldecode"))
_OF_CODECS = ("textdecodebase64", "textencodebase64")
_JSON = (
    r'{"e\u0301": 1}', r'{"é": 1}', r'"\ud83d\ude00\ud83d"', "1]x", "1}", "1 1", "01", "-", "",
    "\xa01", "NaN", "[1,]", "123456789" * 30, "1e-400", "[" * 90 + "]" * 90,
    '{"a": 1, "a": "x"}', '{"a": "x", "a": 1}', '{"a": "1p4", "a": 1}', '{"a": 1, "a": null}',
    '{"a": [1], "a": [1, 2]}', '{"a": {"b": true}, "a": {"b": "x", "c": 1}}',
    '{"a": {}, "a": [1]}', '{"a": {"x": "q", "x": 1}, "a": {"x": "s"}}',
    '{"a": {"x": true, "x": "5"}, "a": {"x": 7}}',
)  # fmt: skip
_EDGES = [
    ("jsonencode", '">\\u0301"'),
    ("jsonencode", '["\\u0008\\u000c\\u2028\\u2029"]'),
    ("jsonencode", "[-0.0, 1/3, 1e24]"),
    ("jsonencode", "1/0"),
    *(("jsondecode", hcl(text)) for text in _JSON),
]


@pytest.mark.terraform
def test_drawn_calls_come_to_what_terraform_makes_of_them() -> None:
    drawn = {name: draw for name, draw in DRAWN.items() if name not in _OF_OPENTOFU}
    assert differences([*drawn_calls(drawn, 300), *_EDGES], unknowns=_OF_CODECS) == []


@pytest.mark.terraform
def test_every_name_of_an_encoding_is_one_of_terraforms() -> None:
    asked = ", ".join(f'textencodebase64("A", {hcl(name.upper())})' for name in CODECS)
    (told,) = truths([f"[{asked}]"])
    ours = [_called("textencodebase64", "A", name) for name in CODECS]
    known = [(one, other) for one, other in zip(ours, told.value, strict=True) if type(one) is str]
    assert len(known) > 200
    assert [pair for pair in known if pair[0] != pair[1]] == []


@pytest.mark.parametrize("name", _OF_CODECS)
def test_an_encoding_of_which_python_has_another_table_is_unknown(name: str) -> None:
    before = doubts.count
    assert isinstance(_called(name, "YWJj", "Big5"), UnknownVal)
    assert doubts.count > before


# Ids that are known after apply


def test_an_id_passes_through_json_and_back() -> None:
    value = ObjectVal({"a": _ID, "b": TupleVal([SymbolText(['x"', _OTHER, "\n"]), 1])})
    encoded = _called("jsonencode", value)
    assert encoded == SymbolText(['{"a":"', _ID, '","b":["x\\"', _OTHER, '\\n",1]}'])
    # The combining accent after an escape joins the escape's last letter.
    assert _called("jsonencode", SymbolText([_ID, ">\u0301"])) == SymbolText(['"', _ID, '\\u003é"'])
    decoded = _called("jsondecode", encoded)
    assert isinstance(decoded, ObjectVal)
    assert decoded.items["a"] == _ID
    items = decoded.items["b"]
    assert isinstance(items, TupleVal)
    assert list(items.items) == [SymbolText(['x"', _OTHER, "\n"]), 1]


@pytest.mark.parametrize(
    "parts",
    [
        [_ID],
        ["[", _ID, "]"],
        ['{"', _ID, '": 1}'],
        ['"\\', _ID, '"'],
        ['"\\u', _ID, '"'],
        ['"', _ID, '\\u0301"'],
        ['"', _ID, '\\ud800"'],
        ["1", _ID],
        ['{"a": "', _ID, '", "a": 1}'],
    ],
)
def test_json_in_which_the_characters_of_an_id_matter_is_unknown(
    parts: list[str | Symbol],
) -> None:
    before = doubts.count
    result = _called("jsondecode", SymbolText(parts))
    assert isinstance(result, UnknownVal)
    assert result.type == DYNAMIC
    assert doubts.count > before


def test_what_json_says_beside_an_id_is_known_after_apply() -> None:
    length = _called("jsondecode", SymbolText(['["', _ID, '"]']))
    assert isinstance(length, TupleVal)
    repeated = _called("jsondecode", SymbolText(['{"a": "', _ID, '", "a": "x"}']))
    assert isinstance(repeated, Marked)
    assert repeated.marks == {DEFERRED}


def test_the_marks_of_parts_are_those_of_the_json() -> None:
    value = TupleVal([Marked("a", frozenset({SENSITIVE})), 1])
    result = _called("jsonencode", value)
    assert isinstance(result, Marked)
    assert result.value == '["a",1]'
    assert result.marks == {SENSITIVE}


def test_the_json_of_something_unknown_is_known_around_it() -> None:
    before = doubts.count
    value = ObjectVal({"a": UnknownVal(STRING, [_REASON], not_null=True), "b": "<"})
    result = _called("jsonencode", value)
    assert isinstance(result, UnknownVal)
    assert result.template == f'{{"a":"{HOLE}","b":"\\u003c"}}'
    assert doubts.count == before
    # An unknown number may be infinite, which JSON cannot represent.
    _called("jsonencode", TupleVal([UnknownVal(NUMBER, [_REASON])]))
    assert doubts.count > before


# Values that are too large


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("jsondecode", "[" * 10_000),
        ("jsondecode", "[" * 200 + "]" * 200),
        ("jsondecode", "[0" + ",0" * 1_000_000 + "]"),
        ("jsondecode", "1e999999999"),
        ("csvdecode", "a" + "\n" * 1_000_000),
        ("base64gunzip", b64encode(gzip.compress(bytes(1 << 25), mtime=0)).decode()),
    ],
)
def test_a_text_that_nobody_means_is_over_budget(name: str, text: str) -> None:
    with pytest.raises(OverBudget):
        _called(name, text)


def test_json_that_repeats_a_part_of_it_too_often_is_over_budget() -> None:
    value: Value = "x" * 1000
    for _ in range(16):
        value = TupleVal([value, value])
    with pytest.raises(OverBudget):
        _called("jsonencode", value)


# OpenTofu's functions


@pytest.mark.parametrize("text", ["", "a", "é\n", "x" * 100_000])
def test_base64gunzip_undoes_gzip(text: str) -> None:
    assert (
        _called("base64gunzip", b64encode(gzip.compress(text.encode(), mtime=0)).decode()) == text
    )


def test_base64gunzip_reads_members_one_behind_the_other() -> None:
    data = gzip.compress(b"a", mtime=0) + gzip.compress(b"", mtime=0) + gzip.compress(b"b", mtime=0)
    assert _called("base64gunzip", b64encode(data).decode()) == "ab"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a",
        gzip.compress(b"a", mtime=0)[:-1],
        gzip.compress(b"a", mtime=0) + b"x",
        zlib.compress(b"a"),
    ],
)
def test_base64gunzip_refuses_what_is_not_gzip(data: bytes) -> None:
    with pytest.raises(EvaluationError):
        _called("base64gunzip", b64encode(data).decode())


@pytest.mark.parametrize("name", ["base64gunzip", "urldecode"])
def test_bytes_that_are_not_utf_8_are_unknown(name: str) -> None:
    text = b64encode(gzip.compress(b"\xff", mtime=0)).decode() if name == "base64gunzip" else "%FF"
    assert isinstance(_called(name, text), UnknownVal)


def test_urldecode_undoes_urlencode() -> None:
    text = "a b+c/?&=é~-_.!*'()\x00😀%"
    encoded = _called("urlencode", text)
    assert _called("urldecode", encoded) == text
    assert _called("urldecode", "%65%CC%81") == "é"


@pytest.mark.parametrize("text", ["%", "%4", "%zz", "a%"])
def test_urldecode_refuses_a_broken_escape(text: str) -> None:
    with pytest.raises(EvaluationError):
        _called("urldecode", text)


def _called(name: str, *values: Value) -> Value:
    function = library.find(name)
    assert function is not None
    return call(function, values, files=None, has=bool)  # type: ignore[arg-type]
