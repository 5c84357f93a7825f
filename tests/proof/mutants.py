"""Compare syntax errors with Terraform: real files with random changes.

    python -m tests.proof.mutants [NUMBER] [SEED]

Native syntax is judged by ``terraform fmt``, JSON by ``terraform validate`` in a root without
providers. One known difference is left out: Terraform's scanner accepts some invalid UTF-8 bytes as
parts of names, while the toolkit refuses a file with such bytes.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.needs import needed
from toolkit.errors import SourceError
from toolkit.files.tree import FolderTree
from toolkit.sources.hcl.modules.root import open_root
from toolkit.sources.hcl.modules.tree import Place
from toolkit.sources.hcl.modules.versions import TERRAFORM, Version, Versions
from toolkit.sources.hcl.syntax.native import parse_body
from toolkit.sources.hcl.syntax.source import HclSyntaxError, Source
from toolkit.sources.hcl.values import is_known
from toolkit.sources.read_requests import Read

TESTS: Final = Path(__file__).resolve().parents[1]
#: The largest file to change, in bytes.
_MOST: Final = 6000
#: The number of files that are judged together.
_BATCH: Final = 250
_TOKEN: Final = re.compile(
    rb'[A-Za-z_][\w-]*|\d+|"|<<-?\w+|\$\{|%\{|~\}|\.\.\.|=>|==|&&|\|\||::|\s+|.', re.DOTALL
)
_NATIVE = (
    b'${ %{ ~} " { } [ ] ( ) , . ... => = == : :: ? * # // /* */ $$ $${ %%{ \\ \\u00e9'
    b" \\U0001F600 \\x 1.5e3 1e .5 1. 0x1 for in if null true [*] .* .0 ! - % & | ; ' ` <"
    b" \xc3\xa9 \xff \xed\xa0\x80 \xc2\xb2 \xe2\x80\xa8 \xef\xbb\xbf"
).split()
_NATIVE += [
    b"\n", b"\r", b"\r\n", b" ", b"\t", b"\x0c", b"\x00", b"<<EOT\n", b"<<-EOT\n", b"\nEOT\n",
    b"%{ if true }", b"%{ endif }", b"%{ else }", b"%{ for x in [] }", b"%{ endfor }",
]  # fmt: skip
_JSON = (
    b'${ %{ ~} " { } [ ] , : \\ \\u00e9 \\ud800 \\n \\/ null true false 1 -1 1.5e3 -0 01 1. .5 //'
    b' ${x} ${ "a" \xc3\xa9 \xff + ${1+1} $${ "a":1 "" NaN'
).split()
_JSON += [b"\n", b" ", b"\x00", b"\x07"]
#: In JSON, only configurations without providers can be validated.
_DOCUMENT: Final = """{
  "//": "a comment",
  "locals": {
    "%(name)s_a": "text ${1 + 1} and ${upper(\\"x\\")}",
    "%(name)s_b": [1, 2.5, true, null]
  },
  "variable": {"%(name)s_v": {"type": "string", "default": "$${b}"}},
  "output": {
    "%(name)s_o": {"value": {"k${1}": "${var.%(name)s_v}", "l": "%%{ if true }y%%{ endif }"}}
  }
}
"""


def corpus() -> list[bytes]:
    """Return the native syntax files in the tests."""
    files = sorted(TESTS.rglob("*.tf"))
    return [each.read_bytes() for each in files if 0 < each.stat().st_size < _MOST]


def mutated(rng: random.Random, data: bytes, extra: Sequence[bytes]) -> bytes:
    """Return a file with one to three changes: deleted, repeated, swapped or new tokens, broken
    bytes.
    """
    tokens = _TOKEN.findall(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        at = rng.randrange(len(tokens)) if tokens else 0
        match rng.choices(range(6), (20, 15, 15, 30, 10, 10))[0]:
            case 0:
                del tokens[at : at + 1]
            case 1:
                tokens[at:at] = tokens[at : at + 1]
            case 2 if tokens:
                other = rng.randrange(len(tokens))
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case 3:
                tokens.insert(at, rng.choice(extra))
            case 4:
                tokens[at : at + 1] = [rng.choice(extra)]
            case _:
                tokens = _TOKEN.findall(_broken(rng, b"".join(tokens)))
    return b"".join(tokens)


def _broken(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data)) if data else 0
    replaced = bytes([rng.randrange(256)]) if rng.random() < 0.5 else b""
    return data[:at] + replaced + data[at + rng.randrange(1, 4) :]


def native(rng: random.Random, number: int) -> dict[str, bytes]:
    files = corpus()
    return {f"m{at}.tf": mutated(rng, rng.choice(files), _NATIVE) for at in range(number)}


def in_json(rng: random.Random, number: int) -> dict[str, bytes]:
    documents = ((f"m{at}", _DOCUMENT % {"name": f"m{at}"}) for at in range(number))
    return {
        f"{name}.tf.json": mutated(rng, document.encode(), _JSON) for name, document in documents
    }


def refused_by_fmt(folder: Path, files: Mapping[str, bytes]) -> set[str]:
    done = _terraform(folder, "fmt", "-no-color", "-write=false", "-list=false")
    return set(re.findall(r"on (m\d+\.tf) line", done.stderr))


def refused_by_validate(folder: Path, files: Mapping[str, bytes]) -> set[str]:
    refused: set[str] = set()
    while True:
        answer = json.loads(_terraform(folder, "validate", "-json").stdout)
        ranges = (each.get("range") or {} for each in answer["diagnostics"])
        found = {each["filename"] for each in ranges if each.get("filename")} - refused
        if answer["valid"]:
            return refused
        assert found, answer
        for name in found:
            (folder / name).unlink()
        refused |= found


def refused_natively(folder: Path, files: Mapping[str, bytes]) -> set[str]:
    return {name for name, data in files.items() if not _parses(name, data)}


def _parses(name: str, data: bytes) -> bool:
    try:
        parse_body(Source(name, data))
    except HclSyntaxError:
        return False
    return True


def refused_in_json(folder: Path, files: Mapping[str, bytes]) -> set[str]:
    return {name for name, data in files.items() if not _is_valid(folder, name, data)}


def _is_valid(folder: Path, name: str, data: bytes) -> bool:
    own = folder / name.partition(".")[0]
    own.mkdir()
    (own / name).write_bytes(data)
    versions = Versions([Version(TERRAFORM, 11)])
    try:
        root = open_root(Read(str(own)), Place(FolderTree(str(own)), "", "."), versions, {})
        values = [*map(root.local, root.module.locals), *map(root.output, root.module.outputs)]
    except SourceError:
        return False
    # Terraform 1.11 has nothing beyond the language tables, so an unknown form is a refused one.
    return not root.root.rules.unsure and all(map(is_known, values))


def _terraform(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [needed("terraform"), *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, errors="replace", check=False
    )


_Judge = Callable[[Path, Mapping[str, bytes]], "set[str]"]
_WAYS: Final[Mapping[str, tuple[Callable[..., dict[str, bytes]], _Judge, _Judge]]] = {
    "native": (native, refused_by_fmt, refused_natively),
    "JSON": (in_json, refused_by_validate, refused_in_json),
}


def differences(syntax: str, number: int, seed: int) -> Iterator[tuple[str, bytes, bool]]:
    """Yield the mutants on which the toolkit and Terraform disagree, and Terraform's verdict."""
    make, theirs, ours = _WAYS[syntax]
    rng = random.Random(seed)
    for done in range(0, number, _BATCH):
        files = make(rng, min(_BATCH, number - done))
        with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
            for name, data in files.items():
                (Path(first) / name).write_bytes(data)
            refused = theirs(Path(first), files)
            found = ours(Path(second), files)
        for name in sorted(refused ^ found):
            with tempfile.TemporaryDirectory() as alone:
                # Two mutants may declare the same name by chance.
                (Path(alone) / name).write_bytes(files[name])
                if bool(theirs(Path(alone), {name: files[name]})) == (name in found):
                    continue
            if name in refused or _is_text(files[name]):
                yield name, files[name], name in refused


def _is_text(data: bytes) -> bool:
    """Whether it is valid UTF-8. Terraform's scanner accepts some broken bytes in names."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def main(number: int = 5000, seed: int = 1) -> int:
    wrong = 0
    for syntax in _WAYS:
        found = list(differences(syntax, number, seed))
        for name, data, refused in found[:20]:
            verb = "refuses" if refused else "accepts"
            print(f"{syntax}: Terraform {verb} {name}: {data!r}")
        print(f"Mutants in {syntax} syntax: {number}, judged otherwise {len(found)}.")
        wrong += len(found)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
