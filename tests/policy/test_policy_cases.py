"""Test case files: found beside the policy, or refused with the position of the error."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from toolkit.checks.registry import BUILT_INS
from toolkit.documents import read_document
from toolkit.errors import DocumentError, PolicyError, ToolkitError
from toolkit.policy.case_loader import load_cases
from toolkit.policy.cases import LoadedCases, json_schema
from toolkit.policy.loader import shipped_policies

CHECKS = [check.id for check in BUILT_INS]
POLICY = """\
version: 1
name: ours
rules:
  - {id: R1, title: t, forbid: {scopes: ["x"]}}
"""
HEAD = "version: 1\ncases:\n"
EXPECT = "    expect: {c: {R1: pass}}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "ours.yaml").write_text(POLICY)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def load(name: str = "ours.yaml") -> LoadedCases:
    return load_cases(name, checks=CHECKS)


def refusal(name: str = "ours.yaml") -> ToolkitError:
    with pytest.raises((PolicyError, DocumentError)) as caught:
        load(name)
    assert caught.value.hint
    assert "\n" not in caught.value.message
    return caught.value


GOOD = HEAD + "  - name: a\n    clients: [{name: c, grant_type: CODE}]\n" + EXPECT


@pytest.mark.parametrize("name", ["ours.test.yaml", "ours.test.yml", "ours_test.yaml"])
@pytest.mark.parametrize("by_cases", [False, True])
def test_cases_stand_beside_the_policy(folder: Path, name: str, by_cases: bool) -> None:
    (folder / name).write_text(GOOD)
    loaded = load(name if by_cases else "ours.yaml")
    assert loaded.policy.policy.name == "ours"
    assert [case.name for case in loaded.cases] == ["a"]


def test_a_policy_without_tests_is_no_success(folder: Path) -> None:
    error = refusal()
    assert error.message == "ours.yaml: the policy has no tests"
    assert "ours.test.yaml" in (error.hint or "")


def test_two_files_of_tests_are_refused(folder: Path) -> None:
    for name in ("ours.test.yaml", "ours_test.yml"):
        (folder / name).write_text(GOOD)
    assert "two files of tests: ours.test.yaml, ours_test.yml" in refusal().message


def test_cases_without_their_policy_are_refused(folder: Path) -> None:
    (folder / "theirs.test.yaml").write_text(GOOD)
    assert "the policy that it tests is not there" in refusal("theirs.test.yaml").message


@pytest.mark.parametrize("name", ["gone.yaml", "ours.test.yaml", "no-such-policy"])
def test_what_is_not_there_is_said(folder: Path, name: str) -> None:
    assert name.removesuffix(".yaml") in refusal(name).message


CLIENTS = "clients: [{name: c, grant_type: CODE}]"


def one(body: str, expect: str = EXPECT) -> str:
    return HEAD + "  - name: a\n    " + body.replace("\n", "\n    ") + "\n" + expect


BAD = {
    "no cases": ("version: 1\ncases: []\n", 2, "there are no cases"),
    "unknown key": (one("client: []"), 4, 'unknown key "client" in cases[0]; did you mean'),
    "no input": (HEAD + "  - name: a\n" + EXPECT, 3, "has no input"),
    "empty input": (one("plan:"), 3, "has no input"),
    "two inputs": (one(f"{CLIENTS}\nplan: p.json"), 4, "has plan and clients"),
    "same name": (
        one(CLIENTS) + one(CLIENTS).removeprefix(HEAD), 6, 'the case in line 3: "a"',
    ),
    "variables of a plan": (one("plan: p.json\nvariables: {a: 1}"), 5, "for terraform only"),
    "no day": (one(f"{CLIENTS}\ntoday: 2026-02-30"), 5, "which is not a valid date"),
    "no date": (one(f"{CLIENTS}\ntoday: tomorrow"), 5, "cases[0].today"),
    "expects nothing": (one(CLIENTS, ""), 3, "expects nothing"),
    "empty expectation": (one(CLIENTS, "    expect: {c: {}}\n"), 5, "expect.c is empty"),
    "unknown rule": (
        one(CLIENTS, "    expect:\n      c: {duplicate-nam: fail}\n"),
        6, 'no rule "duplicate-nam"; did you mean "duplicate-name"?',
    ),
    "unknown unmatched rule": (one(CLIENTS, "    unmatched: [R3]\n"), 5, 'no rule "R3"'),
    "unmatched built-in": (one(CLIENTS, "    unmatched: [duplicate-name]\n"), 5, "no rule"),
    "unknown verdict": (
        one(CLIENTS, "    expect: {c: {R1: failed}}\n"), 5, 'not "failed"; did you mean "fail"?',
    ),
    "built-in that passes": (
        one(CLIENTS, "    expect: {c: {duplicate-name: pass}}\n"), 5, 'can never be "pass"',
    ),
    "grant type": (
        one("clients: [{name: c, grant_type: CLIENT_CREDENTIALS}]"), 4, "must be one of",
    ),
    "unknown attribute": (
        one("clients: [{name: c, grant_type: CODE, settings: {stat: x}}]"), 4, "did you mean",
    ),
    "attribute with a key": (
        one("clients: [{name: c, grant_type: CODE, settings: {scopes: [x]}}]"), 4, "not a setting",
    ),
    "value of another kind": (
        one('clients: [{name: c, grant_type: CODE, settings: {state: 1}}]'), 4, "is a text",
    ),
    "list for a text": (
        one('clients: [{name: c, grant_type: CODE, settings: {state: [a]}}]'), 4, "is a text",
    ),
    "text for a list": (
        one("clients: [{name: c, grant_type: CODE, settings: {registered_redirect_uris: x}}]"),
        4, "is a set of texts",
    ),
    "permission": (
        one("clients: [{name: c, grant_type: CODE, roles: [{permissions: ['a:b']}]}]"),
        4, "which is not a permission",
    ),
    "empty role": (one("clients: [{name: c, grant_type: CODE, roles: [{}]}]"), 4, "says nothing"),
    "any division": (
        one("clients: [{name: c, grant_type: CODE, roles: [{name: r, division: any}]}]"),
        4, "cannot be any",
    ),
    "no files": (one("terraform: {}"), 4, "is empty"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_named_with_its_place(folder: Path, name: str) -> None:
    text, line, message = BAD[name]
    (folder / "ours.test.yaml").write_text(text)
    error = refusal()
    assert error.message.startswith(f"ours.test.yaml:{line}:"), error.message
    assert message in error.message


@pytest.mark.parametrize(
    "name",
    [
        "../main.tf", "/etc/main.tf", "a/../../main.tf", "a/./main.tf", "./main.tf", "a//b.tf",
        "C:/main.tf", "..\\\\main.tf", ".terraform/modules/modules.json", "", "a/", "~/main.tf",
        "main.tf\\0", "a b.tf", "x" * 201, "main.tf\\n",
    ],
)  # fmt: skip
def test_a_file_name_cannot_leave_its_folder(folder: Path, name: str) -> None:
    (folder / "ours.test.yaml").write_text(one(f'terraform: {{"{name}": ""}}'))
    assert "is not the name of a file below it" in refusal().message


@pytest.mark.parametrize(
    "names", [("main.tf", "Main.tf"), ("a", "a/b.tf"), ("a/b.tf", "a"), ("a/b.tf", "A/B.tf/c.tf")]
)
def test_one_file_cannot_be_in_the_way_of_another(folder: Path, names: tuple[str, str]) -> None:
    (folder / "ours.test.yaml").write_text(
        one(f'terraform: {{"{names[0]}": "", "{names[1]}": ""}}')
    )
    assert "ours.test.yaml:4:" in refusal().message


def test_files_side_by_side_are_fine(folder: Path) -> None:
    text = one('terraform: {main.tf: "", mainx.tf: "", m/main.tf: "", m/n/main.tf: ""}')
    (folder / "ours.test.yaml").write_text(text)
    assert load().cases[0].terraform is not None


def test_the_schema_accepts_what_ships() -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for path in shipped_policies().values():
        cases = path.with_name(f"{path.stem}.test.yaml")
        jsonschema.validate(read_document(cases.read_bytes(), "cases").value, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"version": 1, "cases": []}, schema)
