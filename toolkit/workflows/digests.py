"""Digests of the inputs of an inventory, so that an auditor can tell whether they changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from toolkit.errors import SourceError
from toolkit.files.opening import archive_of, is_folder, open_tree
from toolkit.files.tree import FileRefusedError, FolderTree, Tree, joined
from toolkit.model.inventory import STDIN
from toolkit.model.inventory_report import Digest
from toolkit.policy.loader import find_policy
from toolkit.sources.limits import MAX_SIZE, is_pipe
from toolkit.workflows.check_request import CheckRequest, request_of
from toolkit.workflows.parameters import PathName, each_path
from toolkit.workflows.source_reading import is_terraform_text, source_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Unpack

    from toolkit.workflows.check_options import CheckOptions

#: The suffixes of Terraform files, and of files that Terraform commonly reads.
_ENDS: Final = (
    ".tf", ".tofu", ".tfvars", ".json", ".yaml", ".yml", ".csv", ".tftpl", ".tpl",
)  # fmt: skip


def input_digests(
    sources: CheckRequest | PathName | Iterable[PathName] = (),
    *,
    beside: Iterable[str] = (),
    **options: Unpack[CheckOptions],
) -> tuple[Digest, ...]:
    """Return the SHA-256 of every source, policy and ``--var-file``; takes what `inventory` takes.

    `beside` are the states beside the sources that the inventory's report names. The digest of a
    folder is the digest of a list as `sha256sum` prints it: a line for each Terraform or data file
    in the folder, by path, without hidden files and files behind a link. A single Terraform file is
    read with its folder. An org has no digest, and the inventory itself reports what cannot be
    read.
    """
    request = request_of(sources, options)
    named = [*each_path(request.sources), *each_path(request.saved_plans)]
    named += [*_read_with(named)]
    named += [] if request.source_dir is None else [os.fspath(request.source_dir)]
    files = [path for kind, path in request.variables if kind == "file"]
    found = []
    for kind, names in (("source", named), ("state", beside), ("var-file", files)):
        for name in dict.fromkeys(names):
            with suppress(SourceError, FileRefusedError, OSError):
                if kind == "var-file" and is_pipe(name):
                    continue  # a pipe can be read only once, by the evaluation
                found.append(Digest(kind, name, _of_source(name, request.stdin)))
    for name in each_path(request.policies):
        with suppress(OSError):
            found.append(Digest("policy", name, _sha256(find_policy(name).read_bytes())))
    return tuple(found)


def _read_with(named: Iterable[str]) -> Iterator[str]:
    """Yield the folders of single Terraform files, which are read as well."""
    for name in named:
        with suppress(SourceError):
            if is_terraform_text(name) and not is_folder(name):
                yield os.path.dirname(name) or "."  # noqa: PTH120


def _of_source(name: str, stdin: bytes | None) -> str:
    if name == STDIN or name == archive_of(name) or not is_folder(name):
        return _sha256(source_bytes(name, stdin, MAX_SIZE))
    packed = archive_of(name) is not None
    tree = open_tree(name) if packed else FolderTree(name)
    start = tree.inner(name) if packed else ""
    listed = [
        f"{_sha256(tree.read(joined(start, path)))}  {path}\n"
        for path in sorted(_below(tree, start))
    ]
    return _sha256("".join(listed).encode(errors="surrogateescape"))


def _below(tree: Tree, start: str) -> Iterator[str]:
    """Yield the paths of the files below `start`."""
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        for entry in tree.entries(joined(start, folder)):
            path = joined(folder, entry.name)
            if entry.is_link or entry.name.startswith("."):
                continue
            if entry.is_folder:
                waiting.append(path)
            elif entry.name.endswith(_ENDS):
                yield path


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
