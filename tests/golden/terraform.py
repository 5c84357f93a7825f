"""Plans and states of the real terraform with the stand-in provider, reproducible."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any, Final

from tests.golden.case import INPUTS, LIMITS, POLICY, Case
from tests.standin_provider.workspace import Workspace

_TIME: Final = "2026-01-01T00:00:00Z"
_NO_ID: Final = "00000000-0000-0000-0000-000000000000"
_SECRET: Final = "hidden-client-secret"
_PROVIDER: Final = """\
terraform {
  required_providers {
    genesyscloud = {
      source = "mypurecloud/genesyscloud"
    }
  }
}
"""
#: Lists that Terraform writes in the random order of a Go map.
_UNSORTED: Final = ("relevant_attributes", "child_modules", "sensitive_attributes")
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: Files of a case that are not part of its configuration.
_OWN: Final = (
    *("case.yaml", LIMITS, POLICY, "expected*", ".gitignore"),
    *INPUTS.values(),
)


def make(case: Case, directory: Path, cli_config: Path) -> dict[str, str]:
    """Plan, and apply if the case asks for it; return the text of each file by name."""
    recipe = case.recipe.terraform
    workspace = Workspace(directory, cli_config, case.recipe.environ)
    if recipe.before is not None:
        _lay_out(case.directory / recipe.before, directory)
        workspace.init()
        workspace.plan()
        workspace.apply()
        for path in directory.glob("*.tf"):
            path.unlink()
    _lay_out(case.directory, directory)
    workspace.init()
    made = {"plan.json": _settled(_plan(case, workspace))}
    if recipe.state:
        made["state.json"] = _settled(workspace.apply())
        raw = json.loads((directory / "terraform.tfstate").read_text(encoding="utf-8"))
        made["terraform.tfstate"] = _settled(raw)
    return made


def _lay_out(source: Path, target: Path) -> None:
    """Copy a configuration, and add the provider's source to each module."""
    shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*_OWN))
    for module in {
        path.parent for pattern in ("*.tf", "*.tf.json") for path in target.rglob(pattern)
    }:
        if ".terraform" not in module.parts:
            (module / "providers.tf").write_text(_PROVIDER, encoding="utf-8")


def _plan(case: Case, workspace: Workspace) -> dict[str, Any]:
    recipe = case.recipe.terraform
    if not recipe.errored:
        return workspace.plan(*recipe.arguments)
    workspace.run("plan", "-no-color", "-input=false", "-out=plan.out", *recipe.arguments, expect=1)
    shown: dict[str, Any] = json.loads(workspace.run("show", "-json", "plan.out").stdout)
    return shown


def _settled(document: dict[str, Any]) -> str:
    """Return the document without what differs between runs, and without apparent secrets."""
    for name, value in (("timestamp", _TIME), ("lineage", _NO_ID), ("serial", 1)):
        if name in document:
            document[name] = value
    drawn: set[str] = set()
    _look_through(document, drawn)
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"
    for identifier in drawn:
        text = text.replace(identifier, _NO_ID)
    return text


def _look_through(node: Any, drawn: set[str], own: bool = False) -> None:
    """Sort lists, collect the ids of Terraform's own resources, and hide client secrets."""
    if isinstance(node, list):
        for item in node:
            _look_through(item, drawn, own)
    elif isinstance(node, dict):
        own = own or node.get("type") == "terraform_data"
        if own and isinstance(node.get("id"), str) and _ID.fullmatch(node["id"]):
            drawn.add(node["id"])
        if isinstance(node.get("client_secret"), str) and node["client_secret"]:
            node["client_secret"] = _SECRET
        for name, item in node.items():
            if name in _UNSORTED:
                item.sort(key=_order)
            _look_through(item, drawn, own)


def _order(item: Any) -> str:
    return str(item["address"]) if "address" in item else json.dumps(item)
