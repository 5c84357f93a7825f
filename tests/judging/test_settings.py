from __future__ import annotations

from typing import Any

import pytest

from toolkit.judging.settings import judging
from toolkit.model.clients import Location
from toolkit.model.findings import SettingOutcome, Verdict
from toolkit.model.values import AttributeValue, Redacted, ValueSet
from toolkit.policy.document import Setting

from .build import GRANT_TYPE, NAME, SCOPES, client, set_to, unknown

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN
VAR = unknown("var.x")
URIS = ValueSet(("https://a", "https://b"))
OPEN = ValueSet(("https://a",), (VAR,))
MIXED = ValueSet(("http://a",), (VAR,))


@pytest.mark.parametrize(
    ("value", "wanted", "verdict"),
    [
        ("x", {"equals": "x"}, PASS),
        ("x", {"equals": "X"}, FAIL),
        (600, {"equals": 600}, PASS),
        ("600", {"equals": 600}, PASS),
        ("600", {"equals": "600"}, PASS),
        (600, {"equals": "600"}, PASS),
        (600.0, {"equals": 600}, PASS),
        ("six", {"equals": 6}, FAIL),
        (True, {"equals": True}, PASS),
        ("true", {"equals": True}, PASS),
        (True, {"equals": False}, FAIL),
        (True, {"equals": 1}, FAIL),
        (1, {"equals": True}, FAIL),
        (None, {"equals": None}, PASS),
        (None, {"equals": ""}, FAIL),
        ("x", {"equals": None}, FAIL),
        (VAR, {"equals": "x"}, UNKNOWN),
        (VAR, {"equals": None}, UNKNOWN),
        (Redacted(), {"equals": "x"}, UNKNOWN),
        (Redacted(), {"equals": None}, FAIL),
        ("b", {"one_of": ("a", "b")}, PASS),
        ("c", {"one_of": ("a", "b")}, FAIL),
        ("2", {"one_of": (1, 2)}, PASS),
        (None, {"one_of": ("a",)}, FAIL),
        (VAR, {"one_of": ("a",)}, UNKNOWN),
        (600, {"at_most": 600}, PASS),
        (601, {"at_most": 600}, FAIL),
        ("600", {"at_most": 600}, PASS),
        (" 6e2 ", {"at_most": 600}, PASS),
        ("6_0_0", {"at_most": 600}, FAIL),
        ("inf", {"at_least": 1}, FAIL),
        ("many", {"at_most": 600}, FAIL),
        (True, {"at_most": 600}, FAIL),
        (None, {"at_most": 600}, FAIL),
        (VAR, {"at_most": 600}, UNKNOWN),
        (600, {"at_least": 600}, PASS),
        (599, {"at_least": 600}, FAIL),
        (599.5, {"at_least": 599.5}, PASS),
        (600, {"at_least": 300, "at_most": 900}, PASS),
        (100, {"at_least": 300, "at_most": 900}, FAIL),
        ("recorder", {"matches": "cord"}, PASS),
        ("recorder", {"matches": "^cord"}, FAIL),
        (600, {"matches": "^6"}, PASS),
        (None, {"matches": ".*"}, FAIL),
        (VAR, {"matches": ".*"}, UNKNOWN),
        (URIS, {"each_matches": "^https:"}, PASS),
        (ValueSet(("https://a", "http://b")), {"each_matches": "^https:"}, FAIL),
        (ValueSet(), {"each_matches": "^https:"}, PASS),
        (None, {"each_matches": "^https:"}, PASS),
        (OPEN, {"each_matches": "^https:"}, UNKNOWN),
        (MIXED, {"each_matches": "^https:"}, FAIL),
        (VAR, {"each_matches": "^https:"}, UNKNOWN),
        ("https://a", {"each_matches": "^https:"}, PASS),
        (URIS, {"equals": None}, FAIL),
        (ValueSet(), {"equals": None}, PASS),
        (ValueSet((), (VAR,)), {"equals": None}, UNKNOWN),
        # an operator that cannot judge lists
        (URIS, {"matches": "^https:"}, UNKNOWN),
        (URIS, {"equals": "https://a"}, UNKNOWN),
        # a violation decides, even if another operator is unknown
        (MIXED, {"each_matches": "^https:", "matches": "x"}, FAIL),
    ],
)
def test_operators(value: AttributeValue, wanted: dict[str, Any], verdict: Verdict) -> None:
    one = client(attributes={"description": value})
    assert set_to(one, description=Setting(**wanted)).verdict is verdict


@pytest.mark.parametrize(
    ("name", "wanted", "verdict"),
    [
        ("state", "active", PASS),
        ("state", "inactive", FAIL),
        ("access_token_validity_seconds", 86400, PASS),
        ("expose_client_secret", False, PASS),
        ("description", None, PASS),
    ],
)
@pytest.mark.parametrize("attributes", [{}, "null"])
def test_an_absent_attribute_has_the_providers_default(
    name: str, wanted: Any, verdict: Verdict, attributes: Any
) -> None:
    one = client(attributes={name: None} if attributes == "null" else {})
    outcome = set_to(one, **{name: Setting(equals=wanted)})
    assert outcome.verdict is verdict
    if name == "access_token_validity_seconds":
        assert outcome.setting == SettingOutcome(name, "86400", "86400 (the default)")


def test_true_and_one_are_told_apart_by_one_rule() -> None:
    judge = judging({"expose_client_secret": Setting(equals=True)})
    verdicts = [
        judge(client(attributes={"expose_client_secret": value})).verdict
        for value in (1, True, 1.0, "true")
    ]
    assert verdicts == [FAIL, PASS, FAIL, PASS]


@pytest.mark.parametrize("name", ["id", "client_id", "integration_credential_id"])
def test_what_the_provider_computes_is_not_absent(name: str) -> None:
    assert set_to(client(), **{name: Setting(equals=None)}).verdict is UNKNOWN
    assert set_to(client(attributes={name: "x"}), **{name: Setting(equals="x")}).verdict is PASS


def test_attributes_that_the_model_keeps_by_themselves() -> None:
    one = client("CODE", scopes=["a"], scopes_unknown=(SCOPES,), name="recorder")
    assert set_to(one, name=Setting(matches="^rec")).verdict is PASS
    assert set_to(one, authorized_grant_type=Setting(one_of=("TOKEN",))).verdict is FAIL
    assert set_to(one, scopes=Setting(each_matches="^a$")).verdict is UNKNOWN
    assert set_to(one, scopes=Setting(each_matches="^b$")).verdict is FAIL
    other = client(GRANT_TYPE, name=NAME)
    assert set_to(other, name=Setting(matches="x")).reasons == (NAME,)
    assert set_to(other, authorized_grant_type=Setting(equals="CODE")).reasons == (GRANT_TYPE,)


@pytest.mark.parametrize("value", [Redacted(), "hunter2"])
def test_a_secret_is_never_shown(value: AttributeValue) -> None:
    one = client(attributes={"client_secret": value})
    outcome = set_to(one, client_secret=Setting(equals=None))
    assert outcome.verdict is FAIL
    assert outcome.setting == SettingOutcome("client_secret", "not set", "(sensitive)")
    assert "hunter2" not in repr(outcome)


def test_a_failure_says_expected_and_actual_and_what_to_do() -> None:
    there = Location("main.tf", 4, 4)
    one = client(
        attributes={"access_token_validity_seconds": 172800},
        locations={"access_token_validity_seconds": there},
    )
    outcome = set_to(one, access_token_validity_seconds=Setting(at_most=86400, at_least=300))
    assert outcome.message == (
        "access_token_validity_seconds is 172800, not at most 86400 and at least 300."
    )
    assert outcome.fix == "Set access_token_validity_seconds to at most 86400 and at least 300."
    assert outcome.location == there


@pytest.mark.parametrize(
    ("value", "wanted", "expected", "actual"),
    [
        ("x", {"one_of": ("a", 1, True)}, 'one of "a", 1, true', '"x"'),
        (URIS, {"each_matches": "^h"}, 'a list of matches of "^h"', '["https://a", "https://b"]'),
        (
            OPEN,
            {"each_matches": "^h"},
            'a list of matches of "^h"',
            '["https://a", and more that is not known]',
        ),
        (None, {"matches": "x"}, 'a match of "x"', "not set"),
        (VAR, {"equals": None}, "not set", "not known (var.x)"),
        (False, {"equals": True}, "true", "false"),
    ],
)
def test_expected_and_actual_read_as_a_person_writes_them(
    value: AttributeValue, wanted: dict[str, Any], expected: str, actual: str
) -> None:
    outcome = set_to(client(attributes={"description": value}), description=Setting(**wanted))
    assert outcome.setting == SettingOutcome("description", expected, actual)


def test_several_settings_are_judged_together() -> None:
    one = client(attributes={"state": "inactive", "description": VAR, "expose_client_secret": True})
    wanted = {"state": Setting(equals="active"), "description": Setting(matches="x")}
    outcome = set_to(one, **wanted)
    assert outcome.verdict is FAIL
    assert outcome.setting == SettingOutcome("state", '"active"', '"inactive"')
    both = set_to(one, **wanted, expose_client_secret=Setting(equals=False))
    assert both.setting == SettingOutcome(
        "state, expose_client_secret", '"active"; false', '"inactive"; true'
    )
    assert both.fix == 'Set state to "active"; set expose_client_secret to false.'


def test_an_unknown_among_passes_is_unknown() -> None:
    one = client(attributes={"description": VAR})
    outcome = set_to(one, state=Setting(equals="active"), description=Setting(matches="x"))
    assert outcome.verdict is UNKNOWN
    assert outcome.reasons == (VAR,)
    assert outcome.message == (
        'Cannot tell whether description is a match of "x", since var.x is not known.'
    )


def test_no_settings_pass_nobody() -> None:
    assert set_to(client()).verdict is UNKNOWN
    assert set_to(client(), state=Setting()).verdict is UNKNOWN
