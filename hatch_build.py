"""What PyPI shows of a release: the README and the project's links, as absolute addresses.

PyPI resolves no relative link. The workflow that releases knows where the repository is by GitHub's
own variables; a build elsewhere leaves the links as they are and names no address.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"(\]\()(?!https?://|#)([^)\s]+\))")


class Metadata(MetadataHookInterface):
    def update(self, metadata: dict[str, Any]) -> None:
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        server, repository = (
            os.environ.get("GITHUB_SERVER_URL"),
            os.environ.get("GITHUB_REPOSITORY"),
        )
        if server and repository:
            home = f"{server}/{repository}"
            tree = f"{home}/blob/{os.environ.get('GITHUB_REF_NAME') or 'main'}"
            text = _LINK.sub(rf"\1{tree}/\2", text)
            metadata["urls"] = {
                "Homepage": home,
                "Documentation": f"{tree}/docs/index.md",
                "Changelog": f"{tree}/CHANGELOG.md",
                "Issues": f"{home}/issues",
            }
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
