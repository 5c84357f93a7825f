from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.judging.selectors import _globs_meet, select
from toolkit.model.clients import GRANT_TYPES
from toolkit.model.values import HOLE, glob_matches

from .build import COUNT, GRANT_TYPE, NAME, about, client, unknown


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        (about(), True),
        (about(name=["*record*"]), True),
        (about(name=["billing", "rec*"]), True),
        (about(name=["record"]), False),
        (about(address=["genesyscloud_oauth_client.*"]), True),
        (about(address=["module.*"]), False),
        (about(grant_type=["TOKEN", "CODE"]), True),
        (about(grant_type=["CLIENT-CREDENTIALS"]), False),
        # Every given key must match.
        (about(name=["*record*"], grant_type=["TOKEN"]), False),
        (about(name=["*record*"], grant_type=["CODE"], address=["*.c"]), True),
    ],
)
def test_known_values_decide(selector: object, matches: bool) -> None:
    assert select(selector, client()).matches is matches  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("keys", "matches", "references"),
    [
        # An unknown name never excludes a client, whichever part is known.
        ({"name": ["*record*"]}, None, ["var.name"]),
        ({"name": ["other-*"]}, None, ["var.name"]),
        # Whatever the unknown part is, the same * matches it.
        ({"name": ["billing-*"]}, True, []),
        ({"name": ["*"]}, True, []),
        ({"grant_type": ["CODE"]}, None, ["var.grant_type"]),
        ({"grant_type": list(GRANT_TYPES)}, True, []),
        ({"name": ["*record*"], "grant_type": ["CODE"]}, None, ["var.name", "var.grant_type"]),
        # A key that certainly does not match decides for all keys.
        ({"name": ["*record*"], "address": ["module.*"]}, False, []),
    ],
)
def test_what_is_not_known_leaves_it_open(
    keys: dict[str, list[str]], matches: bool | None, references: list[str]
) -> None:
    one = client(GRANT_TYPE, name=unknown("var.name", f"billing-{HOLE}"))
    selection = select(about(**keys), one)
    assert selection.matches is matches
    assert [reason.reference for reason in selection.reasons] == references


def test_both_spellings_of_saml_are_one_grant_type() -> None:
    assert select(about(grant_type=["SAML2-BEARER"]), client("SAML2BEARER")).matches is True
    assert select(about(grant_type=["SAML2BEARER"]), client("SAML2-BEARER")).matches is True


def test_a_misspelt_grant_type_is_not_left_out_in_silence() -> None:
    selection = select(about(grant_type=["CODE"]), client("code"))
    assert selection.matches is None
    assert '"code"' in selection.reasons[0].reference


def test_a_template_narrows_the_grant_types() -> None:
    saml = client(unknown("var.x", f"SAML2{HOLE}"))
    assert select(about(grant_type=["SAML2-BEARER"]), saml).matches is True
    assert select(about(grant_type=["CODE"]), saml).matches is None


@pytest.mark.parametrize(
    ("glob", "matches"),
    [
        ("*.c", True),
        ("*.c[0]", None),
        ("module.m[*].genesyscloud_oauth_client.c", None),
        ('module.m["a.b"].*', None),
        ("module.n.*", False),
        ("*.d", False),
        ("genesyscloud_oauth_client.*", False),
    ],
)
def test_the_address_of_a_block_stands_for_those_of_its_instances(
    glob: str, matches: bool | None
) -> None:
    one = client(address="module.m.genesyscloud_oauth_client.c", existence=COUNT)
    selection = select(about(address=[glob]), one)
    assert selection.matches is matches
    assert selection.reasons == ((COUNT,) if matches is None else ())


def test_an_open_selection_says_where_the_value_stands() -> None:
    one = client(name=NAME)
    assert select(about(name=["x"]), one).location == one.location


def words(alphabet: str, longest: int) -> list[str]:
    return ["".join(each) for size in range(longest + 1) for each in product(alphabet, repeat=size)]


def match(glob: str, texts: Iterable[str]) -> bool:
    pattern = re.compile(".*".join(map(re.escape, glob.split("*"))))
    return any(map(pattern.fullmatch, texts))


#: No hole needs more characters than the glob has.
FILLINGS = words("ab", 3)


@pytest.mark.parametrize(
    "template", [each for each in words("ab" + HOLE, 3) if each.count(HOLE) <= 2], ids=repr
)
def test_globs_meet_where_some_filling_of_the_holes_matches(template: str) -> None:
    texts = [""]
    for char in template:
        texts = [text + more for text in texts for more in (FILLINGS if char == HOLE else (char,))]
    globs = words("ab*", 3)
    assert [g for g in globs if _globs_meet(g, template)] == [g for g in globs if match(g, texts)]


@pytest.mark.parametrize("after", ["", "b"])
def test_globs_meet_with_an_index_and_without(after: str) -> None:
    texts = [f"a{index}{after}" for index in ("", *(f"[{key}]" for key in words("[]ab", 3)))]
    globs = words("[]ab*", 4)
    met = [g for g in globs if _globs_meet(g, f"a[{HOLE}]{after}", frozenset({4}))]
    assert met == [g for g in globs if match(g, texts)]


@given(st.text("ab*", max_size=8), st.text("ab", max_size=8))
def test_a_glob_is_what_its_regular_expression_would_be(glob: str, text: str) -> None:
    pattern = re.compile(".*".join(map(re.escape, glob.split("*"))))
    assert glob_matches(glob, text) is (pattern.fullmatch(text) is not None)


def test_many_stars_on_a_long_name_cost_no_more_than_one() -> None:
    # A regular expression would try every way to split the text between the stars.
    assert not glob_matches("*a" * 50 + "*b", "a" * 100_000)


@pytest.mark.parametrize(
    ("glob", "matches"),
    [
        (f"{'module.m[*].' * 40}*.c", None),
        (f"{'module.m.' * 39}module.m[0].*", None),
        ("x*", False),
    ],
)
def test_the_instances_of_a_deep_block_are_not_listed(glob: str, matches: bool | None) -> None:
    # Each of forty calls may have an index or none: 2 to the power of 40 addresses.
    deep = f"{'module.m.' * 40}genesyscloud_oauth_client.c"
    selection = select(about(address=[glob]), client(address=deep, existence=COUNT))
    assert selection.matches is matches
