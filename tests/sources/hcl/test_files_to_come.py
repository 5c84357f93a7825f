"""Results of `fileset()`: with the files that Terraform will create, and before it does.

`terraform init` and a state add files to the root module's folder. A pattern that matches one of
them is not decided by the tree; any other pattern is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.sources.hcl.reading import read, write
from tests.standin_provider.conftest import standin_config
from tests.standin_provider.workspace import PROVIDER, Workspace
from toolkit.model.values import Unknown

__all__ = ["standin_config"]

_CLIENT: Final = """resource "genesyscloud_oauth_client" "c" {
  name                  = "c"
  authorized_grant_type = "CODE"
  description           = jsonencode(fileset(%s))
}
"""
_LOCAL: Final = 'module "m" {\n  source = "./m"\n}\n'
_REMOTE: Final = 'module "r" {\n  source = "example.com/a/b/c"\n}\n'
_FILES: Final = {
    "providers.tf": PROVIDER,
    "d/a.json": "1",
    "d/b.yaml": "1",
    "e.json": "2",
    "m/main.tf": "locals {\n}\n",
}
#: Whether a module is called, the arguments, and the result as JSON, or None.
CASES: Final = [
    ("", 'path.module, "**"', None),
    ("", 'path.module, "*"', None),
    ("", 'path.module, "**/*"', None),
    ("", 'path.module, "?erraform.*"', None),
    ("", 'path.module, "{.*,d}/**"', None),
    ("", 'path.module, "**/*.md"', None),
    ("", 'path.module, "**/*.json"', '["d/a.json","e.json"]'),
    ("", 'path.module, "*.json"', '["e.json"]'),
    ("", 'path.module, "d/**"', '["d/a.json","d/b.yaml"]'),
    ("", '"d", "**"', '["a.json","b.yaml"]'),
    ("", 'path.module, "**/modules/*.json"', "[]"),
    (_LOCAL, 'path.module, "**/*.json"', None),
    (_LOCAL, '"d", "../**/*.json"', None),
    (_LOCAL, 'path.module, "*/*/*.json"', None),
    (_LOCAL, 'path.module, "*/*.json"', '["d/a.json"]'),
    (_LOCAL, 'path.module, "**/*.yaml"', '["d/b.yaml"]'),
    (_LOCAL, 'path.module, "**/a.json"', '["d/a.json"]'),
]


@pytest.mark.parametrize(("call", "arguments", "found"), CASES)
def test_a_pattern_that_matches_what_is_to_come_is_unknown(
    tmp_path: Path, call: str, arguments: str, found: str | None
) -> None:
    write(tmp_path, {**_FILES, "main.tf": _CLIENT % arguments + call})
    (client,) = read(tmp_path, terraform_version="1.11.4").clients
    description = client.attributes["description"]
    if found is None:
        assert isinstance(description, Unknown)
        assert description.reference.startswith("fileset(")
    else:
        assert description == found


def test_a_module_from_elsewhere_may_bring_any_file(tmp_path: Path) -> None:
    write(tmp_path, {**_FILES, "main.tf": _CLIENT % 'path.module, "**/*.yaml"' + _REMOTE})
    (client,) = read(tmp_path, terraform_version="1.11.4").clients
    assert isinstance(client.attributes["description"], Unknown)


@pytest.mark.terraform
def test_terraform_finds_what_is_known(tmp_path: Path, standin_config: Path) -> None:
    for at, (call, arguments, found) in enumerate(CASES):
        if found is None:
            continue
        files = {**_FILES, "main.tf": _CLIENT % arguments + call}
        workspace = Workspace(write(tmp_path / str(at), files), standin_config)
        workspace.init()
        (change,) = workspace.plan()["resource_changes"]
        assert change["change"]["after"]["description"] == found
