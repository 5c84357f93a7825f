"""The modules of a root, found by following every module call through the folders on disk."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeAlias

import msgspec

from toolkit.errors import SourceError
from toolkit.model.inventory import Note
from toolkit.sources.hcl.blocks import Block
from toolkit.sources.hcl.expressions import Literal
from toolkit.sources.hcl.modules import Module, load_module

#: How a source begins that is a folder of the same tree.
_LOCAL = ("./", "../")


class CyclicModuleError(SourceError):
    """A module that calls itself, by whatever way round."""


#: Modules that were read before, by the real path of their folder.
ModuleCache: TypeAlias = dict[Path, Module]


class ModuleTree:
    """Reads each folder once. `notes` says which calls lead nowhere on disk."""

    def __init__(self, directory: Path, cache: ModuleCache | None = None) -> None:
        self.directory = directory
        self.notes: set[Note] = set()
        self._modules = {} if cache is None else cache
        self._called: dict[tuple[Path, str], Module | None] = {}
        self._installed = _installed(directory)

    @property
    def is_misread(self) -> bool:
        """Whether tfparse evaluates another configuration than Terraform does.

        It does not merge override files, and reads hidden ones.
        """
        return any(module.has_overrides or module.has_hidden for module in self._modules.values())

    def root(self, path: str) -> Module:
        """The root module, all that it calls read as well.

        Raises `SourceError` for a file that cannot be read, and `CyclicModuleError` for calls
        without end.
        """
        module = self._module(self.directory, path)
        self._follow(module, (), (self.directory.resolve(),))
        return module

    def called(self, module: Module, name: str) -> Module | None:
        """The module that a call reads; None where it is not on disk."""
        return self._called.get((module.directory.resolve(), name))

    def _module(self, directory: Path, path: str) -> Module:
        resolved = directory.resolve()
        if resolved not in self._modules:
            self._modules[resolved] = load_module(directory, path)
        return self._modules[resolved]

    def _follow(self, module: Module, keys: tuple[str, ...], chain: tuple[Path, ...]) -> None:
        for name, call in module.calls.items():
            key = (*keys, name)
            directory = self._directory(module, call, ".".join(key))
            slot = (chain[-1], name)
            if directory is None:
                self._called[slot] = None
                self.notes.add(_not_on_disk(key, call))
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

    def _directory(self, module: Module, call: Block, key: str) -> Path | None:
        """The folder of a call. `key` names it from the root, as Terraform's own list does."""
        source = _source(call)
        if source is None:
            return None
        if source.startswith(_LOCAL):
            directory = module.directory / source
        elif key in self._installed:
            directory = self.directory / self._installed[key]
        else:
            return None
        return directory if directory.is_dir() else None


def local_source(call: Block) -> str | None:
    """The path of a call to a module in the same tree; None for any other source."""
    source = _source(call)
    return source if source is not None and source.startswith(_LOCAL) else None


def _source(call: Block) -> str | None:
    attribute = call.attributes.get("source")
    value = attribute.expression if attribute is not None else None
    return value.value if isinstance(value, Literal) and isinstance(value.value, str) else None


def _not_on_disk(keys: tuple[str, ...], call: Block) -> Note:
    address = ".".join(f"module.{key}" for key in keys)
    shown = call.attributes["source"].source.strip() if "source" in call.attributes else "no source"
    return Note(
        "module-not-on-disk",
        f"{address} ({shown}) is not on disk, so what depends on it is unknown; "
        "run `terraform init` first, or check a plan.",
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


class _Entry(msgspec.Struct):
    key: str = msgspec.field(name="Key")
    directory: str = msgspec.field(name="Dir")


class _Manifest(msgspec.Struct):
    modules: list[_Entry] = msgspec.field(name="Modules")


def _installed(root: Path) -> dict[str, str]:
    """Where `terraform init` put the modules of a root; empty when it has not run."""
    manifest = root / ".terraform" / "modules" / "modules.json"
    try:
        read = msgspec.json.decode(manifest.read_bytes(), type=_Manifest)
    except (OSError, msgspec.MsgspecError):
        return {}
    return {entry.key: entry.directory for entry in read.modules}
