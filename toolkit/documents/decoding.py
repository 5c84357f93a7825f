"""The bytes of a document as text, or the place where they are none."""

from __future__ import annotations

import re
from typing import Final

from toolkit.documents.document import Position, error_at
from toolkit.lazily import pattern

#: Bytes of a document.
MAX_SIZE: Final = 1 << 20

# Controls, which YAML refuses, and the three line breaks that only YAML 1.1 knows: with them in a
# document, our line numbers would not be the editor's.
_UNREADABLE: Final = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def decode(data: bytes, path: str) -> str:
    """The text of a document.

    Raises `DocumentError` where it is larger than `MAX_SIZE`, not UTF-8, or has a character that
    cannot stand in a document.
    """
    if len(data) > MAX_SIZE:
        raise error_at(path, Position(1, 1), "the document is larger than 1 MiB", "Split it.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        raise error_at(
            path,
            end_of(before),
            f"not UTF-8: byte 0x{data[error.start]:02x}",
            "Save the file in the encoding UTF-8.",
        ) from error
    found = _UNREADABLE.search(text)
    if found is not None:
        code = ord(found[0])
        raise error_at(
            path,
            end_of(text[: found.start()]),
            f"the character U+{code:04X} cannot stand in a document",
            "Remove it, or write it as an escape such as \\u2028 within double quotes.",
        )
    return text


def end_of(text: str) -> Position:
    """Where something that follows the text begins."""
    lines = re.split(r"\r\n?|\n", text)
    return Position(len(lines), len(lines[-1]) + 1)
