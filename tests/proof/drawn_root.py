"""The root module for drawn cases."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

#: The files of a case, by name.
Files = Mapping[str, str]
#: The start of a module that has its own resources.
PROVIDER: Final = """\
terraform {
  required_providers {
    genesyscloud = {
      source = "mypurecloud/genesyscloud"
    }
  }
}
"""
_DRAWN_FROM: Final = Path(__file__).parent / "drawn_from"
#: Files that only cases with unknowns need.
_OPEN: Final = ("ids.tf", "roles.tf", "unset.tf", "r")


class Case(NamedTuple):
    """An expression in a place. `what` names the place or the function; `files` begin with `name`.

    An open case refers to something unknown before apply.
    """

    name: str
    what: str
    files: Files
    is_open: bool


def write_base(folder: Path, *, is_open: bool) -> None:
    """Write the declarations to which the expressions refer."""
    left_out = () if is_open else _OPEN
    shutil.copytree(_DRAWN_FROM, folder, ignore=shutil.ignore_patterns(*left_out))
    (folder / "providers.tf").write_text(PROVIDER, encoding="utf-8")


def write_case(folder: Path, case: Case) -> None:
    for name, text in case.files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def remove_case(folder: Path, case: Case) -> None:
    for name in case.files:
        (folder / name).unlink(missing_ok=True)
