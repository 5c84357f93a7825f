"""Generates policies: every key of the document, mostly valid, seldom usual."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import yaml

from tests.trust.making.chance import (
    DIVISIONS,
    GRANT_TYPES,
    LABELS,
    PERMISSIONS,
    SCOPES,
    Chance,
)
from toolkit.checks.registry import BUILT_INS
from toolkit.policy.attributes import ATTRIBUTES, OPERATORS

_CHECKS = tuple(check.id for check in BUILT_INS)
_CONTRACTS = ("recording-session", "call-recording", "recording-state")
_OPERATIONS = (
    "startRecordingSession", "getRecordingSession", "listRecordingSessions", "getUsersMe",
    "getConversationsCall", "patchConversationsCallParticipant", "getRoutingQueues",
)  # fmt: skip
_GLOBS = (
    "*", "*record*", "genesyscloud_oauth_client.*", "module.*.*", "*[0]", '*["a"]', "**", "a*b*c*d",
    "*" * 40, "crm", "é", "[a-z]",
)  # fmt: skip
_PATTERNS = (
    "^https://", "record", ".", "^$", r"\d{2,}", "(a|b)+$", "(?i)CODE", "(?=a)", r"\bactive\b",
    "[^a]", "(?P<n>x)(?P=n)?", "é", "^(?:.*)$", "(a+)?b", r"\Z",
)  # fmt: skip
_DAYS = ("2027-03-31", "2020-01-01", "9999-12-31", "0001-01-01", "2028-02-29")
_VALUES: dict[str, tuple[Any, ...]] = {
    "a text": ("CODE", "active", "", "recorder", "é\n", "x" * 300, "86400"),
    "a number": (0, 86400, -1, 0.5, 10**18, 1e300),
    "true or false": (True, False),
    "a set of texts": ("users",),
}


def policy(chance: Chance) -> bytes:
    return written(chance, _policy(chance))


def written(chance: Chance, document: Any) -> bytes:
    """Return the document as YAML; JSON is YAML too, and faster to write."""
    if chance.often(0.85):
        text = json.dumps(document, ensure_ascii=chance.often(), indent=chance.pick((None, 1)))
    else:
        flow = chance.pick((True, False, None))
        # A repeated object becomes an anchor with aliases.
        text = yaml.dump(
            document, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True,
            default_flow_style=flow, width=chance.pick((20, 80, 10_000)),
        )  # fmt: skip
    return text.encode("utf-8", "surrogatepass")


def _policy(chance: Chance) -> dict[str, Any]:
    rules = [_rule(chance, number) for number in range(chance.number(1, 5))]
    ids = [rule["id"] for rule in rules if isinstance(rule.get("id"), str)]
    return {
        "version": chance.odd(1),
        "name": chance.odd(chance.text("recording-session", "ours") or "p"),
        "rules": chance.odd(rules),
        **_needed_contracts(chance, rules),
        **chance.part(
            description=chance.text,
            checks=lambda: _checks(chance),
            waivers=lambda: chance.several(lambda: _waiver(chance, ids)),
            inline_waivers=lambda: chance.pick(("allow", "report-only")),
            roles=lambda: chance.several(lambda: _role(chance)),
        ),
    }


def _needed_contracts(chance: Chance, rules: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the thread's contract if its unpublished operations are used."""
    if any("RecordingSession" in json.dumps(rule.get("require")) for rule in rules):
        return {"contracts": chance.odd(["recording-session", *chance.some(_CONTRACTS, 1)])}
    return chance.part(contracts=lambda: chance.some(_CONTRACTS))


def _rule(chance: Chance, number: int) -> dict[str, Any]:
    kinds: dict[str, Callable[[], Any]] = {
        "require": lambda: _require(chance),
        "forbid": lambda: _forbid(chance),
        "settings": lambda: _settings(chance),
    }
    kind = chance.pick(tuple(kinds))
    return {
        "id": chance.odd(f"{chance.pick(('REC', 'a', 'x.y-z_'))}{number}"),
        "title": chance.odd(chance.text() or "t"),
        kind: chance.odd(kinds[kind]()),
        **chance.part(
            severity=lambda: chance.pick(("error", "warning", "note")),
            clients=lambda: chance.part(
                name=lambda: chance.some(_GLOBS, least=1),
                address=lambda: chance.some(_GLOBS, least=1),
                grant_type=lambda: chance.some(GRANT_TYPES, least=1),
            ),
            must_match=lambda: chance.pick((True, False, None)),
            unknown=lambda: chance.pick(("fail", "report")),
            why=lambda: chance.pick((None, chance.text())),
            fix=lambda: chance.pick((None, chance.text())),
        ),
    }


def _require(chance: Chance) -> dict[str, Any]:
    kinds: dict[str, Callable[[], Any]] = {
        "operations": lambda: chance.some(_OPERATIONS, least=1),
        "scopes": lambda: _group(chance, SCOPES),
        "permissions": lambda: (
            _group(chance, PERMISSIONS) | chance.part(division=lambda: chance.pick(DIVISIONS[:3]))
        ),
    }
    return {key: chance.odd(kinds[key]()) for key in chance.some(tuple(kinds), least=1)}


def _group(chance: Chance, names: tuple[str, ...]) -> dict[str, Any]:
    every, anyone = chance.some(names, 6), chance.some(names, 4)
    return {"all_of": chance.odd(every), "any_of": chance.odd(anyone or ["admin"])}


def _forbid(chance: Chance) -> dict[str, Any]:
    scopes = (*SCOPES, "*", "*:write", "recording*", "")
    patterns = (*PERMISSIONS, "*:*:*", "recording:*:delete", "*:recording:*")
    return {
        chance.pick(("scopes",)): chance.odd(chance.some(scopes[:-1], 4, 1)),
        **chance.part(permissions=lambda: chance.some(patterns, 4)),
    }


def _settings(chance: Chance) -> dict[str, Any]:
    return {
        name: chance.odd(_setting(chance, name)) for name in chance.some(tuple(ATTRIBUTES), 3, 1)
    }


def _setting(chance: Chance, name: str) -> dict[str, Any]:
    kind = ATTRIBUTES[name]
    return {
        operator: chance.odd(_bound(chance, operator, _VALUES[kind]))
        for operator in chance.some(OPERATORS[kind], 3, 1)
    }


def _bound(chance: Chance, operator: str, values: tuple[Any, ...]) -> Any:
    match operator:
        case "one_of":
            return chance.some(values, least=1)
        case "matches" | "each_matches":
            return chance.pick(_PATTERNS)
    return chance.pick(values)


def _checks(chance: Chance) -> dict[str, Any]:
    settings = ("off", {"severity": "error"}, {"severity": "note"})
    return {name: chance.odd(chance.pick(settings)) for name in chance.some(_CHECKS, 4)}


def _waiver(chance: Chance, ids: list[str]) -> dict[str, Any]:
    return {
        "rule": chance.odd(chance.pick((*ids, *_CHECKS[:2]))),
        "address": chance.odd(chance.pick(_GLOBS)),
        "reason": chance.odd(chance.pick(("OPS-12", "é\n", "<b>", "a" * 300))),
        "expires": chance.odd(chance.pick(_DAYS)),
    }


def _role(chance: Chance) -> dict[str, Any]:
    return {
        "permissions": chance.odd(chance.some((*PERMISSIONS, "*:*:*"))),
        chance.pick(("name", "id")): chance.odd(chance.pick(LABELS)),
    }
