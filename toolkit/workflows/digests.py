"""What an inventory was made of, by digest, so that an auditor can tell whether it still stands."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from toolkit.errors import SourceError
from toolkit.files.tree import FileRefusedError, FolderTree
from toolkit.model.inventory import STDIN
from toolkit.model.inventory_report import Digest
from toolkit.policy.loader import find_policy
from toolkit.sources.limits import MAX_SIZE
from toolkit.workflows.check_request import CheckRequest, request_of
from toolkit.workflows.parameters import PathName, each_path
from toolkit.workflows.source_reading import source_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Unpack

    from toolkit.workflows.check_options import CheckOptions

#: What Terraform is written in, and what it commonly reads besides.
_ENDS: Final = (
    ".tf", ".tofu", ".tfvars", ".json", ".yaml", ".yml", ".csv", ".tftpl", ".tpl",
)  # fmt: skip


def input_digests(
    sources: CheckRequest | PathName | Iterable[PathName] = (), **options: Unpack[CheckOptions]
) -> tuple[Digest, ...]:
    """The SHA-256 of every source and policy; takes what `inventory` takes.

    That of a folder is the one of a list as `sha256sum` prints it: a line for each file of
    Terraform or data in it, by path, none of them hidden or behind a link. An org has none, and
    what cannot be read is for the inventory to tell.
    """
    request = request_of(sources, options)
    named = [*each_path(request.sources), *each_path(request.saved_plans)]
    named += [] if request.source_dir is None else [os.fspath(request.source_dir)]
    found = []
    for name in dict.fromkeys(named):
        with suppress(SourceError, FileRefusedError):
            found.append(Digest("source", name, _of_source(name, request.stdin)))
    for name in each_path(request.policies):
        with suppress(OSError):
            found.append(Digest("policy", name, _sha256(find_policy(name).read_bytes())))
    return tuple(found)


def _of_source(name: str, stdin: bytes | None) -> str:
    if name == STDIN or not Path(name).is_dir():
        return _sha256(source_bytes(name, stdin, MAX_SIZE))
    tree = FolderTree(name)
    listed = [f"{_sha256(tree.read(path))}  {path}\n" for path in sorted(_files(tree))]
    return _sha256("".join(listed).encode(errors="surrogateescape"))


def _files(tree: FolderTree) -> Iterator[str]:
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        for entry in tree.entries(folder):
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_link or entry.name.startswith("."):
                continue
            if entry.is_folder:
                waiting.append(path)
            elif entry.name.endswith(_ENDS):
                yield path


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
