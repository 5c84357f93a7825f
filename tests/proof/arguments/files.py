"""Argument lists for the functions of files; the files are in `drawn_from/files`."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from tests.proof.arguments.literals import listed, mapped, value, word
from tests.proof.arguments.strings import quoted

_NAMES: Final = ("plain.txt", "bytes.bin", "deep/inner.txt", "greeting.tftpl", "deep/list.tftpl")
_ODD_NAMES: Final = ("nothing.txt", "deep", "", "deep/../plain.txt", "./plain.txt", "//plain.txt")
_PATTERNS: Final = (
    "*", "**", "*.txt", "**/*.txt", "deep/*", "{plain,bytes}.*", "?????.txt", "[a-p]*", "[^a-p]*",
    "deep/**", "*.{txt,tftpl}", "nothing", "plain.txt", "./*", "**/inner*", "", "[", "\\\\*",
)  # fmt: skip
_TEMPLATES: Final = (
    "${a}", "-${b}-", "%{ for x in l }${x},%{ endfor }", "%{ if c }yes%{ else }no%{ endif }",
    "text", "$${a}", "%%{x}", "${upper(a)}", "%{ for k, v in m ~} ${k}=${v} %{ endfor ~}\n",
    "${nope}", "é", "${l[0]}", "${jsonencode(m)}",
    "%{ if a == \"x\" ~}\n x\n%{ endif ~}\n", "${", " ",
)  # fmt: skip


def _path(draw: random.Random) -> str:
    name = draw.choice(_NAMES if draw.random() < 0.85 else _ODD_NAMES)
    start = draw.choice(("files/", "./files/", "${path.module}/files/", "${path.root}/files/"))
    return f'"{start}{name}"'


def _fileset(draw: random.Random) -> str:
    folder = draw.choice(('"files"', '"./files/"', '"files/deep"', "path.module", '"nowhere"'))
    return f'{folder}, "{draw.choice(_PATTERNS)}"'


def _names(draw: random.Random) -> str:
    """Return the variables for a template."""
    found = {
        "a": word(draw),
        "b": value(draw),
        "c": draw.choice(("true", "false", "null", '"true"')),
        "l": listed(draw),
        "m": mapped(draw),
    }
    kept = [name for name in found if draw.random() < 0.95]
    return f"{{{', '.join(f'{name} = {found[name]}' for name in kept)}}}"


def _templatefile(draw: random.Random) -> str:
    name = draw.choice(("greeting.tftpl", "deep/list.tftpl", "plain.txt"))
    return f'"${{path.module}}/files/{name}", {_names(draw)}'


def template(draw: random.Random) -> str:
    """Return the text of a template over `a`, `b`, `c`, `l` and `m`."""
    return "".join(draw.choice(_TEMPLATES) for _ in range(draw.choice((1, 1, 2, 3))))


def _templatestring(draw: random.Random) -> str:
    # The template must be a reference.
    return f"local.templates[{quoted(draw.choice(('a', 'b', 'c', 'd')))}], {_names(draw)}"


DRAWN: Final[dict[str, Callable[[random.Random], str]]] = {
    **dict.fromkeys(
        ("file", "filebase64", "filebase64sha256", "filebase64sha512", "fileexists", "filemd5",
         "filesha1", "filesha256", "filesha512"),
        _path,
    ),
    "fileset": _fileset,
    "templatefile": _templatefile,
    "templatestring": _templatestring,
}  # fmt: skip
