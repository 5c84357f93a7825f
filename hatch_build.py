"""What PyPI shows of a release: the README and the project's links, as absolute addresses.

PyPI resolves no relative link. The workflow that releases knows where the repository is by GitHub's
own variables, and so does the action, which says it by variables of its own: GitHub's name whatever
repository is checked. A wheel that is built of a released source has the addresses of that. A build
elsewhere leaves the links as they are and names no address.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_URL = re.compile(r"^Project-URL: ([^,]+), (.+)$", re.MULTILINE)
_LINK = re.compile(r"(\]\()(?!https?://|#)([^)\s]+\))")


class Metadata(MetadataHookInterface):
    def update(self, metadata: dict[str, Any]) -> None:
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        released = Path(self.root, "PKG-INFO")
        server = os.environ.get("GITHUB_SERVER_URL")
        repository, ref = self._repository()
        if released.is_file():
            head, _, text = released.read_text(encoding="utf-8").partition("\n\n")
            urls = dict(_URL.findall(head))
            metadata |= {"urls": urls} if urls else {}
        elif server and repository:
            home = f"{server}/{repository}"
            tree = f"{home}/blob/{ref or 'main'}"
            text = _LINK.sub(rf"\1{tree}/\2", text)
            metadata["urls"] = {
                "Homepage": home,
                "Documentation": f"{tree}/docs/index.md",
                "Changelog": f"{tree}/CHANGELOG.md",
                "Issues": f"{home}/issues",
            }
        metadata["readme"] = {"content-type": "text/markdown", "text": text}

    def _repository(self) -> tuple[str | None, str | None]:
        """The repository that this is a checkout of, and what of it, as far as that is known."""
        for folder, repository, ref in (
            ("GITHUB_WORKSPACE", "GITHUB_REPOSITORY", "GITHUB_REF_NAME"),
            ("TOOLKIT", "TOOLKIT_REPOSITORY", "TOOLKIT_REF"),
        ):
            place = os.environ.get(folder)
            if place and Path(place).resolve() == Path(self.root).resolve():
                return os.environ.get(repository), os.environ.get(ref)
        return None, None
