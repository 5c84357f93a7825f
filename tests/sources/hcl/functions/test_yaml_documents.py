"""The functions of YAML, against Terraform."""

from __future__ import annotations

import pytest

from tests.proof.arguments.encodings import hcl
from tests.proof.arguments.yaml_documents import DRAWN
from tests.sources.hcl.functions.literals import differences, drawn_calls, outcome
from tests.sources.hcl.terraform_values import Truth, truths
from toolkit.sources.hcl.functions import library
from toolkit.sources.hcl.functions.signature import call
from toolkit.sources.hcl.values import (
    NULL,
    STRING,
    Float,
    Reason,
    Symbol,
    TupleVal,
    UnknownVal,
    Value,
    doubts,
)
from toolkit.sources.hcl.values.budget import OverBudget

_ID = Symbol("a_role.x", "a_role", Reason("a_role.x.id", "an apply"), is_data=False)
#: Texts that a newer libyaml reads differently from Terraform.
_OF_OLD_RULES = (
    "[a?b]", "[a ?b]", "{a? b}", "[!!str, a]", '"a\\/b"', '"a\\\\/b"', "'a\\/b'",
    "%YAML 1.2\n--- a",
)  # fmt: skip
_YAML = (
    "2020-1-2T24:00:00Z", "2020-01-02T23:59:59+24:60", "2020-01-02T00:00:00+24:61",
    "2020-02-29", "2100-02-29", "0000-02-29", "2020-01-02   3:4:5", "2020-01-02T03:04:05z",
    "!!int -0x8000000000000000", "!!int -0x8000000000000001", "!!int +0xFFFFFFFFFFFFFFFF",
    "!!int 0B1", "!!int 1p4", ".5p1", "0x" + "F" * 17, "{.inf: 1}", "|\n .nan", "!!str |\n 1",
    "!!int |\n 1", "&a [&a 1, *a]", "[&a <<, *a]", "{<<: {a: 1}, a: 2, <<: {a: 3}}",
    "[" * 90 + "]" * 90,
)  # fmt: skip
_KEYS = ("k" * 127, "k" * 128, "k" * 129, "é" * 64, "é" * 65)
_EDGES = [
    *(("yamlencode", f'{{"{key}" = 1}}') for key in _KEYS),
    *(("yamldecode", hcl(text)) for text in _YAML),
]
_BOMB = "a: &a [x, x, x]\n" + "".join(
    f"{chr(98 + at)}: &{chr(98 + at)} [{', '.join([f'*{chr(97 + at)}'] * 9)}]\n" for at in range(9)
)


@pytest.mark.terraform
def test_drawn_calls_come_to_what_terraform_makes_of_them() -> None:
    assert differences([*drawn_calls(DRAWN, 600), *_EDGES], unknowns=["yamldecode"]) == []


@pytest.mark.terraform
def test_texts_come_to_what_an_older_parser_makes_of_them() -> None:
    told = truths([f"yamldecode({hcl(text)})" for text in _OF_OLD_RULES])
    ours = [outcome("yamldecode", hcl(text)) for text in _OF_OLD_RULES]
    assert [_unexplained(each) for each in ours] == [_unexplained(each) for each in told]


def _unexplained(outcome: Truth | UnknownVal) -> Truth:
    assert isinstance(outcome, Truth)
    return Truth(refused="") if outcome.refused else outcome


@pytest.mark.parametrize("text", ["[k:, a]", "a: 1\n\ufeffb: 2", "\ufeff\ufeffa"])
def test_a_text_that_the_parsers_read_differently_is_unknown(text: str) -> None:
    before = doubts.count
    assert isinstance(_called("yamldecode", text), UnknownVal)
    assert doubts.count > before


def test_a_text_in_a_block_has_the_type_of_a_string() -> None:
    decoded = _called("yamldecode", "- |-\n  0x1F\n- |\n- &a |-\n  yes\n- *a\n")
    assert isinstance(decoded, TupleVal)
    assert list(decoded.items) == ["31", NULL, "true", "true"]
    assert set(decoded.type.elements) == {STRING}


@pytest.mark.parametrize("text", [_BOMB, "[" * 500 + "]" * 500, "- " * 500 + "a", "1e999999999"])
def test_a_text_that_nobody_means_is_over_budget(text: str) -> None:
    with pytest.raises(OverBudget):
        _called("yamldecode", text)


def test_a_value_that_nobody_means_is_over_budget() -> None:
    value: Value = "x" * 1000
    for _ in range(16):
        value = TupleVal([value, value])
    with pytest.raises(OverBudget):
        _called("yamlencode", value)


def test_an_infinite_number_is_written_in_two_ways_and_so_is_unknown() -> None:
    assert isinstance(_called("yamlencode", Float(False, 1, None, 512)), UnknownVal)


def test_yaml_with_an_id_is_unknown() -> None:
    assert isinstance(_called("yamlencode", TupleVal([_ID])), UnknownVal)
    decoded = _called("yamldecode", _ID)
    assert isinstance(decoded, UnknownVal)
    assert not decoded.not_null


def _called(name: str, *values: Value) -> Value:
    function = library.find(name)
    assert function is not None
    return call(function, values, files=None, has=bool)  # type: ignore[arg-type]
