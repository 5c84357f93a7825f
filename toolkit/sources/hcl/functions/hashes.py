"""Terraform's functions that hash the UTF-8 bytes of a string."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import md5 as _md5
from hashlib import sha1 as _sha1
from hashlib import sha256 as _sha256
from hashlib import sha512 as _sha512
from typing import Final
from uuid import NAMESPACE_DNS, NAMESPACE_OID, NAMESPACE_URL, NAMESPACE_X500, UUID

from toolkit.lazily import pattern
from toolkit.sources.hcl.functions.signature import Definitions
from toolkit.sources.hcl.values.types import STRING
from toolkit.sources.hcl.values.values import EvaluationError, Value

define: Final = Definitions()

_NAMESPACES: Final = {
    "dns": NAMESPACE_DNS,
    "oid": NAMESPACE_OID,
    "url": NAMESPACE_URL,
    "x500": NAMESPACE_X500,
}
_GROUPS: Final = "-".join(f"[0-9a-f]{{{length}}}" for length in (8, 4, 4, 4, 12))
#: The forms that google/uuid 1.6 reads. It does not check the brackets of the last one.
_UUID: Final = pattern(
    rf"({_GROUPS}|[0-9a-f]{{32}})|urn:uuid:({_GROUPS})|[\0-\x7f]({_GROUPS})[\0-\x7f]",
    re.ASCII | re.IGNORECASE,
)


@define(STRING, returns=STRING, total=True)
def base64sha256(text: str) -> Value:
    return b64encode(_sha256(text.encode()).digest()).decode()


@define(STRING, returns=STRING, total=True)
def base64sha512(text: str) -> Value:
    return b64encode(_sha512(text.encode()).digest()).decode()


@define(STRING, returns=STRING, total=True)
def md5(text: str) -> Value:
    return _md5(text.encode(), usedforsecurity=False).hexdigest()


@define(STRING, returns=STRING, total=True)
def sha1(text: str) -> Value:
    return _sha1(text.encode(), usedforsecurity=False).hexdigest()


@define(STRING, returns=STRING, total=True)
def sha256(text: str) -> Value:
    return _sha256(text.encode()).hexdigest()


@define(STRING, returns=STRING, total=True)
def sha512(text: str) -> Value:
    return _sha512(text.encode()).hexdigest()


@define(STRING, STRING, returns=STRING)
def uuidv5(namespace: str, name: str) -> Value:
    space = _NAMESPACES.get(namespace)
    if space is None:
        found = _UUID.fullmatch(namespace)
        if found is None:
            raise EvaluationError("the namespace must be dns, oid, url, x500 or a UUID")
        space = UUID(found[1] or found[2] or found[3])
    digest = _sha1(space.bytes + name.encode(), usedforsecurity=False).digest()
    return str(UUID(bytes=digest[:16], version=5))
