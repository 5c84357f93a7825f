"""Opening files: the cost of deep paths, and links on the way."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from toolkit.files.tree import FileRefusedError, FolderTree, Kind


def test_a_folder_is_not_reached_from_the_root_for_each_below_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path.joinpath(*["d"] * 200)
    deep.mkdir(parents=True)
    tree, looks = FolderTree(str(tmp_path)), []
    lstat = os.lstat

    def counted(path: Any, **more: Any) -> os.stat_result:
        looks.append(path)
        return lstat(path, **more)

    monkeypatch.setattr(os, "lstat", counted)
    path = ""
    for _ in range(200):
        (below,) = tree.entries(path)
        path = f"{path}/{below.name}".lstrip("/")
    assert tree.entries(path) == []
    assert len(looks) <= 200


def test_what_is_below_a_link_is_looked_at_where_that_leads(tmp_path: Path) -> None:
    (tmp_path / "real" / "inner").mkdir(parents=True)
    (tmp_path / "real" / "inner" / "main.tf").write_text("x")
    (tmp_path / "real" / "out").symlink_to(tmp_path.parent)
    (tmp_path / "link").symlink_to("real")
    tree = FolderTree(str(tmp_path))
    assert [each.name for each in tree.entries("link/inner")] == ["main.tf"]
    assert tree.read("link/inner/main.tf") == b"x"
    for path in ("link/out", "link/out/more", "real/out"):
        with pytest.raises(FileRefusedError) as caught:
            tree.entries(path)
        assert caught.value.kind is Kind.OUTSIDE
