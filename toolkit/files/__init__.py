"""The files that a run may open: a tree of files, without targets of links outside of it.

The code for archives is imported when the first archive is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.lazily import lazily

if TYPE_CHECKING:
    from toolkit.files.archive import read_archive as read_archive

__getattr__ = lazily(__name__, {"read_archive": "archive"})
