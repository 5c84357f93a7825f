"""Reads YAML 1.2 documents and converts them into types; every error names a line.

Names are imported on first use, so that code that only words a message does not import the parser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.lazily import lazily

if TYPE_CHECKING:
    from toolkit.documents.conversion import convert as convert
    from toolkit.documents.document import Document as Document
    from toolkit.documents.document import JsonPath as JsonPath
    from toolkit.documents.document import Position as Position
    from toolkit.documents.reader import read_document as read_document
    from toolkit.documents.reader import read_file as read_file

__getattr__ = lazily(
    __name__,
    {
        "convert": "conversion",
        "Document": "document",
        "JsonPath": "document",
        "Position": "document",
        "read_document": "reader",
        "read_file": "reader",
    },
)
