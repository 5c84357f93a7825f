"""Find functions by name; a function's module is loaded at its first call."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from toolkit.sources.hcl.functions.signature import Function

_MODULES: Final = {
    "collections": (
        "alltrue anytrue chunklist coalesce coalescelist compact concat contains distinct element"
        " flatten index keys length lookup matchkeys merge one range reverse setintersection"
        " setproduct setsubtract setunion slice sort sum transpose values zipmap"
    ),
    "conversions": (
        "ephemeralasnull issensitive nonsensitive sensitive tobool tolist tomap tonumber toset"
        " tostring"
    ),
    "dates": "formatdate timeadd timecmp",
    "encodings": (
        "base64decode base64encode base64gunzip csvdecode jsondecode jsonencode textdecodebase64"
        " textencodebase64 urldecode urlencode"
    ),
    "files": (
        "abspath file filebase64 filebase64sha256 filebase64sha512 fileexists filemd5 fileset"
        " filesha1 filesha256 filesha512"
    ),
    "formatting": "format formatlist",
    "hashes": "base64sha256 base64sha512 md5 sha1 sha256 sha512 uuidv5",
    "networks": "cidrcontains cidrhost cidrnetmask cidrsubnet cidrsubnets",
    "numeric": "abs ceil floor log max min parseint pow signum",
    "patterns": "regex regexall replace",
    "strings": (
        "basename chomp dirname endswith indent join lower split startswith strcontains strrev"
        " substr title trim trimprefix trimspace trimsuffix upper"
    ),
    "yaml_documents": "yamldecode yamlencode",
}
_MODULE_OF: Final = {name: module for module, names in _MODULES.items() for name in names.split()}
#: The names of all functions.
NAMES: Final = frozenset(_MODULE_OF)


def find(name: str) -> Function | None:
    """Return the function with this name; None if there is none."""
    module = _MODULE_OF.get(name)
    if module is None:
        return None
    found: Function = import_module(f"{__package__}.{module}").define[name]
    return found
