"""PyPI resolves no relative link: a release has absolute ones, to the tag it was built from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from hatch_build import Metadata

ROOT = Path(__file__).resolve().parents[2]
RELATIVE = re.compile(r"\]\((?!https?://|#)")


def metadata(root: Path = ROOT) -> dict[str, Any]:
    found: dict[str, Any] = {}
    Metadata(str(root), {}).update(found)
    return found


@pytest.fixture(autouse=True)
def _at_github(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.example")
    monkeypatch.setenv("GITHUB_REPOSITORY", "owner/name")
    monkeypatch.setenv("GITHUB_REF_NAME", "v1.2.3")
    for name in ("GITHUB_WORKSPACE", "TOOLKIT", "TOOLKIT_REPOSITORY", "TOOLKIT_REF"):
        monkeypatch.delenv(name, raising=False)


def test_a_release_links_to_its_own_tag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(ROOT))
    found = metadata()
    text = found["readme"]["text"]
    assert not RELATIVE.search(text)
    assert "(https://github.example/owner/name/blob/v1.2.3/docs/getting-started.md)" in text
    assert found["urls"]["Homepage"] == "https://github.example/owner/name"


def test_a_wheel_of_a_released_source_has_its_addresses(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    home = "https://github.example/ours/toolkit"
    (tmp_path / "README.md").write_text("[a](docs/a.md)")
    (tmp_path / "PKG-INFO").write_text(
        f"Name: x\nProject-URL: Homepage, {home}\nProject-URL: Documentation, {home}/docs/index.md"
        f"\n\n[ä]({home}/docs/a.md)\n\nend",
        encoding="utf-8",
    )
    found = metadata(tmp_path)
    assert found["urls"] == {"Homepage": home, "Documentation": f"{home}/docs/index.md"}
    assert found["readme"]["text"] == f"[ä]({home}/docs/a.md)\n\nend"


def test_the_action_links_to_its_own_repository(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In a job of another repository, GitHub's variables have that repository's name."""
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    monkeypatch.setenv("TOOLKIT", str(ROOT))
    monkeypatch.setenv("TOOLKIT_REPOSITORY", "ours/toolkit")
    monkeypatch.setenv("TOOLKIT_REF", "v2")
    documentation = metadata()["urls"]["Documentation"]
    assert documentation == "https://github.example/ours/toolkit/blob/v2/docs/index.md"
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    (install,) = (each for each in action["runs"]["steps"] if "pip install" in each.get("run", ""))
    assert install["env"] | {"PYTHON": ""} == {
        "PYTHON": "",
        "TOOLKIT": "${{ github.action_path }}",
        "TOOLKIT_REPOSITORY": "${{ github.action_repository }}",
        "TOOLKIT_REF": "${{ github.action_ref }}",
    }


@pytest.mark.parametrize("variable", ["GITHUB_REPOSITORY", "GITHUB_WORKSPACE"])
def test_a_build_elsewhere_makes_up_no_address(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(ROOT))
    monkeypatch.delenv(variable)
    found = metadata()
    assert found["readme"]["text"] == (ROOT / "README.md").read_text(encoding="utf-8")
    assert "urls" not in found
