"""Clients that an edit cannot affect are left out of its proof, and no others."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.fixes.test_fixing import CODE, CREDENTIALS, POLICY, client, holder, role
from toolkit.files.tree import FolderTree
from toolkit.sources.hcl.editing.editor import Editor
from toolkit.sources.hcl.editing.reduction import untouched
from toolkit.sources.hcl.modules.loading import load_module
from toolkit.workflows import CheckRequest, checked, with_edits


def left(folder: Path, text: str, names: Iterable[str], **files: str) -> list[str]:
    for name, content in {"main.tf": text, **files}.items():
        (folder / name.replace("__", ".")).write_text(content, encoding="utf-8")
    found = sorted(path.name for path in folder.iterdir() if path.suffix in (".tf", ".json"))
    module = load_module(FolderTree(str(folder)), "", "", found)
    return [block.labels[1] for block in untouched(module, names)]


LOCALS = 'locals {\n  x = ["users"]\n  y = local.x\n}\n'


@pytest.mark.parametrize(
    ("text", "names", "kept"),
    [
        (client("a", CODE) + client("b", CODE), ["a"], ["b"]),
        # What depends on a local, directly or indirectly.
        (
            LOCALS
            + client("a", f"{CODE}  scopes = local.x\n")
            + client("b", f"{CODE}  scopes = local.y\n")
            + client("c", CODE),
            ["x"],
            ["c"],
        ),
        # The holder of the role, and the holder of another role.
        (role("r") + role("s") + holder("a", "r") + holder("b", "s"), ["r"], ["b"]),
        # What another client reads must stay in the configuration.
        (
            client("a", CODE)
            + client("b", f"{CODE}  scopes = genesyscloud_oauth_client.c.scopes\n")
            + client("c", CODE),
            ["a"],
            ["b"],
        ),
        # A client that reads the edited one changes with it.
        (
            client("a", CODE)
            + client("b", f"{CODE}  scopes = genesyscloud_oauth_client.a.scopes\n"),
            ["a"],
            [],
        ),
        # The bare word counts as a reference.
        (client("a", CODE) + client("b", f'{CODE}  description = "like a"\n'), ["a"], []),
        (client("a", CODE) + client("b", f'{CODE}  description = file("x.tf")\n'), ["a"], []),
    ],
)
def test_which_clients_are_left_out(
    tmp_path: Path, text: str, names: list[str], kept: list[str]
) -> None:
    assert left(tmp_path, text, names) == kept


def test_beside_what_words_do_not_tell_all_are_read(tmp_path: Path) -> None:
    text = client("a", CODE) + client("b", CODE)
    over = 'resource "genesyscloud_oauth_client" "b" {\n  description = "x"\n}\n'
    assert left(tmp_path, text, ["a"], main_override__tf=over) == []
    (tmp_path / "main_override.tf").unlink()
    assert left(tmp_path, text, ["a"], more__tf__json='{"locals": {"z": 1}}') == []
    (tmp_path / "more.tf.json").unlink()
    call = 'module "m" {\n  source = "./m"\n  x = local.x\n}\n'
    assert left(tmp_path, f"{LOCALS}{call}{text}", ["x"]) == []
    assert left(tmp_path, f"{LOCALS}{call}{text}", ["a"]) == ["b"]


def test_the_proof_is_the_same_without_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = LOCALS + role("r") + role("s")
    for number in range(4):
        text += client(f"own{number}", f'{CODE}  scopes = ["recordings"]\n')
        text += client(f"bad{number}", f'{CODE}  scopes = ["users"]\n')
    text += client("shared", f"{CODE}  scopes = local.y\n") + holder("h", "r") + holder("g", "s")
    text += client("none", CREDENTIALS)
    spared: list[int] = []
    find = Editor.untouched

    def counted(self: Editor, changes: Iterable[object]) -> object:
        found = find(self, changes)  # type: ignore[arg-type]
        spared.append(sum(map(len, found.values())))
        return found

    monkeypatch.setattr(Editor, "untouched", counted)
    (tmp_path / "main.tf").write_text(text, encoding="utf-8")
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY, encoding="utf-8")
    request = CheckRequest([str(tmp_path)], policies=[str(policy)], environ={})
    reduced = with_edits(checked(request))
    assert max(spared) >= 4
    monkeypatch.setattr(Editor, "untouched", lambda *_: {})
    assert with_edits(checked(request)) == reduced
    assert sum(each.fix_edits is not None for each in reduced.results) >= 8
