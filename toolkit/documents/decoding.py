"""Decode the bytes of a document, or report the position of the first invalid character."""

from __future__ import annotations

import re
from typing import Final

from toolkit.documents.document import Position, error_at
from toolkit.lazily import pattern

#: The maximum size of a document in bytes.
MAX_SIZE: Final = 1 << 20

# Control characters, which YAML refuses, and the three line breaks that only YAML 1.1 has: with
# them, our line numbers would differ from the editor's.
_UNREADABLE: Final = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def decode(data: bytes, path: str) -> str:
    """Return the text of a document.

    Raises `DocumentError` if the document is larger than `MAX_SIZE`, is not UTF-8, or has a
    character that YAML does not allow.
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
    """Return the position just after the text."""
    lines = re.split(r"\r\n?|\n", text)
    return Position(len(lines), len(lines[-1]) + 1)
