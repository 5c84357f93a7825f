"""The files that functions may open: those of the tree around the configuration, and no others."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from toolkit.files.globs import SPECIAL, GlobError, GlobTooLargeError, compile_glob
from toolkit.files.tree import FileRefusedError, Kind, Tree, joined
from toolkit.lazily import pattern
from toolkit.model.values import HOLE
from toolkit.model.values import Unknown as Reason
from toolkit.sources.hcl import values as cty
from toolkit.sources.hcl.values import EvaluationError, UnknownVal, Value
from toolkit.sources.hcl.values.budget import OverBudget
from toolkit.sources.remedies import A_PLAN

#: Files that are never read: left by a pipeline or by Terraform, and irrelevant to configurations.
#: These are names that begin with a dot (`.git/config` may hold a token, `.env` a password),
#: states, keys and credentials.
_PRIVATE: Final = pattern(
    r"\..*|.*\.tfstate(\..*)?|.*\.(pem|key|p12|pfx|jks)|id_(rsa|ed25519|ecdsa|dsa)|gha-creds-.*",
    re.IGNORECASE,
)
#: The reason why an absolute path is unknown: it depends on where Terraform runs.
_ABSOLUTE: Final = Reason("abspath()", A_PLAN)
#: The most levels of folders that ``**`` descends.
_DEEPEST: Final = 64
#: Matches names at any depth.
ANYTHING: Final = "**"


class FileAccess:
    """Files of a tree for one module's functions; paths start from the root module's folder.

    `spend` is called with the number of names that are inspected. `later` holds paths below the
    root module's folder that may not exist yet but may exist when Terraform runs.
    """

    def __init__(
        self,
        tree: Tree,
        root: str,
        module: str,
        spend: Callable[[int], None],
        later: Callable[[], Sequence[str]],
    ) -> None:
        self._tree = tree
        self._later = later
        self._root = root
        self._module = module
        self._spend = spend

    def read(self, path: Value) -> bytes | Value:
        place = self._place(path)
        if place is None:
            return self._open(path, cty.STRING)
        try:
            return self._tree.read(place)
        except FileRefusedError as error:
            if error.kind is Kind.MISSING:
                raise EvaluationError(f"there is no file {_shown(path)}") from None
            if error.kind is Kind.FOLDER:
                raise EvaluationError(f"{_shown(path)} is a folder") from None
            return self._open(path, cty.STRING)

    def exists(self, path: Value) -> Value:
        place = self._place(path)
        kind = Kind.OUTSIDE if place is None else self._tree.kind(place)
        if kind in (Kind.FILE, Kind.MISSING):
            return kind is Kind.FILE
        if kind is Kind.FOLDER:
            raise EvaluationError(f"{_shown(path)} is a folder, not a file")
        return self._open(path, cty.BOOL)

    def absolute(self, path: Value) -> Value:
        if not isinstance(path, str):
            return cty.unknown(cty.STRING, path, not_null=True)
        if path.startswith("/"):
            return posixpath.normpath(path)
        inner = posixpath.normpath(path)
        template = HOLE if inner == "." else f"{HOLE}/{inner}"
        return UnknownVal(cty.STRING, [_ABSOLUTE], not_null=True, template=template)

    def matching(self, path: Value, pattern: Value) -> Value:
        base = self._written(path)
        if base is None or not isinstance(pattern, str):
            cty.doubt(cty.reasons_of(path, pattern))
            return cty.unknown(cty.set_of(cty.STRING), path, pattern, not_null=True)
        whole = posixpath.normpath(posixpath.join(base, pattern.lstrip("/")))
        folder = joined(self._root, base)
        start, parts = self._root, whole.split("/")
        while parts and parts[0] == "..":
            start, parts = joined(start, ".."), parts[1:]
        if whole.startswith("/") or start.startswith(".."):
            return self._open(path, cty.set_of(cty.STRING))
        try:
            return self._matches(start, parts, folder, f'fileset("{_shown(path)}", "{pattern}")')
        except GlobError as error:
            raise EvaluationError(str(error)) from None
        except GlobTooLargeError:
            raise OverBudget from None

    def _matches(self, start: str, parts: Sequence[str], folder: str, call: str) -> Value:
        found: list[Value] = []
        complete = not any(self._is_later(start, parts, path) for path in self._later())
        for match in dict.fromkeys(self._walk(start, parts, set())):
            kind = Kind.OUTSIDE if self._is_private(match) else self._tree.kind(match)
            if kind is Kind.MISSING:
                raise EvaluationError("the pattern matches a link that leads nowhere")
            if kind in (Kind.OUTSIDE, Kind.SPECIAL):
                complete = False
            elif kind is Kind.FILE:
                found.append(posixpath.relpath(match, folder or "."))
        files = cty.make_set(found, cty.STRING)
        if complete:
            return files
        cty.doubt([Reason(call, A_PLAN)])
        return UnknownVal(cty.set_of(cty.STRING), [Reason(call, A_PLAN)], sure=found, not_null=True)

    def _is_later(self, start: str, parts: Sequence[str], path: str) -> bool:
        """Whether a pattern matches a path that may exist later."""
        whole = posixpath.join(self._root, path)
        inner = posixpath.relpath(whole, start or ".")
        return not inner.startswith("..") and _may_match(parts, inner.split("/"))

    def _walk(
        self, folder: str, parts: Sequence[str], walked: set[tuple[str, int]], depth: int = 0
    ) -> Iterator[str]:
        """Yield the matching paths, files and folders, including those outside the tree.

        `walked` holds the visited folders, each with the number of pattern parts left: several
        ``**`` reach the same folder in many ways.
        """
        if depth > _DEEPEST:
            raise OverBudget
        if (folder, len(parts)) in walked:
            return
        walked.add((folder, len(parts)))
        part, rest = parts[0], parts[1:]
        if part == "**":
            if rest:
                yield from self._walk(folder, rest, walked, depth)
            for path, is_folder in self._entries(folder):
                if not rest:
                    yield path
                if is_folder:
                    yield from self._walk(path, parts, walked, depth + 1)
            return
        if SPECIAL.search(part):
            matches = compile_glob(part).fullmatch
            paths = [path for path, _ in self._entries(folder) if matches(posixpath.basename(path))]
        else:
            path = posixpath.join(folder, part)
            paths = [path] if self._tree.kind(path) is not Kind.MISSING else []
        for path in paths:
            if not rest:
                yield path
            elif self._tree.kind(path) is Kind.FOLDER:
                yield from self._walk(path, rest, walked, depth + 1)
            elif self._tree.kind(path) is Kind.OUTSIDE:
                yield path

    def _entries(self, folder: str) -> Iterator[tuple[str, bool]]:
        """Yield each path in a folder, and whether it is a folder after following links."""
        try:
            entries = self._tree.entries(folder)
        except FileRefusedError as error:
            if error.kind is Kind.OUTSIDE:
                raise OverBudget from None
            return
        for entry in entries:
            self._spend(1)
            path = posixpath.join(folder, entry.name)
            is_folder = entry.is_folder or (entry.is_link and self._tree.kind(path) is Kind.FOLDER)
            yield path, is_folder

    def _place(self, path: Value) -> str | None:
        """Return a path's place in the tree; None for a path that is not read."""
        written = self._written(path)
        if written is None:
            return None
        place = joined(self._root, written)
        return None if place.startswith("..") or self._is_private(place) else place

    def _written(self, path: Value) -> str | None:
        """Return a path relative to the root module's folder; None if not known or outside."""
        if isinstance(path, UnknownVal):
            text = path.template or ""
            if path.reasons != (_ABSOLUTE,) or not text.startswith(HOLE) or HOLE in text[1:]:
                return None
            return f".{text[1:]}" if text[1:2] in ("", "/") else None
        if not isinstance(path, str) or path.startswith("~") or "\0" in path:
            return None
        if path.startswith("/"):
            root = self._tree.root.rstrip("/") + "/"
            inner = posixpath.normpath(path)
            if not inner.startswith(root):
                return None
            return posixpath.relpath(inner[len(root) :], self._root or ".")
        return path

    def _is_private(self, place: str) -> bool:
        """Whether a path is private, or a link to a private path."""
        return any(map(self._is_private_name, {place, *self._tree.trail(place)}))

    def _is_private_name(self, place: str) -> bool:
        # Modules that `terraform init` installed are in a hidden folder themselves.
        home = self._module
        inside = place[len(home) + 1 :] if home and place.startswith(f"{home}/") else place
        return any(map(_PRIVATE.fullmatch, inside.split("/")))

    def _open(self, path: Value, kind: cty.Type) -> Value:
        """Return an unknown value: the path may not be read, or its place is unknown."""
        reasons = cty.reasons_of(path) or [Reason(f"the file {_shown(path)}", A_PLAN)]
        cty.doubt(reasons)
        return UnknownVal(kind, reasons, not_null=True)


def _may_match(parts: Sequence[str], names: Sequence[str]) -> bool:
    """Whether the parts of a pattern match a path."""
    if not parts or not names:
        # Two stars at the end match at least one name.
        return not parts and not names
    part, rest = parts[0], parts[1:]
    if names[0] == ANYTHING:
        return True
    if part == "**":
        is_last = len(names) == 1 and not rest
        return is_last or _may_match(rest, names) or _may_match(parts, names[1:])
    return bool(compile_glob(part).fullmatch(names[0])) and _may_match(rest, names[1:])


def _shown(path: Value) -> str:
    if isinstance(path, UnknownVal) and path.template:
        return path.template.replace(HOLE, "…")
    return str(path) if isinstance(path, str) else "of an unknown name"
