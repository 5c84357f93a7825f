"""Functions that open files."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Final

from toolkit.sources.hcl import values as cty
from toolkit.sources.hcl.functions.signature import Definitions, Files, text_of
from toolkit.sources.hcl.values import Value

define: Final = Definitions()


def _of_content(name: str, body: Callable[[Value, bytes], str]) -> None:
    """Define a function of a file's content."""

    def opened(files: Files, path: Value) -> Value:
        content = files.read(path)
        return body(path, content) if isinstance(content, bytes) else content

    opened.__name__ = name
    define(cty.STRING, returns=cty.STRING, partial=True, opens=True)(opened)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


_of_content("file", text_of)
_of_content("filebase64", lambda _, data: _base64(data))
_of_content("filemd5", lambda _, data: hashlib.md5(data, usedforsecurity=False).hexdigest())
_of_content("filesha1", lambda _, data: hashlib.sha1(data, usedforsecurity=False).hexdigest())
_of_content("filesha256", lambda _, data: hashlib.sha256(data).hexdigest())
_of_content("filesha512", lambda _, data: hashlib.sha512(data).hexdigest())
_of_content("filebase64sha256", lambda _, data: _base64(hashlib.sha256(data).digest()))
_of_content("filebase64sha512", lambda _, data: _base64(hashlib.sha512(data).digest()))


@define(cty.STRING, returns=cty.BOOL, partial=True, opens=True)
def fileexists(files: Files, path: Value) -> Value:
    return files.exists(path)


@define(cty.STRING, cty.STRING, returns=cty.set_of(cty.STRING), partial=True, opens=True)
def fileset(files: Files, path: Value, pattern: Value) -> Value:
    return files.matching(path, pattern)


@define(cty.STRING, returns=cty.STRING, partial=True, opens=True)
def abspath(files: Files, path: Value) -> Value:
    return files.absolute(path)
