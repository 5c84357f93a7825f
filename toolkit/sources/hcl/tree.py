"""The modules of a root, found by following every module call through the folders on disk."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

from toolkit.errors import SourceError
from toolkit.model.inventory import Note
from toolkit.sources.hcl.blocks import Block
from toolkit.sources.hcl.confines import Confines
from toolkit.sources.hcl.expressions import Literal
from toolkit.sources.hcl.file_calls import unsure_call
from toolkit.sources.hcl.installed import MANIFEST, installed_modules
from toolkit.sources.hcl.modules import Module, load_module, terraform_files
from toolkit.sources.hcl.values import (
    BY_FILES,
    BY_INIT,
    BY_OUTER_FOLDER,
    BY_PLAN,
    BY_SOURCE,
    shortened,
)

#: How a source begins that is a folder of the same tree.
_LOCAL = ("./", "../")
#: What a URL has before its host may be a password.
_USER = re.compile(r"(?<=://)[^/@\s\"]*@")


class CyclicModuleError(SourceError):
    """A module that calls itself, by whatever way round."""


class Unread(NamedTuple):
    """Why a call's module is not read, as a sentence begins, and what would decide what it has."""

    why: str
    decided_by: str


#: Modules that were read before, by the real path of their folder and what bounded the reading.
ModuleCache: TypeAlias = dict[tuple[Confines, Path], Module]


class ModuleTree:
    """Reads each folder once. `notes` says which calls lead nowhere on disk."""

    def __init__(
        self, directory: Path, confines: Confines, cache: ModuleCache | None = None
    ) -> None:
        self.directory = directory
        self.confines = confines
        self.notes: set[Note] = set()
        self._cache = {} if cache is None else cache
        self._modules: dict[Path, Module] = {}
        self._called: dict[tuple[Path, str], Module | Unread] = {}
        self._installed = installed_modules(directory, confines)
        self._leads_astray = False

    @property
    def is_misread(self) -> bool:
        """Whether tfparse evaluates another configuration than Terraform does.

        It does not merge override files, reads hidden ones, and takes sources of modules that
        Terraform does not.
        """
        return self._leads_astray or any(
            module.has_overrides or module.has_hidden for module in self._modules.values()
        )

    def leads_outside(self) -> bool:
        """Whether tfparse could be led out of the tree; `notes` then says by what."""
        outside = list(self._outside())
        self.notes.update(outside)
        return bool(outside)

    def _outside(self) -> Iterator[Note]:
        if not all(
            self.confines.holds(self.directory / i.directory) for i in self._installed.values()
        ):
            yield _not_evaluated(f"{self.directory}/{MANIFEST}", "a folder out of the tree")
        for module in self._modules.values():
            for text in module.texts:
                call = unsure_call(text, str(module.directory), str(self.directory), self.confines)
                if call is not None:
                    yield _not_evaluated(module.path, call)

    def root(self, path: str) -> Module:
        """The root module, all that it calls read as well.

        Raises `SourceError` for a file that cannot be read, and `CyclicModuleError` for calls
        without end.
        """
        module = self._module(self.directory, path)
        self._follow(module, (), (self.directory.resolve(),))
        return module

    def called(self, module: Module, name: str) -> Module | Unread:
        """The module that a call reads, or why it is not read."""
        return self._called[module.directory.resolve(), name]

    def _module(self, directory: Path, path: str) -> Module:
        resolved = directory.resolve()
        if resolved not in self._modules:
            key = (self.confines, resolved)
            if key not in self._cache:
                self._cache[key] = load_module(directory, path, self.confines)
            self._modules[resolved] = self._cache[key]
        return self._modules[resolved]

    def _follow(self, module: Module, keys: tuple[str, ...], chain: tuple[Path, ...]) -> None:
        for name, call in module.calls.items():
            key = (*keys, name)
            directory = self._directory(module, call, key)
            slot = (chain[-1], name)
            if isinstance(directory, Unread):
                self._called[slot] = directory
                continue
            resolved = directory.resolve()
            if resolved in chain:
                raise CyclicModuleError(
                    f"{call.span.path}:{call.span.line}: this module calls itself",
                    hint="Calls of modules must come to an end; remove this one.",
                )
            known = slot in self._called
            child = self._module(directory, _shown_path(module, call, directory))
            self._called[slot] = child
            if not known:
                self._follow(child, key, (*chain, resolved))

    def _directory(self, module: Module, call: Block, keys: tuple[str, ...]) -> Path | Unread:
        """The folder of a call, named from the root by `keys`; where it has none a note says so.

        What tfparse would look for in another place than Terraform is kept in mind.
        """
        key = ".".join(keys)
        directory = self._named(module, call, key)
        source = _shown_source(call)
        if directory is not None and not self.confines.holds(directory):
            self._leads_astray = True
            self.notes.add(_outside_tree(call, self.confines))
            return Unread(f"Is not in {self.confines.tree} ({source})", BY_OUTER_FOLDER)
        if self._is_stale(call, key):
            # tfparse takes it all the same.
            self._leads_astray = True
            unread = Unread(f"Is on disk as terraform init found another one ({source})", BY_INIT)
        elif directory is not None and directory.is_dir() and terraform_files(directory):
            return directory
        else:
            unread = _unread(call, directory)
        self.notes.add(_not_on_disk(keys, unread))
        return unread

    def _is_stale(self, call: Block, key: str) -> bool:
        """Whether what is installed for a call is not what the call asks for."""
        source, installed = _source(call), self._installed.get(key)
        if source is None or source.startswith(_LOCAL) or installed is None:
            return False
        return not installed.is_of(source, _literal(call, "version"))

    def _named(self, module: Module, call: Block, key: str) -> Path | None:
        """The folder that a call names. `key` is how Terraform's own list names the call."""
        source = _source(call)
        # tfparse evaluates a source, takes any that begins with a dot for a folder, and drops
        # ``..`` together with the name before it, which may be a link.
        self._leads_astray |= source is None
        if source is None:
            return None
        if source.startswith(_LOCAL):
            directory = module.directory / source
            real = os.path.realpath(directory)
            self._leads_astray |= real != os.path.realpath(os.path.normpath(directory))
        elif key in self._installed:
            directory = self.directory / self._installed[key].directory
        else:
            self._leads_astray |= source.startswith(".")
            return None
        return directory


def local_source(call: Block) -> str | None:
    """The path of a call to a module in the same tree; None for any other source."""
    source = _source(call)
    return source if source is not None and source.startswith(_LOCAL) else None


def _source(call: Block) -> str | None:
    return _literal(call, "source")


def _literal(call: Block, name: str) -> str | None:
    attribute = call.attributes.get(name)
    value = attribute.expression if attribute is not None else None
    return value.value if isinstance(value, Literal) and isinstance(value.value, str) else None


def _shown_source(call: Block) -> str:
    written = call.attributes.get("source")
    return "no source" if written is None else _USER.sub("", " ".join(written.source.split()))


def _unread(call: Block, directory: Path | None) -> Unread:
    """Why there is no module where a call leads."""
    shown = _shown_source(call)
    if _source(call) is None:
        return Unread(f"Has no source that can be told from here ({shown})", BY_PLAN)
    if local_source(call) is None:
        return Unread(f"Is not on disk ({shown})", BY_INIT)
    if directory is not None and directory.is_dir():
        return Unread(f"Is a folder without Terraform files ({shown})", BY_FILES)
    return Unread(f"Is not on disk: {shown} leads to no folder", BY_SOURCE)


def _not_on_disk(keys: tuple[str, ...], unread: Unread) -> Note:
    address = ".".join(f"module.{key}" for key in keys)
    return Note(
        "module-not-on-disk",
        f"{address} {unread.why[0].lower()}{unread.why[1:]}, so what depends on it is unknown; "
        f"decided by {unread.decided_by}.",
    )


def _outside_tree(call: Block, confines: Confines) -> Note:
    return Note(
        "module-outside-tree",
        f"{call.span.path}:{call.span.line}: the module {_shown_source(call)} is not in "
        f"{confines.tree}, so it is not read and what depends on it is unknown; run in the folder "
        "that contains them both, or check a plan.",
    )


def _not_evaluated(where: str, what: str) -> Note:
    return Note(
        "not-evaluated",
        f"{where}: {shortened(what)} could open a file that is not part of the configuration, so "
        "no function is evaluated in this root module; check a plan for what is unknown.",
    )


def _shown_path(module: Module, call: Block, directory: Path) -> str:
    """How reports name a called module's folder: from where the user named the root."""
    source = _source(call)
    if source is None or not source.startswith(_LOCAL):
        return str(directory)
    parts = [part for part in module.path.split("/") if part not in ("", ".")]
    for part in source.split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    lead = "/" if module.path.startswith("/") else ""
    return re.sub(r"^//", "/", lead + "/".join(parts)) or "."
