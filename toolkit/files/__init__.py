"""What a run may open: a tree of files, and nothing that a link in it leads to outside.

What reads archives is loaded when the first of them is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.lazily import lazily

if TYPE_CHECKING:
    from toolkit.files.archive import read_archive as read_archive

__getattr__ = lazily(__name__, {"read_archive": "archive"})
