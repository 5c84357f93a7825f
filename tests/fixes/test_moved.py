"""A client renamed without `moved`: a plan shows it, and the block is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.standin_provider.fixtures import standin_config, workspace
from tests.standin_provider.workspace import Workspace, changes
from toolkit.files.rewriting import rewrite
from toolkit.model.edits import Safety
from toolkit.model.findings import Verdict
from toolkit.sources.hcl.editing.moves import move
from toolkit.sources.json_input import read_json
from toolkit.workflows import CheckRequest, checked, fix, with_edits
from toolkit.workflows.run_fix import Fixed

__all__ = ["standin_config", "workspace"]

KIND = "genesyscloud_oauth_client"


def client(label: str, name: str = "one", more: str = "") -> str:
    return (
        f'resource "{KIND}" "{label}" {{\n{more}  name                  = "{name}"\n'
        '  authorized_grant_type = "CODE"\n  scopes                = ["users"]\n}\n'
    )


def each(label: str, *keys: str) -> str:
    listed = ", ".join(f'"{key}"' for key in keys)
    text = client(label, "${each.key[0]}", f"  for_each = toset([{listed}])\n")
    return text.replace("each.key[0]", "substr(each.key, 0, 1)")


def call(label: str, more: str = "") -> str:
    return f'module "{label}" {{\n  source = "./inner"\n{more}}}\n'


TWICE = '  for_each = toset(["n", "s"])\n  prefix   = each.key\n'
PREFIXED = 'variable "prefix" {\n  type    = string\n  default = ""\n}\n'


def prefixed(label: str) -> str:
    return PREFIXED + client(label, "${var.prefix}one")


#: What was applied, what is planned, and the block that leads from one to the other.
SHAPES: dict[str, tuple[Mapping[str, str], Mapping[str, str], tuple[str, str, str]]] = {
    "label": (
        {"main.tf": client("a")},
        {"main.tf": client("b")},
        ("main.tf", f"{KIND}.a", f"{KIND}.b"),
    ),
    "label of many": (
        {"main.tf": each("a", "x1", "y1")},
        {"main.tf": each("b", "x1", "y1")},
        ("main.tf", f"{KIND}.a", f"{KIND}.b"),
    ),
    "key": (
        {"main.tf": each("a", "x1", "y1")},
        {"main.tf": each("a", "x2", "y1")},
        ("main.tf", f'{KIND}.a["x1"]', f'{KIND}.a["x2"]'),
    ),
    "to many": (
        {"main.tf": client("a", "x")},
        {"main.tf": each("b", "x1", "y1")},
        ("main.tf", f"{KIND}.a", f'{KIND}.b["x1"]'),
    ),
    "one of a block that stays": (
        {"main.tf": each("a", "x1", "y1")},
        {"main.tf": each("a", "y1") + each("b", "x1")},
        ("main.tf", f'{KIND}.a["x1"]', f'{KIND}.b["x1"]'),
    ),
    "into a module": (
        {"main.tf": client("a")},
        {"main.tf": call("m"), "inner/main.tf": client("a")},
        ("main.tf", f"{KIND}.a", f"module.m.{KIND}.a"),
    ),
    "out of a module": (
        {"main.tf": call("m"), "inner/main.tf": client("a")},
        {"main.tf": client("b"), "inner/main.tf": ""},
        ("main.tf", f"module.m.{KIND}.a", f"{KIND}.b"),
    ),
    "the module": (
        {"main.tf": call("m"), "inner/main.tf": client("a")},
        {"main.tf": call("n"), "inner/main.tf": client("a")},
        ("main.tf", "module.m", "module.n"),
    ),
    "in a module": (
        {"main.tf": call("m"), "inner/main.tf": client("a")},
        {"main.tf": call("m"), "inner/main.tf": client("b")},
        ("inner/main.tf", f"{KIND}.a", f"{KIND}.b"),
    ),
    "in a module of many": (
        {"main.tf": call("m", TWICE), "inner/main.tf": prefixed("a")},
        {"main.tf": call("m", TWICE), "inner/main.tf": prefixed("b")},
        ("inner/main.tf", f"{KIND}.a", f"{KIND}.b"),
    ),
    "the module of many": (
        {"main.tf": call("m", TWICE), "inner/main.tf": prefixed("a")},
        {"main.tf": call("n", TWICE), "inner/main.tf": prefixed("a")},
        ("main.tf", "module.m", "module.n"),
    ),
    "in JSON syntax": (
        {"main.tf": client("a")},
        {
            "main.tf": "",
            "b.tf.json": json.dumps(
                {"resource": {KIND: {"b": {"name": "one", "authorized_grant_type": "CODE"}}}},
                indent=2,
            )
            + "\n",
        },
        ("b.tf.json", f"{KIND}.a", f"{KIND}.b"),
    ),
}


def fixed(space: Workspace, plan: Mapping[str, Any]) -> Fixed:
    request = CheckRequest(
        ["-"],
        stdin=json.dumps(plan).encode(),
        source_dir=str(space.directory),
        select=["replaced-client"],
        environ={},
    )
    shown = with_edits(checked(request))
    assert [each.fix_edits for each in shown.results if each.verdict is Verdict.FAIL]
    return fix(checked(request))


def written(space: Workspace, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = space.directory / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.slow
@pytest.mark.terraform
@pytest.mark.parametrize("shape", SHAPES)
def test_terraform_replaces_no_client_with_the_block(workspace: Workspace, shape: str) -> None:
    before, planned, (file, old, new) = SHAPES[shape]
    for folder in ("", "inner/"):
        workspace.write("", f"{folder}main.tf")
    written(workspace, before)
    workspace.init()
    workspace.plan()
    workspace.apply()
    written(workspace, planned)
    workspace.run("get")
    workspace.run("fmt", "-recursive")
    plan = workspace.plan()
    found = fixed(workspace, plan)
    assert [Path(each.disk) for each in found.files] == [workspace.directory / file]
    rewrite(found.files)
    text = found.files[0].after.decode()
    if file.endswith(".json"):
        assert json.loads(text)["moved"] == [{"from": old, "to": new}]
    else:
        assert f"\nmoved {{\n  from = {old}\n  to   = {new}\n}}\n" in text
    assert not [each for each in found.report.results if each.verdict is Verdict.FAIL]
    after = changes(workspace.plan())
    replaced = [name for name, each in after.items() if "delete" in each["actions"]]
    assert replaced == []
    workspace.run("fmt", "-check", "-recursive")
    again = fix(
        checked(
            CheckRequest(
                ["-"],
                stdin=json.dumps(plan).encode(),
                source_dir=str(workspace.directory),
                select=["replaced-client"],
                environ={},
            )
        )
    )
    assert again.files == (), "the plan is as old as before, the Terraform is not"


def change(address: str, actions: list[str], **values: Any) -> dict[str, Any]:
    side = {"name": "one", "authorized_grant_type": "CODE", **values}
    keys = {"delete": "before", "create": "after"}
    return {
        "address": address,
        "mode": "managed",
        "type": KIND,
        "name": address.rpartition(".")[2],
        "change": {"actions": actions, **{keys[each]: side for each in actions}},
    }


def plan_of(*lines: dict[str, Any]) -> bytes:
    return json.dumps({"format_version": "1.2", "resource_changes": lines}).encode()


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([change(f"{KIND}.a", ["delete"]), change(f"{KIND}.b", ["create"])], True),
        ([change(f"{KIND}.a", ["delete"], name="x"), change(f"{KIND}.b", ["create"])], False),
        (
            [
                change(f"{KIND}.a", ["delete"], authorized_grant_type="TOKEN"),
                change(f"{KIND}.b", ["create"]),
            ],
            False,
        ),
        (
            [
                change(f"{KIND}.a", ["delete"]),
                change(f"{KIND}.c", ["delete"]),
                change(f"{KIND}.b", ["create"]),
            ],
            False,
        ),
        ([change(f"{KIND}.a", ["delete", "create"]), change(f"{KIND}.b", ["create"])], False),
        (
            [{**change(f"{KIND}.a", ["delete"]), "deposed": "1"}, change(f"{KIND}.b", ["create"])],
            False,
        ),
    ],
)
def test_which_clients_are_one(lines: list[dict[str, Any]], told: bool) -> None:
    found = read_json(plan_of(*lines), "plan.json").lineage
    assert [(each.kind, each.before, each.address) for each in found] == (
        [("renamed", f"{KIND}.a", f"{KIND}.b")] if told else []
    )


def test_a_name_that_is_sensitive_tells_nothing() -> None:
    made = change(f"{KIND}.b", ["create"])
    made["change"]["after_sensitive"] = {"name": True}
    assert read_json(plan_of(change(f"{KIND}.a", ["delete"]), made), "plan.json").lineage == ()


def test_keys_with_any_character_are_read() -> None:
    found = move(f'{KIND}.a["x.\\"y]"]', f'{KIND}.a["module.z"]', lambda *_: True)
    assert found.block.lines[1:3] == [
        f'  from = {KIND}.a["x.\\"y]"]',
        f'  to   = {KIND}.a["module.z"]',
    ]


def test_a_folder_beside_the_plan_is_edited(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(client("b"), encoding="utf-8")
    (tmp_path / "plan.json").write_bytes(
        plan_of(change(f"{KIND}.a", ["delete"]), change(f"{KIND}.b", ["create"]))
    )
    sources = [str(tmp_path), str(tmp_path / "plan.json")]
    found = fix(checked(CheckRequest(sources, select=["replaced-client"], environ={})))
    (file,) = found.files
    assert file.after.decode().endswith(
        f"}}\n\nmoved {{\n  from = {KIND}.a\n  to   = {KIND}.b\n}}\n"
    )
    assert found.count == 1
    (tmp_path / "main.tf").write_text(client("b", "another"), encoding="utf-8")
    found = fix(checked(CheckRequest(sources, select=["replaced-client"], environ={})))
    assert found.files == (), "it is not what was planned"


def test_findings_of_a_plan_are_mended_where_it_was_made(tmp_path: Path) -> None:
    text = client("b").replace('["users"]', "var.held").replace('"one"', "var.name")
    variables = 'variable "held" {\n  default = ["users"]\n}\nvariable "name" {}\n'
    (tmp_path / "main.tf").write_text(text + variables, encoding="utf-8")
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "version: 1\nname: ours\ndescription: Ours.\nrules:\n  - id: R\n    title: T\n"
        "    severity: error\n    clients: {name: [one]}\n"
        "    require: {scopes: {all_of: [recordings]}}\n",
        encoding="utf-8",
    )
    line = change(f"{KIND}.b", ["create"], scopes=["users"])
    plan = json.loads(plan_of(line)) | {"variables": {"name": {"value": "one"}}}
    request = CheckRequest(
        ["-"],
        policies=[str(policy)],
        stdin=json.dumps(plan).encode(),
        source_dir=str(tmp_path),
        environ={},
    )
    (shown,) = [each for each in with_edits(checked(request)).results if each.rule == "R"]
    assert shown.root == "-"
    assert shown.fix_edits is not None
    assert shown.fix_edits.safety is Safety.UNSAFE
    assert shown.fix_edits.message == 'Add "recordings" to var.held.'
    found = fix(checked(request), unsafe=True)
    assert b'default = ["users", "recordings"]' in found.files[0].after
    assert found.count == 1
    assert {each.root for each in found.report.sources} == {"-"}
    assert found.left == ()
    (tmp_path / "main.tf").write_bytes(found.files[0].after)
    again = fix(checked(request), unsafe=True)
    assert again.left == (("R", f"{KIND}.b", "its Terraform has no such finding"),)
    assert again.files == ()
    assert [each for each in found.report.results if each.verdict is Verdict.FAIL] == []


def test_what_a_baseline_knows_of_a_plan_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(client("b"), encoding="utf-8")
    request = CheckRequest(
        ["-"],
        stdin=plan_of(change(f"{KIND}.a", ["delete"]), change(f"{KIND}.b", ["create"])),
        source_dir=str(tmp_path),
        select=["replaced-client", "client-inactive"],
        write_baseline=tmp_path / "known.json",
        environ={},
    )
    checked(request)
    known = CheckRequest(
        ["-"],
        stdin=request.stdin,
        source_dir=str(tmp_path),
        select=["replaced-client", "client-inactive"],
        baseline=tmp_path / "known.json",
        environ={},
    )
    assert fix(checked(request)).files
    assert fix(checked(known)).files == ()
