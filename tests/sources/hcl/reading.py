"""Helpers that write and read Terraform folders in tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from toolkit.model.inventory import Inventory
from toolkit.sources.hcl.reader import read_hcl
from toolkit.sources.read_requests import Assignment, Execution, Read


def read(
    folder: Path | str,
    assignments: Sequence[Assignment] = (),
    environ: Mapping[str, str] | None = None,
    **execution: Any,
) -> Inventory:
    request = Read(str(folder), tuple(assignments), environ or {}, execution=Execution(**execution))
    return read_hcl(request)


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files by their paths below a folder; return the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
