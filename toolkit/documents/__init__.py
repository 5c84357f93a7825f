"""YAML documents by the rules of YAML 1.2: read, converted into types, a line in every error."""

from toolkit.documents.conversion import convert
from toolkit.documents.document import Document, JsonPath, Position
from toolkit.documents.reader import read_document, read_file

__all__ = ["Document", "JsonPath", "Position", "convert", "read_document", "read_file"]
