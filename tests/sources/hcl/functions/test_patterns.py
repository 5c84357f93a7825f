"""The functions of regular expressions, against Terraform."""

from __future__ import annotations

import time

import pytest

from tests.proof.arguments.patterns import DRAWN
from tests.proof.arguments.strings import quoted
from tests.sources.hcl.functions.literals import differences, drawn_calls
from toolkit.sources.hcl.functions import library
from toolkit.sources.hcl.functions.signature import call
from toolkit.sources.hcl.values import (
    DYNAMIC,
    STRING,
    EvaluationError,
    Reason,
    Symbol,
    Type,
    UnknownVal,
    Value,
    doubts,
    list_of,
    object_of,
    tuple_of,
)
from toolkit.sources.hcl.values.budget import MOST_CHARACTERS, OverBudget

_REASON = Reason("var.x", "a value")
_UNKNOWN = UnknownVal(STRING, [_REASON])
_ID = Symbol("a_role.x", "a_role", _REASON, is_data=False)

#: Patterns from Go's own syntax tests, on which RE2 may differ.
_PATTERNS = (
    "a*", "(a*)*", "(a*)+", "(|a)*", "(|a)+", "(a|b)*?c?", "(?:(a)|b)*", "(a)|(b)", "((a)|b)+",
    "(?i)k", "(?i)[k-l]", "(?i)\u017f", r"\B", r"\b", "(?m)^", "(?m)$", "(?s).", ".", "^", "$", "",
    r"\z", r"a\z|b", "(?U)a+", "(?U)a+?", "[^a]", r"[[:^ascii:]]", r"\pL\PL", r"\p{Han}+",
    r"\Q[\E]", r"a\Q\E*", r"(?P<n>a)(?P<n>b)?", r"(?<n>a)|(?P<n>b)", "(?P<n>a)(b)", "(?P<é>a)",
    r"\C", r"[\C]", r"\\C", r"\Q\C\E", r"(?i)\Qab\E", r"[\\C]", "a{1000}", "a{1001}", "a{,1}",
    "a{01}", "a{99999999999}", r"a\{99999999999}", "[{99999999999}]", "(?:(?:a{10}){10}){10}",
    "(?:(?:a{10}){10}){11}", "(?:a{0}){5}", "(?:){1000}", "a**", "a*?", "a*+", "^*", r"\b+",
    "(?i)*", "x(?i)*", "|", "||", "(|)", "a||b", "(?:a|)", "[a", "[]", "[^]", "[]a]", "[a-]",
    r"[\d-z]", "[z-a]", "a(?#b)", "(?=a)", "(?<=a)", r"\1", r"\pX", r"\p{Klingon}", r"\x{110000}",
    r"\8", r"\_", "(?)", "(?-)", "(?i-)", "(?i-s:a)", "(?x)a", "\\",
)  # fmt: skip
_TEXTS = ("", "baac", "abba", "kK\u212a\u017fS", "日本a\n本", "é\u0301 b", "\\C[a]")
_REPLACEMENTS = ("<$0>", "$1$2", "${n}$n", "$1x", "${1}x", "$$1", "$", "${", "$é", "$01", "${n")


def _called(name: str, *values: Value) -> Value:
    function = library.find(name)
    assert function is not None
    return call(function, values, files=None, has=bool)  # type: ignore[arg-type]


@pytest.mark.terraform
def test_drawn_calls_come_to_what_terraform_makes_of_them() -> None:
    assert differences(drawn_calls(DRAWN, 400)) == []


@pytest.mark.terraform
def test_patterns_find_what_they_find_in_go() -> None:
    calls = [
        ("regexall", f"{quoted(pattern)}, {quoted(text)}")
        for pattern in _PATTERNS
        for text in _TEXTS
    ]
    assert differences(calls) == []


@pytest.mark.terraform
def test_replacements_expand_as_in_go() -> None:
    calls = [
        ("replace", f"{quoted(text)}, {quoted(f'/{pattern}/')}, {quoted(new)}")
        for pattern in (*_PATTERNS[:16], "(?P<n>a)(?P<n>b)?", "(?<n>a)|(?P<n>b)", "(?P<01>a)")
        for text in _TEXTS[1:4]
        for new in _REPLACEMENTS
    ]
    assert differences(calls) == []


# Unknown values


@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        ("a", STRING),
        ("(a)(b)", tuple_of([STRING, STRING])),
        ("(?P<n>a)(?P<m>b)", object_of({"n": STRING, "m": STRING})),
        (_UNKNOWN, DYNAMIC),
    ],
)
def test_the_pattern_tells_the_type_of_an_unknown_match(pattern: Value, kind: Type) -> None:
    before = doubts.count
    result = _called("regex", pattern, _UNKNOWN)
    assert isinstance(result, UnknownVal)
    assert result.type == kind
    assert doubts.count > before
    results = _called("regexall", pattern, _ID)
    assert isinstance(results, UnknownVal)
    assert results.type == list_of(kind)


@pytest.mark.parametrize("pattern", ["(", "(a)(?P<n>b)"])
def test_a_wrong_pattern_is_refused_for_an_unknown_text(pattern: str) -> None:
    with pytest.raises(EvaluationError):
        _called("regexall", pattern, _UNKNOWN)


def test_replacing_in_an_id_is_unknown() -> None:
    assert isinstance(_called("replace", _ID, "a", "b"), UnknownVal)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\p{Han}", "\u2ffc"),
        (r"(?i)\x{fb05}", "\ufb06"),
        ("a" * 10_001, "a"),
        ("(" * 201 + ")" * 201, "a"),
        ("(?:abcdefgh){1000}" * 150, "a"),
        (r"\pL{1000}", "a"),
        ("", "x" * 600_000),
    ],
)
def test_what_go_and_re2_may_tell_differently_is_over_budget(pattern: str, text: str) -> None:
    with pytest.raises(OverBudget):
        _called("regexall", pattern, text)


@pytest.mark.parametrize(
    ("part", "replacement"), [("a", "x" * 100), ("/a/", "x" * 100), ("/(a+)/", "$1$1$1")]
)
def test_a_long_replacement_is_over_budget(part: str, replacement: str) -> None:
    with pytest.raises(OverBudget):
        _called("replace", "a" * (MOST_CHARACTERS // 2), part, replacement)


def test_many_matches_of_a_long_text_take_no_time() -> None:
    started = time.monotonic()
    found = _called("regexall", "(a)|b", "ab" * 5_000)
    replaced = _called("replace", "ab" * 5_000, "/b/", "c")
    assert time.monotonic() - started < 2
    assert replaced == "ac" * 5_000
    assert len(getattr(found, "items", ())) == 10_000
