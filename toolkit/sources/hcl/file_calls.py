"""Calls of functions that open files, found before anything evaluates them.

The evaluator is native code that opens whatever it is told to. So it is only asked where every call
names a path that is sure to be one the configuration may open: written out, from ``path.module`` or
``path.root``, or one that a ``fileset`` found. A call that is not seen as an expression, but stands
in the text, is not sure either.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tree_sitter import Node

from toolkit.sources.hcl.blocks import Block
from toolkit.sources.hcl.confines import Confines
from toolkit.sources.hcl.expressions import (
    Call,
    Comprehension,
    Expression,
    Literal,
    Reference,
    Template,
)

#: The name of such a function, whatever it is called in a later release, and what makes it a call.
#: ``pathexpand`` asks the system whose folder ``~`` is, for which the evaluator runs a program.
_CALL = re.compile(rb"(?<![\w.\-])(?:(?:template)?file\w*|pathexpand)\s*(?:\(|/\*|//|\#)", re.ASCII)
_NAME = re.compile(r"(?:.*::)?(?:(?:template)?file\w*|pathexpand)", re.ASCII)
_READS = re.compile(r"(?:template)?file|filebase64|file(?:base64)?(?:md5|sha1|sha256|sha512)")
_WILD = re.compile(r"[*?\[{\\]")
#: Files that a `fileset` may have to choose from; more are not looked through.
_MANY = 10_000


class Text(NamedTuple):
    """A file that may hold such calls: what to search, its tree, and its blocks.

    `root` is None for JSON, which has no comments.
    """

    source: bytes
    root: Node | None
    blocks: tuple[Block, ...]


class _Found(NamedTuple):
    """What a `fileset` finds: files below a folder."""

    folder: str


#: Of a name that stands for anything else, `path` included, which a `for` may hide.
_NOTHING = _Found("")


def may_open_files(source: bytes, *, is_json: bool) -> bool:
    """Whether such a call can stand in the text of a file; true says little, false is certain."""
    # To look for the name alone first is a hundred times as fast, and most files have none.
    named = b"file" in source or b"pathexpand" in source
    return (named and _CALL.search(source) is not None) or (is_json and b"\\u" in source)


def searchable(source: bytes) -> bytes:
    """The text of a JSON file without escapes that could hide a name."""
    # As pairs, so that a key which stands there twice hides nothing.
    value = json.loads(source, object_pairs_hook=list)
    return json.dumps(value, ensure_ascii=False).encode(errors="replace")


def unsure_call(text: Text, home: str, root: str, confines: Confines) -> str | None:
    """The first call in a file that may open what it must not, as text; None where all are fine.

    `home` is the folder of the module, `root` that of the root module.
    """
    look = _Look(home, root, confines)
    seen = 0
    for call, names in _calls_in(text.blocks, {}, look):
        seen += 1
        if not look.is_fine(call, names):
            return call.text
    hidden = len(_CALL.findall(text.source)) - seen
    if hidden > 0 and text.root is not None:
        hidden -= sum(len(_CALL.findall(comment)) for comment in _comments(text.root))
    return "a call in a place that is not evaluated here" if hidden > 0 else None


def _comments(node: Node) -> Iterator[bytes]:
    for child in node.children:
        if child.type == "comment":
            yield child.text or b""
        else:
            yield from _comments(child)


_Names = Mapping[str, _Found]


def _calls_in(
    blocks: tuple[Block, ...], names: _Names, look: _Look
) -> Iterator[tuple[Call, _Names]]:
    for block in blocks:
        # That of a `dynamic` block is about names of its own.
        each = block.attributes.get("for_each") if block.kind != "dynamic" else None
        found = None if each is None else look.fileset(each.expression, names)
        inner = names if found is None else {**names, "each": found}
        for attribute in block.attributes.values():
            yield from _calls(attribute.expression, inner, look)
        yield from _calls_in(block.blocks, inner, look)


def _calls(node: Any, names: _Names, look: _Look) -> Iterator[tuple[Call, _Names]]:
    if isinstance(node, Call) and _NAME.fullmatch(node.name):
        yield node, names
    if isinstance(node, Comprehension):
        found = look.fileset(node.collection, names) or _NOTHING
        inner = {**names, **dict.fromkeys(node.names, found)}
        yield from _calls(node.collection, names, look)
        for part in (node.key, node.value, node.condition):
            yield from _calls(part, inner, look)
    elif isinstance(node, tuple):
        for part in node:
            yield from _calls(part, names, look)


class _Look(NamedTuple):
    home: str
    root: str
    confines: Confines

    def is_fine(self, call: Call, names: _Names) -> bool:
        if call.expanded or not call.arguments:
            return False
        if call.name == "fileset":
            return self.fileset(call, names) is not None
        if call.name != "fileexists" and not _READS.fullmatch(call.name):
            return False
        path = self._path(call.arguments[0], names)
        if path is None:
            return False
        return path == "" or (
            self._may_open(path) and (call.name != "templatefile" or self._is_plain(path))
        )

    def _may_open(self, path: str) -> bool:
        # Relative to the root module's folder for the evaluator, as for Terraform run there.
        return all(
            self.confines.may_open(os.path.join(folder, path), self.home)  # noqa: PTH118
            for folder in (self.root, self.home)
        )

    def _is_plain(self, path: str) -> bool:
        """Whether a template calls no such function itself."""
        for folder in (self.root, self.home):
            try:
                with open(os.path.join(folder, path), "rb") as file:  # noqa: PTH118, PTH123
                    if _CALL.search(file.read()):
                        return False
            except OSError:
                continue
        return True

    def _path(self, expression: Expression, names: _Names) -> str | None:
        """The path that an expression is sure to be; "" for one that a `fileset` found."""
        parts = expression.parts if isinstance(expression, Template) else (expression,)
        path = ""
        for at, part in enumerate(parts):
            if isinstance(part, Literal) and isinstance(part.value, str):
                path += part.value
            elif isinstance(part, Reference) and part.root == "path" and not path:
                if "path" in names or part.steps not in (("module",), ("root",)):
                    return None
                path = os.path.realpath(self.home if part.steps == ("module",) else self.root)
            elif isinstance(part, Reference) and at == len(parts) - 1:
                found = _found(part, names)
                folder = os.path.realpath(os.path.join(self.root, path))  # noqa: PTH118
                return "" if found is not None and found.folder == folder else None
            else:
                return None
        # The evaluator would ask the system whose folder that is.
        return None if not path or path.startswith("~") or "\0" in path else path

    def fileset(self, expression: Expression, names: _Names) -> _Found | None:
        """What an expression finds, where it is a `fileset` that stays in the tree."""
        if isinstance(expression, Call) and expression.name == "toset" and expression.arguments:
            expression = expression.arguments[0]
        if (
            not isinstance(expression, Call)
            or expression.name != "fileset"
            or expression.expanded
            or len(expression.arguments) != 2
        ):
            return None
        folder, pattern = self._path(expression.arguments[0], names), expression.arguments[1]
        if not folder or not isinstance(pattern, Literal) or not isinstance(pattern.value, str):
            return None
        base = os.path.realpath(os.path.join(self.root, folder))  # noqa: PTH118
        if ".." in pattern.value or not self._may_open(folder):
            return None
        return _Found(base) if self._all_open(base, pattern.value) else None

    def _all_open(self, base: str, pattern: str) -> bool:
        """Whether a configuration may open whatever a pattern could match below a folder."""
        wild = _WILD.search(pattern)
        fixed = pattern[: wild.start()].rpartition("/")[0] if wild else pattern
        ending = re.split(r"[*?\]}\\]", pattern)[-1]
        top = os.path.join(base, fixed.lstrip("/"))  # noqa: PTH118
        depth = None if "**" in pattern or "{" in pattern else pattern.count("/")
        if not self.confines.may_open(top, self.home):
            return False
        looked = 0
        for directory, folders, files in os.walk(top):
            inside = os.path.relpath(directory, base)
            level = 0 if inside == "." else inside.count(os.sep) + 1
            if depth is not None and level >= depth:
                folders[:] = [name for name in folders if os.path.islink(f"{directory}/{name}")]  # noqa: PTH114
            looked += len(folders) + len(files)
            chosen = [name for name in files if name.endswith(ending)]
            links = [name for name in folders if os.path.islink(f"{directory}/{name}")]  # noqa: PTH114
            if looked > _MANY or not all(
                self.confines.may_open(f"{directory}/{name}", self.home)
                for name in (*chosen, *links)
            ):
                return False
        return True


def _found(reference: Reference, names: _Names) -> _Found | None:
    if reference.root == "each":
        return names.get("each") if reference.steps in (("key",), ("value",)) else None
    return None if reference.steps else names.get(reference.root)
