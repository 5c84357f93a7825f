"""PyPI resolves no relative link: a release has absolute ones, to the tag it was built from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from hatch_build import Metadata

ROOT = Path(__file__).resolve().parents[2]
RELATIVE = re.compile(r"\]\((?!https?://|#)")


def metadata() -> dict[str, Any]:
    found: dict[str, Any] = {}
    Metadata(str(ROOT), {}).update(found)
    return found


def test_a_release_links_to_its_own_tag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.example")
    monkeypatch.setenv("GITHUB_REPOSITORY", "owner/name")
    monkeypatch.setenv("GITHUB_REF_NAME", "v1.2.3")
    found = metadata()
    text = found["readme"]["text"]
    assert not RELATIVE.search(text)
    assert "(https://github.example/owner/name/blob/v1.2.3/docs/getting-started.md)" in text
    assert found["urls"]["Homepage"] == "https://github.example/owner/name"


def test_a_build_elsewhere_makes_up_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    found = metadata()
    assert found["readme"]["text"] == (ROOT / "README.md").read_text(encoding="utf-8")
    assert "urls" not in found
