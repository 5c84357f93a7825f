"""What an archive may contain, and that it is read like a folder of the same files."""

from __future__ import annotations

import io
import random
import stat
import struct
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from toolkit.errors import SourceError
from toolkit.files.archive import ArchiveTree, read_archive
from toolkit.files.opening import archive_of, open_tree
from toolkit.files.tree import Entry, FileRefusedError, Kind

MAX = 1 << 30


def packed(members: dict[str | ZipInfo, bytes], method: int = ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with ZipFile(data, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def tree(members: dict[str | ZipInfo, bytes], max_size: int = MAX) -> ArchiveTree:
    return ArchiveTree("x.zip", packed(members), max_size)


def member(name: str, mode: int) -> ZipInfo:
    info = ZipInfo(name)
    info.external_attr = mode << 16
    return info


def patched(data: bytes, where: bytes, offset: int, value: bytes) -> bytes:
    """Return the bytes with a value written at an offset from each occurrence of a signature."""
    found = bytearray(data)
    at = data.find(where)
    assert at != -1
    while at != -1:
        found[at + offset : at + offset + len(value)] = value
        at = data.find(where, at + 1)
    return bytes(found)


def test_it_is_read_as_a_folder() -> None:
    found = tree({"a/": b"", "./a/b.tf": b"b", "c\\d.tf": b"d", "e.tf": b"e", "./": b""})
    assert found.entries("") == [
        Entry("a", is_link=False, is_folder=True),
        Entry("c", is_link=False, is_folder=True),
        Entry("e.tf", is_link=False, is_folder=False),
    ]
    assert found.entries("a") == [Entry("b.tf", is_link=False, is_folder=False)]
    assert (found.read("a/b.tf"), found.read("c/d.tf"), found.read("e.tf")) == (b"b", b"d", b"e")
    kinds = {"": Kind.FOLDER, "a": Kind.FOLDER, "e.tf": Kind.FILE, "x": Kind.MISSING}
    assert {path: found.kind(path) for path in kinds} == kinds
    assert found.kind("../e.tf") is Kind.OUTSIDE
    assert found.kind("..e.tf") is Kind.MISSING


def test_what_is_not_there_is_refused() -> None:
    found = tree({"a/b.tf": b"b"})
    for path, kind in (("x", Kind.MISSING), ("../b.tf", Kind.OUTSIDE), ("a", Kind.FOLDER)):
        with pytest.raises(FileRefusedError) as refused:
            found.read(path)
        assert refused.value.kind is kind
    for path in ("x", "a/b.tf", ".."):
        with pytest.raises(FileRefusedError):
            found.entries(path)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({member("l", stat.S_IFLNK | 0o777): b"/etc/passwd"}, "has a link (l)"),
        ({member("p", stat.S_IFIFO | 0o777): b""}, "has a device or a pipe (p)"),
        ({"../a.tf": b""}, "has a name that leads out of it (../a.tf)"),
        ({"a/../../b.tf": b""}, "has a name that leads out of it (a/../../b.tf)"),
        ({"a\\..\\b.tf": b""}, "has a name that leads out of it (a/../b.tf)"),
        ({"/etc/a.tf": b""}, "has the name of a place on a disk (/etc/a.tf)"),
        ({"C:\\a.tf": b""}, "has the name of a place on a disk (C:/a.tf)"),
        ({"a/" * 33 + "b.tf": b""}, "has a name that is too long, or in too many folders ("),
        ({"a" * 1025: b""}, "has a name that is too long, or in too many folders ("),
        ({"a": b"", "a/b.tf": b""}, "has a as a file and as a folder"),
        ({"a/b.tf": b"", "a": b""}, "has a as a file and as a folder"),
        ({"a.tf": b" " * (2 << 20)}, "has a file that is more than 250 times what is packed of it"),
        ({str(number): b"" for number in range(10_001)}, "has more than 10,000 files"),
    ],
)
def test_what_no_archive_of_terraform_has(members: dict[str | ZipInfo, bytes], said: str) -> None:
    with pytest.raises(SourceError) as refused:
        tree(members)
    assert refused.value.message.startswith(f"x.zip: {said}")
    assert "\n" not in refused.value.message
    assert refused.value.hint


#: Signatures of a member's local header, of its index entry, and of the end of the index.
LOCAL, ENTRY, END = b"PK\3\4", b"PK\1\2", b"PK\5\6"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: patched(data, ENTRY, 8, b"\1\0"), "has an encrypted file (a.tf)"),
        (lambda data: patched(data, ENTRY, 46, b"a\0tf"), "has a name with a null character"),
        (lambda _: b"", "cannot be read as a zip archive"),
        (lambda data: data[:-30], "cannot be read as a zip archive"),
        (lambda data: patched(data, ENTRY, 0, b"XX"), "cannot be read as a zip archive"),
        (lambda data: patched(data, ENTRY, 6, b"\xff\0"), "cannot be read as a zip archive"),
        (lambda data: patched(data, ENTRY, 8, b"\0\x08") and patched(
            patched(data, ENTRY, 8, b"\0\x08"), ENTRY, 46, b"\xff.tf"
        ), "cannot be read as a zip archive"),
        (lambda _: packed({"a.tf": b"a"}, ZIP_BZIP2), "has a file that is packed in a way that"),
    ],
)  # fmt: skip
def test_an_archive_that_is_broken_or_closed(change: Callable[[bytes], bytes], said: str) -> None:
    data = change(packed({"a.tf": b"a"}))
    with pytest.raises(SourceError) as refused:
        ArchiveTree("x.zip", data, MAX)
    assert refused.value.message.startswith(f"x.zip: {said}")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        # Wrong sizes, a different name, or different content.
        (lambda data: patched(data, ENTRY, 24, struct.pack("<I", 10)), "is broken in the archive"),
        (lambda data: patched(data, ENTRY, 24, struct.pack("<I", 99)), "in the archive|archive s"),
        (lambda data: patched(data, LOCAL, 30, b"b"), "is broken in the archive"),
        (lambda data: patched(data, LOCAL, 36, b"\xff\xff"), "is broken in the archive"),
        (lambda data: patched(data, ENTRY, 16, b"\0\0\0\0"), "is broken in the archive"),
    ],
)
def test_what_is_broken_is_not_read(change: Callable[[bytes], bytes], said: str) -> None:
    found = ArchiveTree("x.zip", change(packed({"a.tf": b"a = 1 # twelve"})), MAX)
    with pytest.raises(FileRefusedError, match=said):
        found.read("a.tf")


def test_a_name_that_stands_twice_is_nobodys() -> None:
    data = packed({"a.tf": b"1", "./b.tf": b"1", "./a.tf": b"2"})
    found = ArchiveTree("x.zip", data, MAX)
    assert [each.name for each in found.entries("")] == ["a.tf", "b.tf"]
    assert found.read("b.tf") == b"1"
    with pytest.raises(FileRefusedError, match="stands in the archive twice"):
        found.read("a.tf")


def test_the_sum_of_what_is_unpacked_is_bounded() -> None:
    members: dict[str | ZipInfo, bytes] = {"a.tf": b"a" * 600_000, "b.tf": b"b" * 600_000}
    assert tree(members, 2 << 20).read("b.tf") == b"b" * 600_000
    with pytest.raises(SourceError, match="is larger than 1 MiB when it is unpacked") as refused:
        tree(members, 1 << 20)
    assert "--max-size" in (refused.value.hint or "")


def test_a_list_of_members_without_end_is_not_read(tmp_path: Path) -> None:
    """The end of the index declares one entry; the index holds a hundred thousand."""
    data = packed({"a.tf": b"a"})
    start, end = data.index(ENTRY), data.index(END)
    entries = data[start:end] * 100_000
    tail = data[end:][:8] + struct.pack("<HHII", 1, 1, len(entries), start) + b"\0\0"
    (tmp_path / "x.zip").write_bytes(data[:start] + entries + tail)
    with pytest.raises(SourceError, match="has more than 10,000 files"):
        read_archive(str(tmp_path / "x.zip"), MAX)


def test_the_archive_itself_is_bounded(tmp_path: Path) -> None:
    with (tmp_path / "x.zip").open("wb") as file:
        file.truncate(3 << 20)
    with pytest.raises(SourceError, match=r"x\.zip: is larger than 2 MiB$"):
        read_archive(str(tmp_path / "x.zip"), 2 << 20)


def test_its_name_says_that_it_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.zip").mkdir()
    for name in ("x.ZIP", "a.zip/b.zip", "x.zip.json", "İ.zip"):
        (tmp_path / name).write_bytes(packed({"c/d.tf": b"d"}))
    named = {
        "x.ZIP": "x.ZIP",
        "x.ZIP/c/d.tf": "x.ZIP",
        "a.zip/b.zip/c": "a.zip/b.zip",
        "İ.zip": "İ.zip",
        "a.zip": None,
        "x.ZIP/": None,
        "x.zip.json": None,
        "y.zip": None,
        "x\0.zip": None,
        "a" * 300 + ".zip": None,
    }
    assert {path: archive_of(path) for path in named} == named
    found = open_tree("./a.zip/b.zip")
    assert found.inner("a.zip/b.zip/c/d.tf") == "c/d.tf"
    assert found.inner(str(tmp_path / "a.zip/b.zip")) == ""


def test_an_archive_that_changes_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(packed({"a.tf": b"1"}))
    first = open_tree(str(path))
    assert open_tree(str(path)) is first
    path.write_bytes(packed({"a.tf": b"22"}))
    assert open_tree(str(path)).read("a.tf") == b"22"


def test_whatever_its_bytes_are_it_is_read_or_refused() -> None:
    """Randomly changed archives: bytes replaced, removed and inserted."""
    draw = random.Random(0)
    whole = packed({"a.tf": b"a = 1\n" * 40, "b/c.tf": b"", "b/d.txt": bytes(range(256))})
    read = refused = 0
    for _ in range(3_000):
        data = bytearray(whole)
        for _ in range(draw.randint(1, 4)):
            at = draw.randrange(len(data))
            data[at : at + draw.randint(0, 2)] = draw.randbytes(draw.randint(0, 2))
        try:
            found = ArchiveTree("x.zip", bytes(data), MAX)
            for folder in ("", "b"):
                for entry in found.entries(folder):
                    if not entry.is_folder:
                        found.read(f"{folder}/{entry.name}".strip("/"))
            read += 1
        except (SourceError, FileRefusedError):
            refused += 1
    assert min(read, refused) > 100
