"""Policies by name and path, and every way in which one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.checks.registry import BUILT_INS
from toolkit.errors import DocumentError, ExitCode, PolicyError
from toolkit.policy import loader
from toolkit.policy.document import LoadedPolicy
from toolkit.policy.loader import find_policy, load_policies, load_policy, shipped_policies

BUILT_IN_IDS = [check.id for check in BUILT_INS]
CHECKS = ("secret-in-state", "unpublished-scope", "wildcard-permission")

#: Lines 1 to 3 of every policy below.
HEAD = "version: 1\nname: p\nrules:\n"
#: Lines 4 to 6; what a case adds begins in line 7.
RULE = "  - id: A\n    title: T\n    forbid: {scopes: [users]}\n"
#: Lines 4 and 5, of an incomplete rule.
START = "  - id: A\n    title: T\n"


def load(folder: Path, text: str, name: str = "p.yaml") -> LoadedPolicy:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load_policy(str(path), checks=CHECKS)


ACCEPTED = [
    RULE,
    RULE + "checks: {unpublished-scope: off, wildcard-permission: {severity: note}}\n",
    RULE + "waivers: [{rule: A, address: a.b, reason: r, expires: 2028-02-29}]\n",
    RULE + "waivers: [{rule: secret-in-state, address: a.b, reason: r, expires: 2027-01-01}]\n",
    RULE + "roles: [{id: 7f1, permissions: [admin, 'recording:*:*', '*:*:*']}]\n",
    RULE + "roles: [{name: R, permissions: []}]\ncontracts: []\n",
    START + "    require: {scopes: {all_of: [a]}, operations: []}\n",
    START
    + "    require: {permissions: {any_of: [admin, content_management_user], division: all}}\n",
    START + "    require: {permissions: {all_of: ['a:b:c'], division: 4a3b}}\n",
    START + "    forbid: {scopes: ['*'], permissions: ['*:b:*', admin]}\n",
    START + "    settings: {state: {equals: null, one_of: [active], matches: '^a'}}\n",
    START + "    settings: {expose_client_secret: {equals: false, one_of: [true]}}\n",
    START + "    settings: {access_token_validity_seconds: {at_least: 300, at_most: 1.5e5}}\n",
    START + "    settings: {registered_redirect_uris: {each_matches: '^https://'}}\n",
    START + "    clients: {name: ['*'], grant_type: [CODE]}\n    forbid: {scopes: [a]}\n",
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_policies_that_are_accepted(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, HEAD + text).policy.rules[0].id == "A"


def _require(what: str) -> str:
    return f"{START}    require:\n      {what}\n"


def _forbid(what: str) -> str:
    return f"{START}    forbid:\n      {what}\n"


def _settings(what: str) -> str:
    return f"{START}    settings:\n      {what}\n"


#: The policy after `HEAD`, the line of the error, its message, and a part of its hint.
REFUSED: list[tuple[str, int, str, str]] = [
    # The schema.
    (
        START + "    requires: {}\n",
        6,
        'unknown key "requires" in rules[0]; did you mean "require"?',
        "Keys here: id, title,",
    ),
    (
        _require("scope: {}"),
        7,
        'unknown key "scope" in rules[0].require; did you mean "scopes"?',
        "",
    ),
    (RULE + "role: []\n", 7, 'unknown key "role"; did you mean "roles"?', "version"),
    ("  - title: T\n", 4, 'rules[0] has no "id"', "Names the rule in reports"),
    (
        START + "    severity: fatal\n",
        6,
        'rules[0].severity must be one of "error", "note", "warning", not "fatal"',
        "How serious a violation is",
    ),
    (
        "  - id: 1A\n    title: T\n",
        4,
        'rules[0].id is "1A", which is not of the right form',
        "letter",
    ),
    ('  - id: "A\\n"\n    title: T\n', 4, 'rules[0].id is "A\\n", which is not', "letter"),
    (
        RULE + "    must_match: off\n",
        7,
        'rules[0].must_match must be true or false, not "off"',
        "by",
    ),
    (RULE + "    clients:\n", 7, "rules[0].clients must be a mapping, not empty", "every client"),
    (RULE + "    clients: {name: []}\n", 7, "rules[0].clients.name is empty", "Globs"),
    (RULE + "    clients: {address: ['']}\n", 7, "rules[0].clients.address[0] is empty", ""),
    (
        RULE + "    clients: {name: x}\n",
        7,
        'rules[0].clients.name must be a list, not "x"',
        'in brackets: ["x"]',
    ),
    (
        RULE + "    clients:\n      grant_type: [client-credentials]\n",
        8,
        'rules[0].clients.grant_type[0] must be one of "CLIENT-CREDENTIALS", "CODE", "PASSWORD",'
        ' "SAML2-BEARER", "SAML2BEARER", "TOKEN", not "client-credentials"; did you mean'
        ' "CLIENT-CREDENTIALS"?',
        "",
    ),
    (
        _settings("state: {at_most: true}"),
        7,
        "rules[0].settings.state.at_most must be a number",
        "larg",
    ),
    (
        _settings("state: {one_of: }"),
        7,
        "rules[0].settings.state.one_of must be a list, not empty",
        "values that are allowed",
    ),
    (RULE + "checks: {secret-in-state: }\n", 7, "checks.secret-in-state must be a mapping or", ""),
    # Operations and contracts.
    (
        _require("operations: [startRecording]"),
        7,
        'a contract of this policy has the operation "startRecording"',
        "catalog search",
    ),
    (
        _require("operations: [patchConversationCallParticipant]"),
        7,
        'did you mean "patchConversationsCallParticipant" or "',
        "catalog search",
    ),
    (
        RULE + "contracts: [recording-sesion]\n",
        7,
        'there is no contract "recording-sesion"; did you mean "recording-session"?',
        "Shipped: ",
    ),
    # The kind of a rule.
    (
        START,
        4,
        "rules[0] (A) asks for nothing",
        "one of require, forbid, settings and change",
    ),
    (
        RULE + "    require: {scopes: {all_of: [a]}}\n",
        7 - 1,
        "rules[0] (A) has require and forbid",
        "one",
    ),
    (RULE + "    settings:\n", 7, "rules[0] (A) has forbid and settings", "exactly one"),
    (START + "    require:\n", 6, "rules[0].require asks for nothing", "Name operations"),
    (_require("scopes: {all_of: []}"), 6, "rules[0].require asks for nothing", "Name operations"),
    (_require("permissions: {division: all}"), 6, "rules[0].require asks for nothing", "Name"),
    (START + "    forbid: {}\n", 6, "rules[0].forbid asks for nothing", "Name operations"),
    (_forbid("scopes: []"), 6, "rules[0].forbid asks for nothing", "Name operations"),
    (START + "    settings: {}\n", 6, "rules[0].settings asks for nothing", "Name operations"),
    (
        _settings("state: {}"),
        7,
        "rules[0].settings.state asks for nothing",
        "equals, matches, one_of",
    ),
    # Names.
    (
        _require("scopes: {all_of: [a,\n        'b*']}"),
        8,
        'rules[0].require.scopes.all_of has "b*": * is not allowed in a require',
        "Name each one",
    ),
    (_require("scopes: {any_of: ['*']}"), 7, 'any_of has "*": * is not allowed', "Name each"),
    (
        _require("scopes: {all_of: [a b]}"),
        7,
        'all_of has "a b", which has a space in it',
        "one name",
    ),
    (_require("permissions: {all_of: ['a:*:c']}"), 7, 'has "a:*:c": * is not allowed', "Name each"),
    (
        _require("permissions: {any_of: ['a:b']}"),
        7,
        'any_of has "a:b", which is not a perm',
        "domain:",
    ),
    (
        _require("permissions: {all_of: ['a:b:c:d']}"),
        7,
        "which is not a permission",
        "domain:entity",
    ),
    (_require("permissions: {all_of: ['a::c']}"), 7, "which is not a permission", "domain:entity"),
    (_require("permissions: {all_of: [Admin]}"), 7, "which is not a permission", "domain:entity"),
    (_require("permissions: {all_of: ['a:b:c '] }"), 7, "which has a space in it", "one name"),
    (
        _require("permissions: {all_of: ['a:b:c'], division: Home}"),
        7,
        'rules[0].require.permissions.division is "Home"; did you mean "home"?',
        "any, home, all or an id",
    ),
    (
        _require("permissions: {all_of: ['a:b:c'], division: '*'}"),
        7,
        'rules[0].require.permissions.division is "*"; did you mean "all"?',
        "any, home, all or an id",
    ),
    (_forbid("scopes: [a b]"), 7, 'forbid.scopes has "a b", which has a space in it', "one name"),
    (_forbid("permissions: ['recording:*']"), 7, "which is not a permission", "domain:entity"),
    (_forbid("permissions: ['a:b*:c']"), 7, "where a * is only part of a segment", "whole segment"),
    # Settings.
    (
        _settings("access_token_validity: {at_most: 1}"),
        7,
        'unknown attribute "access_token_validity"; did you mean "access_token_validity_seconds"?',
        "Attributes: access_token_validity_seconds, authorized_grant_type,",
    ),
    (
        _settings("roles: {each_matches: x}"),
        7,
        'unknown attribute "roles"',
        "Use require and forbid",
    ),
    (
        _settings("state:\n        at_most: 1"),
        8,
        "rules[0].settings.state.at_most can never hold: state is a text",
        "Operators for it: equals, matches, one_of.",
    ),
    (
        _settings("scopes: {equals: users}"),
        7,
        "scopes is a set of texts",
        "Operators for it: each_",
    ),
    (
        _settings("access_token_validity_seconds: {equals: '86400'}"),
        7,
        'access_token_validity_seconds is a number, not "86400"',
        "Write text in quotes",
    ),
    (
        _settings("access_token_validity_seconds: {one_of: [3600, true]}"),
        7,
        "access_token_validity_seconds is a number, not true",
        "Write text in quotes",
    ),
    (
        _settings("expose_client_secret: {equals: 0}"),
        7,
        "is true or false, not 0",
        "Write text in quotes",
    ),
    (_settings("state: {equals: true}"), 7, "state is a text, not true", "Write text in quotes"),
    (_settings("state: {one_of: []}"), 7, "rules[0].settings.state.one_of is empty", "List what"),
    (
        _settings("name: {matches: '['}"),
        7,
        "name.matches is not a regular expression: missing ]",
        "backslash",
    ),
    (
        _settings("scopes: {each_matches: '(?<!a)b'}"),
        7,
        "is not a regular expression: invalid perl operator: (?<",
        "no lookaround",
    ),
    (
        _settings("name: {matches: '(a)\\1'}"),
        7,
        "is not a regular expression: invalid escape sequence",
        "no backreferences",
    ),
    (_settings("name: {matches: 'a{9999}'}"), 7, "invalid repetition size", "backslash"),
    (_settings(f"name: {{matches: '{'(' * 5000}'}}"), 7, "is not a regular expression: ", "back"),
    (
        _settings(f"name: {{matches: '{'a' * 10_001}'}}"),
        3,
        "the regular expressions of the policy have 10,001 characters, more than 10,000",
        "one_of",
    ),
    # Ids, checks, waivers, roles.
    (RULE + RULE, 7, 'the id "A" is used twice, first at ', "a unique id"),
    (RULE.replace("A", "secret-in-state"), 4, "is the id of a built-in check", "under checks"),
    (
        RULE + "checks:\n  unpublished-scopes: off\n",
        8,
        'unknown check "unpublished-scopes"; did you mean "unpublished-scope"?',
        "Checks: secret-in-state, unpublished-scope, wildcard-permission.",
    ),
    (
        RULE + "waivers:\n  - {rule: AA, address: x, reason: r,\n     expires: 2027-03-31}\n",
        8,
        'waivers[0] is for "AA", which is neither a rule nor a check',
        "Known: A, secret-in-state,",
    ),
    (
        RULE + "waivers:\n  - rule: A\n    address: x\n    reason: ' '\n    expires: 2027-03-31\n",
        10,
        "waivers[0] has no reason",
        "Say why",
    ),
    (
        RULE + "waivers:\n  - {rule: A, address: x, expires: 2027-03-31}\n",
        8,
        'waivers[0] has no "reason"',
        "Why it is accepted",
    ),
    (
        RULE + "waivers:\n  - {rule: A, address: x, reason: r}\n",
        8,
        'waivers[0] has no "expires"',
        "YYYY-MM-DD",
    ),
    (
        RULE + "waivers:\n  - rule: A\n    address: x\n    reason: r\n    expires: 2027-02-30\n",
        11,
        'waivers[0].expires is "2027-02-30", which is not a valid date',
        "YYYY-MM-DD",
    ),
    (
        RULE + "waivers:\n  - rule: A\n    address: x\n    reason: r\n    expires: 31.3.2027\n",
        11,
        'waivers[0].expires is "31.3.2027", which is not of the right form',
        "YYYY-MM-DD",
    ),
    (
        RULE + 'waivers: [{rule: A, address: x, reason: r, expires: "2027-03-31\\n"}]\n',
        7,
        'waivers[0].expires is "2027-03-31\\n", which is not of the right form',
        "YYYY-MM-DD",
    ),
    (
        RULE + "roles:\n  - {permissions: []}\n",
        8,
        "roles[0] has neither a name nor an id",
        "which role",
    ),
    (RULE + "roles:\n  - {name: R}\n", 8, 'roles[0] has no "permissions"', "What the role grants"),
    (
        RULE + "roles:\n  - {name: R, permissions: [x]}\n",
        8,
        'permissions has "x", which is not',
        "domain",
    ),
]


@pytest.mark.parametrize(("text", "line", "message", "hint"), REFUSED)
def test_policies_that_are_refused(
    tmp_path: Path, text: str, line: int, message: str, hint: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        load(tmp_path, HEAD + text)
    error = caught.value
    assert error.exit_code is ExitCode.INPUT
    assert error.message.startswith(f"{tmp_path / 'p.yaml'}:{line}:")
    assert message in error.message
    assert "\n" not in error.message
    assert error.hint
    assert hint in error.hint


@pytest.mark.parametrize("rules", ["", "rules: []\n"])
def test_a_policy_without_rules_is_refused(tmp_path: Path, rules: str) -> None:
    with pytest.raises(DocumentError, match="the policy has no rules"):
        load(tmp_path, f"version: 1\nname: p\n{rules}checks: {{secret-in-state: off}}\n")


def test_ids_are_unique_across_policies(tmp_path: Path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text(HEAD + RULE)
    two.write_text(HEAD + RULE.replace("id: A", "id: B") + RULE)
    with pytest.raises(DocumentError) as caught:
        load_policies([str(one), str(two)], checks=CHECKS)
    assert caught.value.message == f'{two}:7:5: the id "A" is used twice, first at {one}:4'


def test_a_waiver_may_be_for_a_rule_of_another_policy(tmp_path: Path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text(
        HEAD + RULE + "waivers: [{rule: B, address: a, reason: r, expires: 2027-01-01}]\n"
    )
    two.write_text(HEAD + RULE.replace("id: A", "id: B"))
    loaded = load_policies([str(one), str(two)], checks=CHECKS)
    assert [rule.id for each in loaded for rule in each.policy.rules] == ["A", "B"]
    with pytest.raises(DocumentError, match="neither a rule nor a check"):
        load_policy(str(one), checks=CHECKS)


def test_null_false_and_one_stay_apart(tmp_path: Path) -> None:
    text = _settings("state: {equals: ~}") + (
        "  - {id: B, title: T, settings: {expose_client_secret: {equals: false}}}\n"
        "  - {id: C, title: T, settings: {access_token_validity_seconds: {one_of: [1, 2.5]}}}\n"
    )
    first, second, third = load(tmp_path, HEAD + text).policy.rules
    assert (first.settings or {})["state"].equals is None
    assert (second.settings or {})["expose_client_secret"].equals is False
    assert repr((third.settings or {})["access_token_validity_seconds"].one_of) == "(1, 2.5)"


@pytest.mark.parametrize("name", sorted(shipped_policies()))
def test_shipped_policies_load_and_are_named_after_their_file(name: str) -> None:
    loaded = load_policy(name, checks=BUILT_IN_IDS)
    assert loaded.policy.name == name
    assert loaded.policy.description
    assert all(rule.why for rule in loaded.policy.rules)
    # For a `require` rule, the fix follows from what the client lacks.
    assert all(rule.fix or rule.require for rule in loaded.policy.rules)


def test_the_default_policy_asks_for_what_the_start_call_needs() -> None:
    start, delete, lifetime = load_policy("recording-session", checks=BUILT_IN_IDS).policy.rules
    assert start.require is not None
    assert start.require.operations == ("startRecordingSession",)
    assert (start.severity, start.wants_a_match) == ("error", True)
    assert delete.forbid is not None
    assert delete.forbid.permissions == ("recording:*:delete",)
    assert lifetime.settings is not None
    assert lifetime.settings["access_token_validity_seconds"].at_most == 86400
    assert {delete.severity, lifetime.severity} == {"warning"}


def test_a_name_is_never_a_file_of_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "recording-session").write_text("version: 1\nname: mine\nrules: []\n")
    (tmp_path / "mine").write_text(HEAD + RULE)
    (tmp_path / "mine.yaml").write_text(HEAD + RULE)
    assert load_policy("recording-session", checks=BUILT_IN_IDS).policy.name == "recording-session"
    with pytest.raises(PolicyError):
        find_policy("mine")
    assert find_policy("mine.yaml") == find_policy("./mine.yaml") == Path("mine.yaml")
    assert load_policy("./mine", checks=BUILT_IN_IDS).policy.name == "p"


@pytest.mark.parametrize("name", ["recording-sesion", "", "..", "-", "recording-session.test"])
def test_a_name_that_is_not_shipped(name: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy(name, checks=BUILT_IN_IDS)
    assert f'no shipped policy is named "{name}"' in caught.value.message
    assert "Shipped policies: call-recording, recording-session." in (caught.value.hint or "")
    assert f"./{name or 'policy'}.yaml" in (caught.value.hint or "")
    assert caught.value.exit_code is ExitCode.INPUT
    if name.startswith("recording"):
        assert 'did you mean "recording-session"?' in caught.value.message


def test_files_that_are_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DocumentError, match=r"^no\.yaml: cannot be read"):
        load_policy("./no.yaml", checks=BUILT_IN_IDS)
    with pytest.raises(PolicyError) as caught:
        load_policy("recording-session.yaml", checks=BUILT_IN_IDS)
    assert "without the suffix: recording-session" in (caught.value.hint or "")


def test_an_installed_package_has_its_policies_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("policies", "toolkit/policy", "toolkit/policies"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "toolkit/policies/inside.yaml").touch()
    (tmp_path / "policies/beside.yaml").touch()
    monkeypatch.setattr(loader, "__file__", str(tmp_path / "toolkit/policy/loader.py"))
    assert list(shipped_policies()) == ["inside"]


def test_tests_of_policies_are_no_policies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("b.yaml", "a.yaml", "a.test.yaml", "a_test.yaml", "README.md"):
        (tmp_path / name).touch()
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "c.yaml").touch()
    monkeypatch.setattr(loader, "_shipped_folder", lambda: tmp_path)
    assert list(shipped_policies()) == ["a", "b"]


def test_of_thousands_of_unknown_operations_some_are_told_with_what_was_meant(
    tmp_path: Path,
) -> None:
    names = ", ".join(f"startRecordngSession{number}" for number in range(3000))
    rule = f"  - {{id: A, title: T, require: {{operations: [{names}]}}}}\n"
    with pytest.raises(DocumentError, match="startRecordngSession0") as caught:
        load(tmp_path, HEAD + rule)
    assert "did you mean" in caught.value.message
    assert len(caught.value.others) == 2999
    assert "did you mean" not in caught.value.others[-1].message
