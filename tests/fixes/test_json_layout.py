"""Edits of JSON syntax keep the author's layout. The resulting values show if they are right."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fixes.test_fixing import POLICY, after, fixed
from toolkit.sources.hcl.editing import json_layout
from toolkit.sources.hcl.editing.layout import Layout
from toolkit.sources.hcl.editing.spans import Span
from toolkit.sources.hcl.syntax.source import Source

ROLE: dict[str, Any] = {
    "name": "r",
    "permission_policies": [
        {"domain": "a", "entity_name": "b", "action_set": ["view"]},
        {"domain": "c", "entity_name": "d", "action_set": ["view", "edit"]},
    ],
    "description": "é ${x}",
}
DOCUMENT: dict[str, Any] = {
    "//": "kept",
    "resource": {
        "role": {"one": ROLE, "single": {"name": "s", "permission_policies": {"domain": "q"}}}
    },
    "locals": {"x": [1, 2]},
}


def one_line_items(value: Any) -> str:
    text = json.dumps(value, indent=2, ensure_ascii=False)
    for each in ROLE["permission_policies"]:
        old = json.dumps(each, indent=2).replace("\n", "\n          ")
        text = text.replace(old, "{ " + json.dumps(each)[1:-1] + " }")
    return text


LAYOUTS: dict[str, Callable[[Any], str]] = {
    "two": lambda value: json.dumps(value, indent=2, ensure_ascii=False) + "\n",
    "four": lambda value: json.dumps(value, indent=4, ensure_ascii=False),
    "tabs": lambda value: json.dumps(value, indent="\t", ensure_ascii=False) + "\n",
    "line": lambda value: json.dumps(value, ensure_ascii=False),
    "dense": lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")),
    "windows": lambda value: json.dumps(value, indent=2, ensure_ascii=False).replace("\n", "\r\n"),
    "items in lines": one_line_items,
}
NEW = {"domain": "n", "entity_name": "m", "action_set": ["x"]}


def edited(text: str, spans: list[Span]) -> str:
    after = Layout().content(Source("a.tf.json", text), spans, text.encode()).decode()
    for line in text.replace("\r\n", "\n").split("\n"):
        if '"//"' in line and "\n" in text:
            assert line in after, "what is not edited stays as it is"
    assert after.endswith("\n") == text.endswith("\n")
    assert ("\r\n" in after) == ("\r\n" in text)
    assert after.replace("\r\n", "").count("\n") == (0 if "\r\n" in text else after.count("\n"))
    return after


def place(source: Source, *way: str | int) -> tuple[int, int]:
    """Return the range of a value, including its property name if it has one."""
    at: Any = json_layout._parsed(source)
    found = (0, 0)
    for step in way:
        if isinstance(step, int):
            at = at.items[step]
            found = at.start, at.end
        else:
            key, at = next((k, v) for k, v in at.items if k.text == step)
            found = key.start, at.end
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("label", ["one", "single"])
def test_a_block_joins_those_of_its_type(layout: str, label: str) -> None:
    write, value = LAYOUTS[layout], copy.deepcopy(DOCUMENT)
    source = Source("a.tf.json", write(value))
    spans = json_layout.added_blocks(
        source, *place(source, "resource", "role", label), "permission_policies", [NEW, NEW]
    )
    known = value["resource"]["role"][label]["permission_policies"]
    held = known if isinstance(known, list) else [known]
    value["resource"]["role"][label]["permission_policies"] = [*held, NEW, NEW]
    after = edited(source.text, spans)
    assert json.loads(after) == value
    if layout != "items in lines":
        assert after == write(value), "the layout is that of the rest"
    else:
        assert after.count('{ "domain"') == (4 if label == "one" else 2)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_block_is_the_first_of_its_type(layout: str) -> None:
    write, value = LAYOUTS[layout], copy.deepcopy(DOCUMENT)
    source = Source("a.tf.json", write(value))
    spans = json_layout.added_blocks(source, *place(source, "resource", "role", "one"), "r", [NEW])
    value["resource"]["role"]["one"]["r"] = [NEW]
    after = edited(source.text, spans)
    assert json.loads(after) == value
    if layout != "items in lines":
        assert after == write(value)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "way", [("resource", "role", "new"), ("resource", "kind", "new"), ("other", "kind", "new")]
)
def test_a_resource_is_put_beside_the_others(layout: str, way: tuple[str, ...]) -> None:
    write, value = LAYOUTS[layout], copy.deepcopy(DOCUMENT)
    source = Source("a.tf.json", write(value))
    spans = json_layout.added_to_top(source, way, NEW, is_block=False)
    value.setdefault(way[0], {}).setdefault(way[1], {})["new"] = NEW
    after = edited(source.text, spans)
    assert json.loads(after) == value
    if layout != "items in lines":
        assert after == write(value)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("known", [None, {"from": "a"}, [{"from": "a"}], []])
def test_a_block_of_the_file_joins_others(layout: str, known: Any) -> None:
    write, value = LAYOUTS[layout], copy.deepcopy(DOCUMENT)
    if known is not None:
        value["moved"] = known
    source = Source("a.tf.json", write(value))
    spans = json_layout.added_to_top(source, ("moved",), {"from": "b"}, is_block=True)
    held = known if isinstance(known, list) else [known] if known else []
    value["moved"] = [*held, {"from": "b"}]
    assert json.loads(edited(source.text, spans)) == value


def test_files_that_are_lists_take_what_is_new() -> None:
    text = '[\n  {"resource": [{"role": {"one": {"name": "r"}}}]}\n]\n'
    source = Source("a.tf.json", text)
    after = edited(
        text, json_layout.added_to_top(source, ("resource", "role", "two"), NEW, is_block=False)
    )
    assert json.loads(after) == [{"resource": [{"role": {"one": {"name": "r"}, "two": NEW}}]}]
    after = edited(text, json_layout.added_to_top(source, ("moved",), NEW, is_block=True))
    assert json.loads(after)[0]["moved"] == [NEW]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("gone", [[0], [1], [0, 1]])
def test_blocks_are_taken_out(layout: str, gone: list[int]) -> None:
    write, value = LAYOUTS[layout], copy.deepcopy(DOCUMENT)
    source = Source("a.tf.json", write(value))
    way = "resource", "role", "one", "permission_policies"
    spans = json_layout.removed(source, [place(source, *way, each) for each in gone])
    role = value["resource"]["role"]["one"]
    role["permission_policies"] = [
        each for index, each in enumerate(role["permission_policies"]) if index not in gone
    ]
    if not role["permission_policies"]:
        del role["permission_policies"]
    after = edited(source.text, spans)
    assert json.loads(after) == value
    if layout != "items in lines":
        assert after == write(value)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("names", [["name"], ["description"], ["name", "description"]])
def test_properties_are_taken_out(layout: str, names: list[str]) -> None:
    write, value = LAYOUTS[layout], copy.deepcopy(DOCUMENT)
    source = Source("a.tf.json", write(value))
    way = "resource", "role", "one"
    spans = json_layout.removed(source, [place(source, *way, name) for name in names])
    for name in names:
        del value["resource"]["role"]["one"][name]
    after = edited(source.text, spans)
    assert json.loads(after) == value
    if layout != "items in lines":
        assert after == write(value)


CLIENT = {
    "name": "c",
    "authorized_grant_type": "CLIENT-CREDENTIALS",
    "roles": {"role_id": "${genesyscloud_auth_role.r.id}"},
}


def configured(role: dict[str, Any], client: dict[str, Any] = CLIENT) -> str:
    resource = {"genesyscloud_auth_role": {"r": role}, "genesyscloud_oauth_client": {"c": client}}
    return json.dumps({"resource": resource}, indent=2) + "\n"


def policy(domain: str, entity: str, *actions: str) -> dict[str, Any]:
    return {"domain": domain, "entity_name": entity, "action_set": [*actions]}


NOTHING = POLICY[: POLICY.index("  - id")] + (
    "  - id: LIFE\n    title: L\n    severity: error\n    clients: {}\n"
    "    settings: {access_token_validity_seconds: {at_most: 86400}}\n"
)
VIEW = policy("recording", "recording", "view")
HELD = policy("directory", "user", "view")


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        (HELD, [HELD, VIEW]),
        ([HELD], [HELD, VIEW]),
        (
            [policy("recording", "recording", "edit"), HELD],
            [policy("recording", "recording", "edit", "view"), HELD],
        ),
        (
            [policy("recording", "recording", "edit") | {"conditions": {"conjunction": "AND"}}],
            [
                policy("recording", "recording", "edit") | {"conditions": {"conjunction": "AND"}},
                VIEW,
            ],
        ),
    ],
)
def test_a_permission_joins_a_role(tmp_path: Path, held: Any, wanted: Any) -> None:
    found = fixed(
        tmp_path,
        {"main.tf.json": configured({"name": "r", "permission_policies": held})},
        unsafe=True,
    )
    assert after(found) == {
        "main.tf.json": configured({"name": "r", "permission_policies": wanted})
    }


def test_a_client_without_roles_gets_one(tmp_path: Path) -> None:
    client = {key: value for key, value in CLIENT.items() if key != "roles"}
    text = json.dumps({"resource": {"genesyscloud_oauth_client": {"c": client}}})
    found = fixed(tmp_path, {"main.tf.json": text}, unsafe=True)
    assert json.loads(after(found)["main.tf.json"])["resource"] == {
        "genesyscloud_oauth_client": {
            "c": client | {"roles": [{"role_id": "${genesyscloud_auth_role.c.id}"}]}
        },
        "genesyscloud_auth_role": {"c": {"name": "C", "permission_policies": [VIEW]}},
    }


def test_what_is_too_much_leaves_a_role(tmp_path: Path) -> None:
    forbids = POLICY + (
        "  - id: FORBIDDEN\n    title: F\n    severity: error\n    clients: {}\n"
        '    forbid: {permissions: ["directory:*:*", "recording:recording:edit"]}\n'
    )
    held = [policy("recording", "recording", "view", "edit"), HELD]
    text = configured({"name": "r", "permission_policies": held})
    found = fixed(tmp_path, {"main.tf.json": text}, unsafe=True, policy=forbids)
    assert after(found) == {
        "main.tf.json": configured({"name": "r", "permission_policies": [VIEW]})
    }


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        (policy("recording", "recording", "viw"), VIEW),
        (
            policy("recording", "recording", "viw", "upload"),
            policy("recording", "recording", "view", "upload"),
        ),
        (policy("recording", "recording", "view", "viw"), VIEW),
        (
            policy("recording", "recordng", "view", "upload"),
            policy("recording", "recording", "view", "upload"),
        ),
        (policy("recordng", "recording", "view"), VIEW),
    ],
)
def test_a_misspelt_permission_is_written_as_it_is_published(
    tmp_path: Path, held: Any, wanted: Any
) -> None:
    text = configured({"name": "r", "permission_policies": [held]})
    found = fixed(tmp_path, {"main.tf.json": text}, unsafe=True, policy=NOTHING)
    assert after(found)["main.tf.json"] == configured(
        {"name": "r", "permission_policies": [wanted]}
    )


def test_the_name_of_a_role_becomes_its_id(tmp_path: Path) -> None:
    text = configured({"name": "r", "permission_policies": [VIEW]})
    wrong = text.replace("r.id", "r.name")
    assert after(fixed(tmp_path, {"main.tf.json": wrong})) == {"main.tf.json": text}


def test_what_has_no_effect_goes(tmp_path: Path) -> None:
    person = {"name": "p", "authorized_grant_type": "CODE", "scopes": ["recordings"]}
    machine = CLIENT | {"scopes": ["users"]}
    text = configured({"name": "r", "permission_policies": [VIEW]}, machine)
    value = json.loads(text)
    value["resource"]["genesyscloud_oauth_client"]["p"] = person | {"roles": [CLIENT["roles"]]}
    found = fixed(tmp_path, {"main.tf.json": json.dumps(value, indent=2)}, unsafe=True)
    value["resource"]["genesyscloud_oauth_client"] = {"c": CLIENT, "p": person}
    assert after(found)["main.tf.json"] == json.dumps(value, indent=2)


def test_a_local_that_a_template_names_is_edited(tmp_path: Path) -> None:
    value: dict[str, Any] = {
        "locals": {"s": ["users"]},
        "resource": {
            "genesyscloud_oauth_client": {
                "p": {"name": "p", "authorized_grant_type": "CODE", "scopes": "${local.s}"}
            }
        },
    }
    found = fixed(tmp_path, {"main.tf.json": json.dumps(value)}, unsafe=True)
    value["locals"] = {"s": ["users", "recordings"]}
    assert after(found)["main.tf.json"] == json.dumps(value)
    value["resource"]["genesyscloud_oauth_client"]["p"]["scopes"] = '${concat(["a"], ["b"])}'
    assert after(fixed(tmp_path, {"main.tf.json": json.dumps(value)}, unsafe=True)) == {}
