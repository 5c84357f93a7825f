"""Find the modules of a root by following module calls through the folders on disk."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Final, TypeAlias

from msgspec import Struct

from toolkit.errors import SourceError
from toolkit.files.tree import Entry, FileRefusedError, Kind, Tree, joined
from toolkit.lazily import pattern
from toolkit.model.inventory import Note
from toolkit.sources.hcl.modules.installed import (
    MANIFEST,
    Installed,
    installed_modules,
    is_from_here,
)
from toolkit.sources.hcl.modules.language import TOFU_FILES
from toolkit.sources.hcl.modules.loading import (
    Module,
    has_tofu_files,
    load_module,
    refused,
    terraform_files,
)
from toolkit.sources.hcl.modules.versions import Versions
from toolkit.sources.hcl.syntax.nodes import Block, Literal
from toolkit.sources.remedies import (
    A_PLAN,
    MODULE_FILES,
    MODULE_SOURCE,
    OUTER_FOLDER,
    TERRAFORM_INIT,
    TRUSTED,
)

#: How the source of a module in the same tree begins.
LOCAL: Final = ("./", "../")
#: The part of a URL before its host may be a password.
_USER: Final = pattern(r"(?<=://)[^/@\s\"]*@")

#: Modules that are already read, by tree, folder and the names of their files.
ModuleCache: TypeAlias = "dict[tuple[str, str, tuple[str, ...]], Module]"


class Place(Struct, frozen=True):
    """A folder as the user named it, with its tree and its path in it."""

    tree: Tree
    folder: str
    shown: str

    @property
    def has_terraform(self) -> bool:
        """Whether the folder has files that one of the tools reads. Raises `SourceError`."""
        return bool(terraform_files(self.entries, tofu=True))

    @property
    def entries(self) -> Sequence[Entry]:
        """Return the names in the folder. Raises `SourceError`."""
        try:
            return self.tree.entries(self.folder)
        except FileRefusedError as error:
            raise SourceError(
                f"{self.shown}: {error.reason}",
                hint="Check the folder's permissions, or leave it out with --exclude.",
            ) from None


class Unread(Struct, frozen=True):
    """Why a call's module is not read (the start of a sentence), and what would decide
    its content.
    """

    why: str
    decided_by: str


class Called(Struct, frozen=True):
    """A called module: the names of the calls that lead to it, and their folders."""

    module: Module
    keys: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()


class ModuleTree:
    """Reads each folder once. `notes` records calls that lead to no folder on disk."""

    def __init__(
        self,
        place: Place,
        versions: Versions,
        cache: ModuleCache,
        *,
        trusts_installed: bool = False,
    ) -> None:
        self.files = place.tree
        self.folder = place.folder
        self.shown = place.shown
        self.versions = versions
        self.notes: set[Note] = set()
        self._cache = cache
        self._called: dict[tuple[tuple[str, ...], str | None], Called | Unread] = {}
        self.trusts_installed = trusts_installed
        self._installed: dict[str, Installed] | None = None

    def root(self) -> Called:
        """Return the root module. Raises `SourceError` for a file that cannot be read."""
        names = self._names(self.folder)
        return Called(self._load(self.folder, names), (), (self.folder,))

    def shown_path(self, folder: str) -> str:
        """Return a folder's path in reports, based on the root's path as the user named it."""
        inner = posixpath.relpath(folder or ".", self.folder or ".")
        return posixpath.normpath(posixpath.join(self.shown, inner))

    def called(self, caller: Called, call: Block, source: str | None) -> Called | Unread:
        """Return the module of a call with this source, or why it is not read.

        Raises `SourceError` for a file that cannot be read, and for endless recursion.
        """
        keys = (*caller.keys, call.labels[0])
        found = self._called.get((keys, source))
        if found is None:
            found = self._called[keys, source] = self._find(caller, call, source, keys)
        return found

    def _find(
        self, caller: Called, call: Block, source: str | None, keys: tuple[str, ...]
    ) -> Called | Unread:
        shown = _shown_source(call)
        if source is None:
            unread = Unread(f"Has no source that can be told from here ({shown})", A_PLAN)
            return self._unread(keys, unread)
        folder = self._folder(caller, call, source, ".".join(keys))
        if isinstance(folder, Unread):
            return self._unread(keys, folder)
        kind = self.files.kind(folder)
        if kind is Kind.OUTSIDE:
            self.notes.add(self._outside(call))
            return Unread(f"Is not in {self.files.root} ({shown})", OUTER_FOLDER)
        names = self._names(folder) if kind is Kind.FOLDER else []
        if not names:
            return self._unread(keys, _nothing_there(source, shown, kind))
        if folder in caller.chain:
            raise refused(
                call.source,
                call.start,
                "this module calls itself",
                "Calls of modules must come to an end; remove this one.",
            )
        return Called(self._load(folder, names), keys, (*caller.chain, folder))

    def _folder(self, caller: Called, call: Block, source: str, key: str) -> str | Unread:
        """Return the folder of a call. `key` is the call's key in Terraform's module list."""
        if source.startswith(LOCAL):
            return joined(caller.module.folder, source)
        if self._installed is None:
            self._installed = installed_modules(self.files, self.folder, self.shown)
        installed = self._installed.get(key)
        shown = _shown_source(call)
        if installed is None:
            return Unread(f"Is not on disk ({shown})", TERRAFORM_INIT)
        if not self.trusts_installed and not self._is_from_here(installed):
            return Unread(f"Is on disk, and nothing tells who put it there ({shown})", TRUSTED)
        if not installed.is_of(source, literal(call, "version")):
            why = f"Is on disk as terraform init found another one ({shown})"
            return Unread(why, TERRAFORM_INIT)
        return joined(self.folder, installed.directory)

    def _is_from_here(self, installed: Installed) -> bool:
        """Whether no commit contains an installed module. Raises `SourceError` if one does."""
        places = [MANIFEST, installed.folder_of_tool()]
        answers = [
            is_from_here(self.files, joined(self.folder, place), posixpath.join(self.shown, place))
            for place in places
            if place is not None
        ]
        return all(answers)

    def _unread(self, keys: Sequence[str], unread: Unread) -> Unread:
        address = ".".join(f"module.{key}" for key in keys)
        message = (
            f"{address} {unread.why[0].lower()}{unread.why[1:]}, so what depends on it is unknown; "
            f"decided by {unread.decided_by}."
        )
        self.notes.add(Note("module-not-on-disk", message))
        return unread

    def _outside(self, call: Block) -> Note:
        return Note(
            "module-outside-tree",
            f"{call.source.path}:{call.source.line(call.start)}: the module "
            f"{_shown_source(call)} is not in {self.files.root}, so it is not read and what "
            "depends on it is unknown; run in the folder that contains them both, or check a plan.",
        )

    def _names(self, folder: str) -> list[str]:
        try:
            entries = self.files.entries(folder)
        except FileRefusedError as error:
            raise SourceError(
                f"{self.shown_path(folder)}: {error.reason}",
                hint="Check the folder's permissions, or leave it out with --exclude.",
            ) from None
        tofu = has_tofu_files(entries) and self.versions.has(TOFU_FILES)
        return terraform_files(entries, tofu=tofu)

    def _load(self, folder: str, names: list[str]) -> Module:
        key = (self.files.root, folder, tuple(names))
        if key not in self._cache:
            self._cache[key] = load_module(self.files, folder, self.shown_path(folder), names)
        return self._cache[key]


def _nothing_there(source: str, shown: str, kind: Kind) -> Unread:
    if not source.startswith(LOCAL):
        return Unread(f"Is not on disk ({shown})", TERRAFORM_INIT)
    if kind is Kind.FOLDER:
        return Unread(f"Is a folder without Terraform files ({shown})", MODULE_FILES)
    return Unread(f"Is not on disk: {shown} leads to no folder", MODULE_SOURCE)


def literal(block: Block, name: str) -> str | None:
    """Return the string of a literal argument; None for any other."""
    attribute = block.body.attributes.get(name)
    value = attribute.verbatim if attribute is not None else None
    return value.value if isinstance(value, Literal) and isinstance(value.value, str) else None


def local_source(call: Block) -> str | None:
    """Return the path of a call to a module in the same tree; None for any other source."""
    source = literal(call, "source")
    return source if source is not None and source.startswith(LOCAL) else None


def _shown_source(call: Block) -> str:
    written = call.body.attributes.get("source")
    return "no source" if written is None else _USER.sub("", " ".join(written.text.split()))
