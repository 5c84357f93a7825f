"""format() and formatlist(), against Terraform."""

from __future__ import annotations

import pytest

from tests.proof.arguments.formatting import DRAWN
from tests.sources.hcl.functions.literals import differences, drawn_calls
from tests.sources.hcl.terraform_values import truths
from toolkit.model.values import HOLE
from toolkit.sources.hcl.functions import library
from toolkit.sources.hcl.functions.signature import call
from toolkit.sources.hcl.values import (
    BOOL,
    DEFERRED,
    DYNAMIC,
    NULL,
    NUMBER,
    STRING,
    EvaluationError,
    ListVal,
    Marked,
    Null,
    ObjectVal,
    Reason,
    Symbol,
    SymbolText,
    TupleVal,
    Type,
    UnknownVal,
    Value,
    doubts,
    list_of,
    tuple_of,
)
from toolkit.sources.hcl.values.budget import MOST_CHARACTERS, OverBudget

_REASON = Reason("var.x", "a value")
_ID = Symbol("a_role.x", "a_role", _REASON, is_data=False)
_NUMBERS = (
    "0", "-0", "0.5", "1.5", "2.5", "-0.05", "9.9999995", "999999.5", "123456", "1234567", "1e5",
    "1e6", "1e20", "1e21", "1e22", "1e400", "1e-4", "1e-5", "1e-400", "1/3", "1/0", "-1/0",
    "18446744073709551615", "0.1", "8.41e21", "340282366920938463463374607431768211456",
)  # fmt: skip
_OF_NUMBERS = (
    "%v", "%20v|%-20v|%020v", "%#v", "%s", "%q", "%d", "%+d|% d|%08d|%-8d|%8.3d|%.0d",
    "%#x|%#o|%#b", "%e|%E", "%.0e|%.1e|%.20e|%+.3e", "%f", "%.0f|%.1f|%.20f|%+.3f|% f", "%g|%G",
    "%.0g|%.1g|%.3g|%.6g|%.30g", "%012.3f|%-12.3f|%-012.3f|%+012.3f|% 012g", "%.400g",
)  # fmt: skip
_EDGES = [
    *(("format", f'"{template}"' + f", {number}" * template.count("%"))
      for template in _OF_NUMBERS for number in _NUMBERS),
    *(("format", each) for each in (
        '"%"', '"a%"', '"%é"', '"%5%"', '"%%%s%%", "a"', '"%*d", 1, 2', '"%[0]s", "a"',
        '"%[1]5s", "a"', '"%5[1]s", "a"', '"%.2[1]s", "abc"', '"%[2]s%[1]s%s", "a", "b"',
        '"%[2]s", "a", "b"', '"%[1]s", "a", "b"', '"%[18446744073709551617]s", "a"',
        '"%[9223372036854775809]s", "a"', '"a", "b"', '"%s"', '"%y", 1', '"%.0s", "abc"',
        '"%.s", "abc"', '"%.2s", "日e\\u0301x"', '"%4s|%-4s|%04s", "é", "👩\\u200d👧", "日本"',
        '"%.18446744073709551617s", "abc"', '"%18446744073709551620s", "a"',
        '"%10000019d", 3', '"%.10000019f", 3.5', '"%10000019e", 1/0', '"%v", tostring(null)',
        '"%10v", tostring(null)', '"%s", tostring(null)', '"%t", "True"', '"%10t|", true',
        '"%s", [1]', '"%v", {b = null, a = [1, "<"]}', '"%q", "<\\u2028\\u0301>"',
        '"%s%s", "e", "\\u0301"',
    )),
    *(("formatlist", each) for each in (
        '"a"', '"%s", []', '"%y", []', '"%s", [], "x"', '"%s"', '"%s%s", ["a", "b"], ["c"]',
        '"%s%s", ["a", "b"], "c"', '"%s", [["a"]]', '"%v", [["a"], null]', '"%s", ["a", null]',
        '"%s%s", toset(["b", "a"]), [1, true]', '"%v", {a = 1}', '"%v", tolist(null)',
        '"%v%v", toset(null), ["a"]', '"%s", "a", "b"', '"%d", ["1", 2]',
    )),
]  # fmt: skip


def _called(name: str, *values: Value) -> Value:
    function = library.find(name)
    assert function is not None
    return call(function, values, files=None, has=bool)  # type: ignore[arg-type]


@pytest.mark.terraform
def test_drawn_calls_come_to_what_terraform_makes_of_them() -> None:
    assert differences(drawn_calls(DRAWN, 700)) == []


@pytest.mark.terraform
def test_edges_come_to_what_terraform_makes_of_them() -> None:
    assert differences(_EDGES) == []


@pytest.mark.terraform
def test_a_null_without_a_type_makes_an_unknown_value_as_in_terraform() -> None:
    calls = ['format("%v", null)', 'formatlist("%s", null, ["a"])', 'length(format("%y", null))']
    assert [truth.value for truth in truths(calls)] == [None, None, None]
    for name, arguments in (("format", ["%v", NULL]), ("formatlist", ["%v", NULL, TupleVal([])])):
        result = _called(name, *arguments)  # type: ignore[arg-type]
        assert isinstance(result, UnknownVal)
        assert result.type is DYNAMIC
        assert result.reasons


# Unknown values


@pytest.mark.parametrize("template", ["%s/x", "%v/x", "%-s/x", "%[1]v/x"])
def test_an_id_passes_through(template: str) -> None:
    assert _called("format", template, _ID) == SymbolText([_ID, "/x"])


def test_an_id_passes_through_json() -> None:
    assert _called("format", "%q", _ID) == SymbolText(['"', _ID, '"'])
    assert _called("format", "%v", TupleVal([_ID])) == SymbolText(['["', _ID, '"]'])


def test_an_id_passes_through_a_list() -> None:
    result = _called("formatlist", "%s:%s", TupleVal([_ID, "a"]), "b")
    assert isinstance(result, ListVal)
    assert list(result.items) == [SymbolText([_ID, ":b"]), "a:b"]


@pytest.mark.parametrize("template", ["%40s", "%.3s", "%2v", "%-5q"])
def test_an_id_that_is_cut_or_padded_is_unknown(template: str) -> None:
    before = doubts.count
    assert isinstance(_called("format", template, _ID), UnknownVal)
    assert doubts.count == before


@pytest.mark.parametrize("template", ["%d", "%t", "%g"])
def test_an_id_is_neither_a_number_nor_a_bool(template: str) -> None:
    with pytest.raises(EvaluationError):
        _called("format", template, _ID)


def _unknown(kind: Type, not_null: bool = True) -> UnknownVal:
    return UnknownVal(kind, [_REASON], not_null=not_null)


@pytest.mark.parametrize(
    ("template", "value", "may_be_refused"),
    [
        ("%s", _unknown(STRING), False),
        ("%s", _unknown(STRING, not_null=False), True),
        ("%v", _unknown(STRING, not_null=False), False),
        ("%s", _unknown(NUMBER), False),
        ("%e", _unknown(NUMBER), False),
        ("%d", _unknown(NUMBER), True),
        ("%t", _unknown(BOOL), False),
        ("%t", _unknown(STRING), True),
        ("%d", _unknown(STRING), True),
        ("%5s", _unknown(STRING), False),
        ("%v", TupleVal([_unknown(STRING)]), False),
        ("%v", _unknown(DYNAMIC), True),
    ],
)
def test_an_unknown_value_makes_an_unknown_string(
    template: str, value: Value, may_be_refused: bool
) -> None:
    before = doubts.count
    assert isinstance(_called("format", template, value), UnknownVal)
    assert (doubts.count > before) is may_be_refused


def test_what_is_known_of_a_string_is_kept() -> None:
    result = _called("format", "a-%s-%d", _unknown(STRING), 5)
    assert isinstance(result, UnknownVal)
    assert result.template == f"a-{HOLE}-5"


def test_an_unknown_template_may_be_refused() -> None:
    for name in ("format", "formatlist"):
        before = doubts.count
        assert isinstance(_called(name, _unknown(STRING), "a"), UnknownVal)
        assert doubts.count > before


@pytest.mark.parametrize(
    ("template", "value"),
    [("%d", _unknown(BOOL)), ("%s", _unknown(list_of(STRING))), ("%s %s", _unknown(STRING))],
)
def test_what_no_value_is_fit_for_is_refused(template: str, value: Value) -> None:
    with pytest.raises(EvaluationError):
        _called("format", template, value)


def test_an_unknown_list_keeps_the_strings_that_it_surely_makes() -> None:
    some = UnknownVal(list_of(STRING), [_REASON], sure=["a", "b"])
    result = _called("formatlist", "%s.%s", "x", some)
    assert isinstance(result, UnknownVal)
    assert list(result.sure) == ["x.a", "x.b"]
    assert not result.complete


def test_an_unknown_member_leaves_the_others_known() -> None:
    result = _called("formatlist", "<%s>", TupleVal(["a", _unknown(STRING)]))
    assert isinstance(result, ListVal)
    assert result.items[0] == "<a>"
    assert isinstance(result.items[1], UnknownVal)


def test_lists_of_two_lengths_are_refused_whatever_is_unknown() -> None:
    pair = UnknownVal(tuple_of([STRING, STRING]), [_REASON], not_null=True)
    with pytest.raises(EvaluationError):
        _called("formatlist", "%s%s%s", TupleVal(["a"]), ListVal(["a", "b"], STRING), pair)


def test_what_does_not_depend_on_an_id_is_known_after_apply() -> None:
    result = _called("format", "%[2]s", TupleVal([_ID]), "a")
    assert isinstance(result, Marked)
    assert result.value == "a"
    assert result.marks == {DEFERRED}


def test_a_null_inside_is_formatted() -> None:
    assert _called("format", "%v", ObjectVal({"a": Null(STRING)})) == '{"a":null}'


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("format", [f"%{MOST_CHARACTERS + 1}s", "a"]),
        ("format", ["%99999999999999999999s", "a"]),
        ("format", ["%10000009d%10000009d", 1, 2]),
        ("formatlist", ["%10000s", TupleVal(["a"] * 2000)]),
    ],
)
def test_what_nobody_means_is_over_budget(name: str, arguments: list[Value]) -> None:
    with pytest.raises(OverBudget):
        _called(name, *arguments)
