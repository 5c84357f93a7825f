"""What `terraform init` put where, whether it was that, and whether it is what is asked for now.

Terraform believes a list of modules that a commit brought, and its author chose what it leads to.
So one that Git tracks is refused, and where nothing tells whether it is, nothing is believed.

A folder of modules that a pipeline keeps can be that of an earlier commit. Terraform refuses to go
on with it; to read it would be to judge what was, and not what will be.
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


#: In which workspace `terraform workspace select` left a root module.
ENVIRONMENT: Final = ".terraform/environment"
_MODULES: Final = ".terraform/modules/"


def is_from_here(tree: Tree, path: str, shown: str) -> bool:
    """Whether no commit brought a file or folder; false where nothing tells.

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
    """A module as the list of `terraform init` has it. `directory` is relative to the root."""

    directory: str
    source: str
    version: str | None

    def folder_of_tool(self) -> str | None:
        """The module's own folder below that of the tool; None for one that lies elsewhere."""
        directory = posixpath.normpath(self.directory)
        if not directory.startswith(_MODULES):
            return None
        return _MODULES + directory.removeprefix(_MODULES).partition("/")[0]

    def is_of(self, source: str, version: str | None) -> bool:
        """Whether it is what a call asks for by its source and its version."""
        return (not self.source or _identity(self.source) == _identity(source)) and (
            version is None or satisfied(version, self.version or "")
        )


def installed_modules(tree: Tree, root: str, shown: str) -> dict[str, Installed]:
    """The modules of a root, each under the name that the list gives it; none before any init.

    Raises `SourceError` where the list lies outside of the tree, or is too large.
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
    """What two spellings of a source have in common: Terraform writes out those that are short.

    The last parts of its path, the folder in it, and what stands behind the question mark.
    """
    path, _, query = source.partition("?")
    package, _, folder = _SCHEME.sub("", path, count=1).partition("//")
    parts = re.split(r"[/:]", package.rstrip("/").removesuffix(".git"))
    return tuple(parts[-3:]), folder.strip("/"), frozenset(query.split("&"))
