"""Find the modules that `terraform init` installed, and whether they are still the ones requested.

Terraform trusts a module list that came with a commit, whose author then decides where it leads. A
list that Git tracks is therefore refused; if tracking is unknown, the list is not used.

A module folder that a pipeline keeps may belong to an earlier commit. Terraform refuses to continue
with it, and its content says nothing about the current configuration.
"""

from __future__ import annotations

import posixpath
import re
from typing import Final

import msgspec
from msgspec import Struct

from toolkit.errors import SourceError
from toolkit.files.tracking import Tracking
from toolkit.files.tree import FileRefusedError, Kind, Tree
from toolkit.lazily import pattern
from toolkit.sources.hcl.modules.versions import satisfied

MANIFEST: Final = ".terraform/modules/modules.json"
_SCHEME: Final = pattern(r"^(?:\w+::)?(?:[\w+.-]+://)?")


#: The file in which `terraform workspace select` stores the workspace of a root module.
ENVIRONMENT: Final = ".terraform/environment"
_MODULES: Final = ".terraform/modules/"


def is_from_here(tree: Tree, path: str, shown: str) -> bool:
    """Whether no commit contains a file or folder; false if that is unknown.

    Raises `SourceError` for what Git tracks.
    """
    tracked = Tracking(tree).tracked(path)
    if tracked:
        raise SourceError(
            f"{shown}: Git tracks it, so it is not what terraform init left here",
            hint="Run 'terraform init' in the pipeline, and keep this out of Git; where it "
            "is meant, use --trust-installed-modules.",
        )
    return tracked is False


class Installed(Struct, frozen=True):
    """A module in the list of `terraform init`. `directory` is relative to the root."""

    directory: str
    source: str
    version: str | None

    def folder_of_tool(self) -> str | None:
        """Return the module's own folder below the tool's folder; None if it is elsewhere."""
        directory = posixpath.normpath(self.directory)
        if not directory.startswith(_MODULES):
            return None
        return _MODULES + directory.removeprefix(_MODULES).partition("/")[0]

    def is_of(self, source: str, version: str | None) -> bool:
        """Whether the module matches the source and version of a call."""
        return (not self.source or _identity(self.source) == _identity(source)) and (
            version is None or satisfied(version, self.version or "")
        )


def installed_modules(tree: Tree, root: str, shown: str) -> dict[str, Installed]:
    """Return the installed modules of a root by their names in the list; empty before any init.

    Raises `SourceError` if the list is outside the tree or too large.
    """
    try:
        data = tree.read(posixpath.join(root, MANIFEST))
    except FileRefusedError as error:
        if error.kind is Kind.MISSING:
            return {}
        raise SourceError(
            f"{posixpath.join(shown, MANIFEST)}: {error.reason}",
            hint="Remove the .terraform folder, and run terraform init again.",
        ) from None
    try:
        entries = msgspec.json.decode(data)["Modules"]
        found = {
            entry["Key"]: Installed(entry["Dir"], entry.get("Source", ""), entry.get("Version"))
            for entry in entries
        }
    except (msgspec.DecodeError, TypeError, KeyError, AttributeError, RecursionError):
        return {}
    texts = all(
        isinstance(text, str)
        for key, each in found.items()
        for text in (key, each.directory, each.source, each.version or "")
    )
    return found if texts else {}


def _identity(source: str) -> tuple[tuple[str, ...], str, frozenset[str]]:
    """Return what all spellings of a source share: Terraform expands the short ones.

    These are the last parts of its path, the folder in it, and the text after the question mark.
    """
    path, _, query = source.partition("?")
    package, _, folder = _SCHEME.sub("", path, count=1).partition("//")
    parts = re.split(r"[/:]", package.rstrip("/").removesuffix(".git"))
    return tuple(parts[-3:]), folder.strip("/"), frozenset(query.split("&"))
