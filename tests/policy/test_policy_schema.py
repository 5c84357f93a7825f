"""The JSON Schema accepts what the loader accepts, and refuses what it can check."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from toolkit.checks.registry import BUILT_INS
from toolkit.documents import read_document
from toolkit.policy.document import json_schema
from toolkit.policy.loader import load_policy, shipped_policies

SCHEMA = json_schema()
BUILT_IN_IDS = [check.id for check in BUILT_INS]
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
RULE: dict[str, Any] = {"id": "A", "title": "T", "forbid": {"scopes": ["users"]}}


def policy(**changes: Any) -> dict[str, Any]:
    return {"version": 1, "name": "p", "rules": [RULE], **changes}


def rule(**parts: Any) -> dict[str, Any]:
    return policy(rules=[{"id": "A", "title": "T", **parts}])


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", sorted(shipped_policies()))
def test_it_takes_the_shipped_policies(name: str) -> None:
    VALIDATOR.validate(load_policy(name, checks=BUILT_IN_IDS).document.value)


def test_it_takes_a_policy_with_everything() -> None:
    text = b"""
version: 1
name: p
description: d
contracts: []
rules:
  - id: A
    title: T
    severity: note
    clients: {name: ["*"], address: ["a.b[0]"], grant_type: [CODE]}
    must_match: false
    unknown: report
    require:
      scopes: {all_of: [a], any_of: []}
      permissions: {all_of: ["a:b:c"], any_of: [admin], division: home}
    why: w
    fix: f
  - {id: B, title: T, forbid: {scopes: ["a*"], permissions: ["a:*:c", "content_management_user"]}}
  - id: C
    title: T
    settings:
      state: {equals: null, one_of: [active], matches: a}
      access_token_validity_seconds: {at_most: 1, at_least: 0.5}
      scopes: {each_matches: a}
checks: {x: off, y: {severity: error}}
waivers: [{rule: A, address: a, reason: r, expires: 2027-03-31}]
inline_waivers: allow
roles: [{name: R, permissions: ["*:*:*"]}, {id: x, permissions: []}]
"""
    VALIDATOR.validate(read_document(text, "p").value)


REFUSED: list[dict[str, Any]] = [
    {"version": 1, "name": "p"},
    {"name": "p", "rules": [RULE]},
    policy(version=2),
    policy(version="1"),
    policy(rules=[]),
    policy(rule=[]),
    policy(checks={"x": "on"}),
    policy(checks={"x": {}}),
    policy(inline_waivers="yes"),
    policy(roles=[{"permissions": []}]),
    policy(roles=[{"name": "R", "permissions": ["x"]}]),
    policy(waivers=[{"rule": "A", "address": "a", "expires": "2027-03-31"}]),
    policy(waivers=[{"rule": "A", "address": "a", "reason": "r", "expires": "31.3.2027"}]),
    policy(rules=[{**RULE, "id": "1"}]),
    policy(rules=[{**RULE, "severity": "fatal"}]),
    policy(rules=[{**RULE, "clients": {"name": []}}]),
    policy(rules=[{**RULE, "clients": {"name": [""]}}]),
    policy(rules=[{**RULE, "clients": {"grant_type": ["code"]}}]),
    policy(rules=[{**RULE, "require": {"scopes": {"all_of": ["a"]}}}]),
    policy(rules=[{**RULE, "require": None}]),
    rule(),
    rule(requires={}),
    rule(require=None),
    rule(require={}),
    rule(require={"scopes": {"all_of": ["*"]}}),
    rule(require={"scopes": {"all_of": "a"}}),
    rule(require={"permissions": {"all_of": ["a:*:c"]}}),
    rule(require={"permissions": {"any_of": ["a:b"]}}),
    rule(forbid={}),
    rule(forbid={"scopes": ["a b"]}),
    rule(forbid={"permissions": ["a:b*:c"]}),
    rule(settings={}),
    rule(settings={"state": {}}),
    rule(settings={"sate": {"equals": "active"}}),
    rule(settings={"state": {"equal": "active"}}),
    rule(settings={"state": {"one_of": []}}),
    rule(settings={"access_token_validity_seconds": {"at_most": "1"}}),
]


def test_the_base_of_the_refused_ones_is_taken() -> None:
    VALIDATOR.validate(policy())


@pytest.mark.parametrize("document", REFUSED)
def test_it_refuses(document: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(document)


def test_every_field_and_every_mapping_is_described() -> None:
    for name, definition in SCHEMA["$defs"].items():
        assert definition["description"], name
        assert definition["additionalProperties"] is False, name
        for key, field in definition["properties"].items():
            assert field.get("description"), f"{name}.{key}"
