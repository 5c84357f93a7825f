"""YAML documents by the rules of YAML 1.2: read, converted into types, a line in every error.

A name is loaded when it is first asked for: who only words a message does not wait for the parser.
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
