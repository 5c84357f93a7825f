"""Terraform's functions that encode and decode text.

`base64gunzip` and `urldecode` exist only in OpenTofu. Source: Terraform 1.11, lang/funcs; Go 1.23.
"""

from __future__ import annotations

import re
import zlib
from base64 import b64decode, b64encode
from typing import Final
from urllib.parse import quote_plus, unquote_to_bytes

from toolkit.lazily import pattern
from toolkit.sources.hcl.functions import json_documents
from toolkit.sources.hcl.functions.charsets import CODECS, IN_PART, WITHOUT_CONTROLS
from toolkit.sources.hcl.functions.signature import Definitions, Nullable
from toolkit.sources.hcl.syntax.scanner import normal
from toolkit.sources.hcl.values import (
    DYNAMIC,
    STRING,
    EvaluationError,
    ListVal,
    ObjectVal,
    Reason,
    UnknownVal,
    Value,
    doubt,
    mark,
    object_of,
    unknown,
    unmark_deep,
)
from toolkit.sources.hcl.values.budget import (
    MOST_CHARACTERS,
    check_elements,
    check_length,
)

define: Final = Definitions()

_BASE64: Final = pattern(
    r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", re.ASCII
)
_BROKEN_ESCAPE: Final = pattern(r"%(?![0-9A-Fa-f]{2})")
#: A field of a record, quoted or not, and the delimiter after it.
_FIELD: Final = pattern(r'(?:"((?:[^"]+|"")*+)"|([^",\n]*))(,|\n|\Z)')
_CONTROLS: Final = pattern("[\x80-\x9f]")
#: The characters that Go treats as white space.
_SPACES: Final = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_BYTES: Final = Reason("bytes that may not be a text", "a plan of OpenTofu")
_RESERVED_FLAGS: Final = 0xE0


@define(STRING, returns=STRING, total=True)
def base64encode(text: str) -> Value:
    return _base64(text.encode())


@define(STRING, returns=STRING)
def base64decode(text: str) -> Value:
    return _utf8(_bytes(text))


@define(STRING, returns=STRING)
def base64gunzip(text: str) -> Value:
    data = _bytes(text)
    if not data:
        raise EvaluationError("the data is empty")
    found = b""
    while data:
        if len(data) > 3 and data[3] & _RESERVED_FLAGS:
            # Go ignores these flags of the header.
            doubt([_BYTES])
            return UnknownVal(STRING, [_BYTES], not_null=True)
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            found += member.decompress(data, MOST_CHARACTERS + 1 - len(found))
        except zlib.error:
            raise EvaluationError("the data is not compressed by gzip") from None
        check_length(len(found))
        if not member.eof:
            raise EvaluationError("the data ends too early")
        data = member.unused_data
    return _text(found)


@define(STRING, returns=DYNAMIC)
def csvdecode(text: str) -> Value:
    check_elements(text.count(",") + text.count("\n"))
    # Go reads "\r\n" as "\n" and drops an "\r" at the end of the text.
    text = text.replace("\r\n", "\n").removesuffix("\r")
    rows: list[list[str]] = []
    at = 0
    while at < len(text):
        if text[at] == "\n":
            at += 1
            continue
        row: list[str] = []
        separator = ","
        while separator == ",":
            found = _FIELD.match(text, at)
            if found is None:
                raise EvaluationError("a quote is missing or stands where none may")
            row.append(found[2] if found[1] is None else found[1].replace('""', '"'))
            separator, at = found[3], found.end()
        if rows and len(row) != len(rows[0]):
            raise EvaluationError(f"row {len(rows)} has another number of fields than the header")
        rows.append(row)
    if not rows:
        raise EvaluationError("the header is missing")
    header, *records = rows
    if len(set(header)) < len(header):
        raise EvaluationError("two columns have the same name")
    items = [ObjectVal(dict(zip(header, map(normal, row), strict=True))) for row in records]
    return ListVal(items, object_of(dict.fromkeys(header, STRING)))


@define(Nullable(DYNAMIC), returns=STRING, partial=True)
def jsonencode(value: Value) -> Value:
    plain, marks = unmark_deep(value)
    return mark(json_documents.encode(plain), marks)


@define(STRING, returns=DYNAMIC, partial=True)
def jsondecode(text: Value) -> Value:
    if isinstance(text, UnknownVal):
        doubt(text.reasons)
        return unknown(DYNAMIC, text)
    return json_documents.decode(text)  # type: ignore[arg-type]


@define(STRING, STRING, returns=STRING)
def textencodebase64(text: str, encoding: str) -> Value:
    codec = _codec(encoding)
    if codec == "utf_16":
        return _base64(b"\xfe\xff" + text.encode("utf_16_be"))
    try:
        data = text.encode(codec) if codec else None
    except UnicodeEncodeError:
        data = None
    return _same(codec, None if data is None else _base64(data), text)


@define(STRING, STRING, returns=STRING)
def textdecodebase64(text: str, encoding: str) -> Value:
    codec = _codec(encoding)
    data = _bytes(text)
    if codec == "utf_16" and data[:2] not in (b"\xfe\xff", b"\xff\xfe"):
        codec = "utf_16_be"
    try:
        found = data.decode(codec) if codec else None
    except UnicodeDecodeError:
        found = None
    if found is not None and "\ufffd" in found:
        raise EvaluationError("the data has the replacement character")
    return _same(codec, None if found is None else normal(found), found or "")


@define(STRING, returns=STRING, total=True)
def urlencode(text: str) -> Value:
    check_length(3 * len(text))
    return quote_plus(text)


@define(STRING, returns=STRING)
def urldecode(text: str) -> Value:
    if _BROKEN_ESCAPE.search(text):
        raise EvaluationError("two hexadecimal digits must stand behind each %")
    return _text(unquote_to_bytes(text.replace("+", " ")))


def _base64(data: bytes) -> str:
    check_length(len(data) * 4 // 3)
    return b64encode(data).decode()


def _bytes(text: str) -> bytes:
    """Return the bytes of a base64 text. Raises `EvaluationError`."""
    text = text.replace("\r", "").replace("\n", "")
    if not _BASE64.fullmatch(text):
        raise EvaluationError("the text is not base 64")
    return b64decode(text)


def _utf8(data: bytes) -> str:
    """Decode UTF-8. Raises `EvaluationError`."""
    try:
        return normal(data.decode())
    except UnicodeDecodeError:
        raise EvaluationError("the data is not UTF-8") from None


def _text(data: bytes) -> Value:
    """Return the text of bytes; OpenTofu does not check that they are UTF-8."""
    try:
        return normal(data.decode())
    except UnicodeDecodeError:
        return UnknownVal(STRING, [_BYTES], not_null=True)


def _codec(encoding: str) -> str:
    """Return Python's codec; empty if Python's differs. Raises `EvaluationError`."""
    found = CODECS.get(encoding.strip(_SPACES).replace("\u0130", "i").lower())
    if found is None:
        raise EvaluationError("there is no encoding of that name")
    return found


def _same(codec: str, result: str | None, text: str) -> Value:
    """Return a codec's encoded or decoded text. Raises `EvaluationError`."""
    if not codec or (result is None and codec in IN_PART):
        reason = Reason("a text in an encoding", "a plan: Terraform's tables are not known here")
        doubt([reason])
        return UnknownVal(STRING, [reason], not_null=True)
    if result is None or (codec in WITHOUT_CONTROLS and _CONTROLS.search(text)):
        raise EvaluationError("the encoding does not have all of the characters")
    return result
