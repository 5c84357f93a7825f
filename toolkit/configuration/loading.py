"""Read and validate a configuration file; its values are keyed by option name."""

from __future__ import annotations

import errno
import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from toolkit.configuration.document import (
    ABOUT_TARGETS,
    ONLY_COMMAND_LINE,
    PATHS,
    Configuration,
    Target,
)
from toolkit.configuration.finding import NAME, SHARED, TABLE, shown
from toolkit.documents import Document, convert
from toolkit.documents.decoding import MAX_SIZE
from toolkit.documents.document import raise_all
from toolkit.documents.toml import read_toml
from toolkit.documents.wording import quoted, suggestion
from toolkit.errors import DocumentError, UsageError
from toolkit.files.named import open_named, refuse_leading_out, stands_in_a_tree

if TYPE_CHECKING:
    from toolkit.configuration.commit import Commit

_FILES: Final = ("policy", "var-file", "baseline", "catalog", "contract")
_DECIDING: Final = frozenset({"policy", "baseline", "catalog", "contract"})
_SUFFIXES: Final = (".yaml", ".yml", ".json")
#: Option values in the form in which the command line passes them.
Values = Mapping[str, Any]
_LISTS: Final = frozenset(
    {"sources", "policy", "var", "var-file", "exclude", "client", "select", "ignore", "format"}
)


class Folder(Struct, frozen=True):
    """The base folders of a configuration's paths: for Terraform, and for deciding files."""

    terraform: str
    deciding: str


class ConfiguredTarget(Struct, frozen=True):
    """A target with its option values: its own, or those of the whole file."""

    name: str
    root: str
    values: Values
    tags: tuple[str, ...] = ()
    owner: str = ""
    org: str = ""


class Loaded(Struct, frozen=True):
    """A configuration that was read. `values` are the options that apply without a target.

    `ignored` are sentences about keys that only count on the command line. If `is_there` is False,
    the configuration does not exist and is empty. `folder` is its folder in the working tree.
    """

    path: str
    values: Values
    targets: tuple[ConfiguredTarget, ...]
    ignored: tuple[str, ...]
    is_there: bool = True
    folder: str = "."

    def chosen(self, names: Iterable[str], tags: Iterable[str]) -> tuple[ConfiguredTarget, ...]:
        """Return the targets with these names or tags; all targets if neither is given.

        Raises `UsageError` for a name or a tag that no target has.
        """
        names, tags = tuple(names), tuple(tags)
        for option, given, known in (
            ("--target", names, {each.name for each in self.targets}),
            ("--tag", tags, {tag for each in self.targets for tag in each.tags}),
        ):
            for name in given:
                if name not in known:
                    listed = ", ".join(sorted(known)) or "none"
                    raise UsageError(
                        f"{option} {name}: not in {self.path}{suggestion(name, known)}",
                        hint=f"There: {listed}.",
                    )
        return tuple(
            each
            for each in self.targets
            if (not names or each.name in names) and (not tags or set(tags) & set(each.tags))
        )


def load_configuration(path: str, commit: Commit | None = None) -> Loaded:
    """Read a configuration. Raises `DocumentError` with file and line for each problem.

    With a `commit`, `path` and all deciding files are files of the commit; sources, var files and
    other Terraform are those of the working tree. Paths in the file are relative to its folder; the
    returned values are relative to the working folder.
    """
    try:
        with open_named(path) as file:
            data = file.read(MAX_SIZE + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise DocumentError(
            f"{path}: the configuration cannot be read: {reason}",
            hint="Check the path and the file's permissions.",
        ) from error
    shown_as = path if commit is None else commit.told(path)
    document = read_toml(data, shown_as)
    if os.path.basename(path) == SHARED:  # noqa: PTH119
        document = _own_table(document)
    ignored = tuple(_without_the_others(document))
    configuration = convert(document, Configuration)
    folder = Folder(os.path.dirname(path), os.path.dirname(path))  # noqa: PTH120
    if commit is not None:
        inside = os.path.relpath(folder.deciding, commit.folder)
        folder = Folder(shown(os.path.normpath(f"{commit.root}/{inside}")), folder.deciding)
    raise_all(_faults(document, configuration, folder, commit))
    top = _values(document.value, folder)
    targets = tuple(
        _target(target, {**top, **_values(value, folder)}, folder)
        for target, value in zip(
            configuration.targets, document.value.get("targets", ()), strict=True
        )
    )
    return Loaded(shown_as, top, targets, ignored, folder=folder.terraform or ".")


def _own_table(document: Document) -> Document:
    found = document.value
    for key in TABLE:
        found = found.get(key) if isinstance(found, dict) else None
        if found is None:
            raise document.error(
                f"there is no table [{'.'.join(TABLE)}]", hint="Add it, or name another file."
            )
    return document.part(TABLE)


def _without_the_others(document: Document) -> Iterator[str]:
    """Remove the keys that only count on the command line, and yield a sentence about each."""
    if not isinstance(document.value, dict):
        return
    targets = document.value.get("targets")
    tables: list[tuple[tuple[str | int, ...], Any]] = [((), document.value)]
    if isinstance(targets, list):
        tables += [(("targets", index), table) for index, table in enumerate(targets)]
    for path, table in tables:
        for key in sorted(ONLY_COMMAND_LINE & set(table if isinstance(table, dict) else ())):
            line = document.line_of((*path, key))
            yield f"{document.path}:{line}: {key} can be set only on the command line: --{key}"
            del table[key]


def _faults(
    document: Document, configuration: Configuration, folder: Folder, commit: Commit | None
) -> Iterator[DocumentError]:
    """Yield the problems that types cannot express: duplicate names, missing or outside files."""
    seen: dict[str, int] = {}
    for index, target in enumerate(configuration.targets):
        at = ("targets", index, "name")
        if target.name in seen:
            yield document.error(
                f"two targets are named {quoted(target.name)}; the other is in line "
                f"{seen[target.name]}",
                at,
                hint="Each needs a unique name.",
            )
        seen.setdefault(target.name, document.line_of(at))
    tables: list[tuple[tuple[str | int, ...], Any]] = [((), document.value)]
    tables += [(("targets", n), t) for n, t in enumerate(document.value.get("targets", ()))]
    for path, table in tables:
        for key in sorted(PATHS & table.keys()):
            for named in filter(partial(is_file, key), _list(table[key])):
                file = _from(folder, named, key)
                if _is_outside(file, key, folder, commit):
                    yield document.error(
                        f"{key}: {quoted(file)} is outside of the configuration's tree",
                        (*path, key),
                        hint="Name it on the command line, or put it into the repository.",
                    )
                elif key in _FILES and not os.path.exists(file):  # noqa: PTH110
                    yield document.error(
                        f"{key}: there is no file {quoted(file)}",
                        (*path, key),
                        hint="Paths are from the folder of the configuration.",
                    )


def _is_outside(file: str, key: str, folder: Folder, commit: Commit | None) -> bool:
    """Whether a path leads out of the tree around the configuration, or out of its commit."""
    if commit is not None and key in _DECIDING:
        return not os.path.realpath(commit.path(file)).startswith(
            f"{os.path.realpath(commit.folder)}/"
        )
    document = os.path.join(folder.terraform, NAME)  # noqa: PTH118
    try:
        refuse_leading_out(file, document)
        if stands_in_a_tree(document):
            return False
        own = f"{os.path.realpath(folder.terraform).rstrip('/')}/"
        return not f"{os.path.realpath(file)}/".startswith(own)
    except OSError as error:
        # Reading the file reports a path that cannot exist.
        return error.errno == errno.ELOOP


def is_file(key: str, named: str) -> bool:
    """Whether the value is a file. A policy or a contract may also be the name of a shipped one."""
    return key not in ("policy", "contract") or "/" in named or named.endswith(_SUFFIXES)


def _from(folder: Folder, named: str, key: str) -> str:
    """Return a path of the configuration relative to the working folder."""
    if not is_file(key, named):
        return named
    deciding = key in _DECIDING
    found = posixpath.join(folder.deciding if deciding else folder.terraform, named)
    if deciding and folder.deciding != folder.terraform:
        return os.path.normpath(found)
    if not os.path.isabs(found):  # noqa: PTH117
        found = os.path.relpath(found)
    # Without a folder, it would be the name of a shipped one.
    return f"./{found}" if not is_file(key, found) else found


def _values(table: Mapping[str, Any], folder: Folder) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key == "targets" or key in ABOUT_TARGETS:
            continue
        if key == "var" and isinstance(value, dict):
            values[key] = [f"{name}={_assigned(said)}" for name, said in value.items()]
        elif key == "backend-config":
            values[key] = [
                each if "=" in each else _from(folder, each, key) for each in _list(value)
            ]
        elif key in PATHS:
            paths = [_from(folder, named, key) for named in _list(value)]
            values[key] = paths if key in _LISTS else paths[0]
        else:
            values[key] = _list(value) if key in _LISTS else value
    return values


def _target(target: Target, values: Values, folder: Folder) -> ConfiguredTarget:
    return ConfiguredTarget(
        target.name,
        _from(folder, target.root, "root"),
        values,
        tuple(_list(target.tags)),
        target.owner,
        target.org,
    )


def _list(value: Any) -> list[Any]:
    return [value] if isinstance(value, str) else list(value)


def _assigned(value: Any) -> str:
    """Return a value as --var takes it: a string unchanged, anything else as JSON (valid HCL)."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
