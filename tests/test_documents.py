"""YAML by the rules of YAML 1.2, refused with the position of the error."""

from __future__ import annotations

import datetime
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
import pytest
import yaml
from msgspec import Meta, Struct

from toolkit.documents import convert, read_document, read_file, reader
from toolkit.documents.document import Position
from toolkit.documents.toml import read_toml
from toolkit.documents.wording import dotted, quoted
from toolkit.errors import DocumentError, ExitCode

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(
    params=[
        pytest.param("CSafeLoader", marks=pytest.mark.skipif(not yaml.__with_libyaml__, reason="")),
        "SafeLoader",
    ]
)
def _each_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "PARSER", getattr(yaml, request.param))


def read(text: str) -> Any:
    return read_document(text.encode(), "doc.yaml").value


def refusal(data: bytes | str) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read_document(data if isinstance(data, bytes) else data.encode(), "doc.yaml")
    error = caught.value
    assert error.exit_code is ExitCode.INPUT
    assert "\n" not in error.message
    assert error.hint
    assert "\n" not in error.hint
    return error


VALUES: list[tuple[str, Any]] = [
    ("off", "off"),
    ("on", "on"),
    ("yes", "yes"),
    ("No", "No"),
    ("y", "y"),
    ("true", True),
    ("False", False),
    ("TRUE", True),
    ("tRUE", "tRUE"),
    ("null", None),
    ("~", None),
    ("NULL", None),
    ("nULL", "nULL"),
    ("2027-03-31", "2027-03-31"),
    ("2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"),
    ("12:30:00", "12:30:00"),
    ("1_000", "1_000"),
    ("0777", 777),
    ("0o17", 15),
    ("-0o17", "-0o17"),
    ("0x1F", 31),
    ("0b11", "0b11"),
    ("-12", -12),
    ("+3", 3),
    ("12e03", 12000.0),
    ("1.", 1.0),
    (".5", 0.5),
    ("-.5e-1", -0.05),
    (".", "."),
    ("-", [None]),
    ("+", "+"),
    ("1.2.3", "1.2.3"),
    ("=", "="),
    ('"off"', "off"),
    ('"1"', "1"),
    ("'null'", "null"),
    ('""', ""),
    ("! 12", "12"),
    ("!!str 12", "12"),
    ("!!int '12'", 12),
    ("!!float 12", 12.0),
    ("!!null ''", None),
    ("!!bool true", True),
    ("!!map {a: 1}", {"a": 1}),
    ("!!seq [1]", [1]),
    ("|\n  true\n", "true\n"),
    ("9" * 100, int("9" * 100)),
    ("x" * 200, "x" * 200),
    ('{"a": [1, "b\\/"], "c": null}', {"a": [1, "b/"], "c": None}),
    (
        "404: a\noff: b\ntrue: c\n1.0: d\n~: e",
        {"404": "a", "off": "b", "true": "c", "1.0": "d", "~": "e"},
    ),
    ('"<<": 1\n"": 2', {"<<": 1, "": 2}),
    ("a: &x [1]\nb: *x\nc: &x 2\nd: *x", {"a": [1], "b": [1], "c": 2, "d": 2}),
    ("&k a: *k", {"a": "a"}),
    ("--- a\n...\n", "a"),
    ("%YAML 1.2\n---\na", "a"),
    ("\ufeffa: ü", {"a": "ü"}),
]


@pytest.mark.usefixtures("_each_parser")
@pytest.mark.parametrize(("text", "value"), VALUES)
def test_values_are_those_of_yaml_1_2(text: str, value: Any) -> None:
    found = read(text)
    assert found == value
    assert type(found) is type(value)


#: The document, the line and column, and a part of the message. For errors that the parsers find
#: themselves, only the part that both messages have in common is compared.
REFUSED: list[tuple[bytes | str, tuple[int, int], str]] = [
    ("", (1, 1), "the document is empty"),
    ("# only this\n", (1, 1), "the document is empty"),
    ("a: 1\nb: 2\na: 3\n", (3, 1), 'duplicate key "a", already in line 1'),
    ("x:\n  - {a: 1, 'a': 2}\n", (2, 12), 'duplicate key "a", already in line 2'),
    ('200: a\n"200": b\n', (2, 1), 'duplicate key "200"'),
    ("a: &x {b: 1}\nc:\n  <<: *x\n", (3, 3), "merge keys (<<) are not supported"),
    (
        "a: 1\nb: !!python/object:os.system {}\n",
        (2, 4),
        "a tag is not allowed here",
    ),
    ("a: !secret x\n", (1, 4), "a tag is not allowed here"),
    ("!!int a: 1\n", (1, 1), "a tag"),
    ("a: !!timestamp 2027-03-31\n", (1, 4), "a tag"),
    ("a: !!binary aGk=\n", (1, 4), "a tag"),
    ("a: !!set {b}\n", (1, 4), "a tag"),
    ("a: !!seq {b: 1}\n", (1, 4), "a tag"),
    ("a: !!int x\n", (1, 4), "the value is not what its tag !!int says"),
    ("a: !!int 1.5\n", (1, 4), "is not what its tag !!int says"),
    ("a: !!int true\n", (1, 4), "is not what its tag !!int says"),
    ("a: 1\n---\nb: 2\n", (2, 1), "a second document begins here"),
    ("%YAML 1.1\n---\na: off\n", (1, 1), "the document asks for YAML 1.1"),
    ("a: .inf\n", (1, 4), "JSON has no number .inf"),
    ("a: .NaN\n", (1, 4), "JSON has no number .NaN"),
    ("a: 1e999\n", (1, 4), "the number is larger than any can be"),
    ("a: " + "9" * 5000, (1, 4), "a number of 5000 characters"),
    ("a: 0x" + "f" * 5000, (1, 4), "a number of 5002 characters"),
    ("[a]: 1\n", (1, 1), "a key that is not text"),
    ("x: 1\n? {a: 1}\n: 2\n", (2, 3), "a key that is not text"),
    ("a: &x b\n*x : 1\n", (2, 1), "a key that is not text"),
    ("x: 1\n?\n: 1\n", (2, 2), "a value without a key"),
    ("a: *b\n", (1, 4), "the alias is not defined above"),
    ("a: &b\n  c: *b\n", (2, 6), "the alias is inside what it stands for"),
    ("- &b [*b]\n", (1, 7), "is inside what it stands for"),
    ("a:\n\t- b\n", (2, 1), "a tab where only spaces may stand"),
    ("x: 1\na: b: c\n", (2, 5), "a colon that no key can have here"),
    ("x: 1\na: @b\n", (2, 4), "a value cannot start with @"),
    ("x: 1\nname: [*record*]\n", (2, 15), "not valid YAML"),
    ("address: *\n", (1, 11), "an alias without a name"),
    ("a: [", (1, 5), "while parsing a flow node that begins in line 1"),
    ("a: 'b\n\n", (3, 1), "while scanning a quoted scalar that begins in line 1"),
    ("a: [1, 2\nb: 3\n", (2, 2), "while parsing a flow sequence that begins in line 1"),
    ("- a\nb: c\n", (2, 1), "not valid YAML"),
    ("[" * 101 + "]" * 101, (1, 101), "values nested more than 100 deep"),
    ("x: 1\n" + "a: " + "{a: " * 100, (2, 400), "values nested more than 100 deep"),
    (b"a: b\nc: \xff\n", (2, 4), "not UTF-8: byte 0xff"),
    ("a: ü\n".encode("utf-16"), (1, 1), "not UTF-8"),
    ("ü: a\x00b", (1, 5), "the character U+0000"),
    ("a: b\r\nc: \x85\n", (2, 4), "the character U+0085"),
    ("a: b\u2028c", (1, 5), "the character U+2028"),
    ("a: b\ufeff", (1, 5), "the character U+FEFF"),
    (b"#" * ((1 << 20) + 1), (1, 1), "the document is larger than 1 MiB"),
]


@pytest.mark.usefixtures("_each_parser")
@pytest.mark.parametrize(("data", "position", "part"), REFUSED)
def test_refusals_name_the_place(data: bytes | str, position: tuple[int, int], part: str) -> None:
    error = refusal(data)
    line, column = position
    assert error.message.startswith(f"doc.yaml:{line}:{column}: ")
    assert part in error.message


@pytest.mark.usefixtures("_each_parser")
def test_a_document_that_is_cut_off_or_garbled_is_a_document_or_an_error() -> None:
    text = (
        "%YAML 1.2\n---\na: &x [1, 'b', \"c\\n\", {d: e}]\n? f\n: |\n  g\n\n  h\n"
        "i: >-\n  j\n  k\nl: *x\nm: !!str 1\nn: # o\n- p\n- - q\n"
    )
    for end in range(len(text)):
        for piece in (
            "",
            "[",
            "{",
            "'",
            '"',
            "\t",
            ":",
            "*",
            "&",
            "!",
            "|",
            "-",
            "?",
            "%",
            "\n---",
        ):
            with suppress(DocumentError):  # any other exception is a failure
                read(text[:end] + piece)


def test_a_pattern_without_quotes_is_answered_with_quotes() -> None:
    for text in ("address: *\n", "name: [*record*]\n", "name: *record\n"):
        assert "put quotes around a pattern" in str(refusal(text).hint)


@pytest.mark.parametrize("text", ['"\\ud800"', '"\\U11000000"', '"\\UFFFFFFFF"', '{"\\udfff": 1}'])
@pytest.mark.usefixtures("_each_parser")
def test_escapes_beyond_unicode_are_refused(text: str) -> None:
    refusal(text)


def test_a_document_of_just_1_mib_is_read() -> None:
    assert read("a: b\n" + "#" * ((1 << 20) - 5)) == {"a": "b"}
    assert read("[" * 100 + "]" * 100)


def _laughs(levels: int) -> str:
    lines = ["l0: &l0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines)


def test_aliases_expand_to_1_mib_and_no_further() -> None:
    assert len(read(_laughs(5))["l4"]) == 9
    error = refusal(_laughs(9))
    assert "the document's aliases expand past 1 MiB" in error.message
    assert error.message.startswith("doc.yaml:6:")


def test_a_long_text_counts_with_its_length() -> None:
    text = f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 11)}]\n"
    assert "expand past 1 MiB" in refusal(text).message
    assert len(read(text.replace("*a, ", "", 1))["b"]) == 10


def test_aliases_do_not_stack_up_depth() -> None:
    lines = [f"- &a0 {'[' * 30}{']' * 30}"]
    lines += [f"- &a{n} {'[' * 30}*a{n - 1}{']' * 30}" for n in range(1, 5)]
    error = refusal("\n".join(lines))
    assert error.message.startswith("doc.yaml:4:")
    assert "nested more than 100 deep" in error.message


@pytest.mark.parametrize("piece", ["[", "{", "- ", "? ", "a: ", "&a ", "!a "])
def test_a_flood_neither_crashes_nor_hangs(piece: str) -> None:
    refusal(piece * (1_000_000 // len(piece)))


def test_positions() -> None:
    document = read_document(
        b"rules:\n  - id: A\n    require: {scopes: [x,\n      y]}\n  - &b\n    id: B\nagain: *b\n",
        "p",
    )
    assert document.line_of(()) == 1
    assert document.line_of(("rules",)) == 1
    assert document.position_of(("rules", 0)) == Position(2, 5)
    assert document.position_of(("rules", 0, "require")) == Position(3, 5)
    assert document.position_of(("rules", 0, "require", "scopes", 1)) == Position(4, 7)
    assert document.line_of(("rules", 1, "id")) == 6
    assert document.position_of(("again",)) == Position(7, 1)
    assert document.line_of(("again", "id")) == 6
    # A missing value has the position where it would be.
    assert document.position_of(("rules", 0, "title")) == Position(2, 5)
    assert document.position_of(("rules", 7, "id", "x")) == Position(1, 1)
    assert str(document.error("no", ("again",), hint="h")) == "p:7:1: no"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path, part in ((tmp_path, "directory"), (tmp_path / "no.yaml", "No such file")):
        with pytest.raises(DocumentError, match=part) as caught:
            read_file(path)
        assert caught.value.message.startswith(str(path))
    with pytest.raises(DocumentError, match="cannot be read"):
        read_file(tmp_path / "a\0b")
    (tmp_path / "a.yaml").write_text("a: 1")
    assert read_file(tmp_path / "a.yaml").value == {"a": 1}


def test_an_endless_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    link = tmp_path / "zero.yaml"
    link.symlink_to("/dev/zero")
    with pytest.raises(DocumentError, match="larger than 1 MiB"):
        read_file(link)


def test_words_of_a_document_stay_on_one_line() -> None:
    assert quoted('a"\n\x1b[31m\\') == '"a\\"\\n\\x1b[31m\\\\"'
    assert len(quoted("x" * 1000)) < 70
    assert dotted(("a", 0, "b-c", "d e", 1)) == 'a[0].b-c["d e"][1]'
    assert "\n" not in refusal('"a\\nb": 1\n"a\\nb": 2\n').message


class Inner(Struct, forbid_unknown_fields=True):
    word: str
    many: tuple[str, ...] = ()


class Outer(Struct, forbid_unknown_fields=True):
    version: Literal[1]
    inner: Inner | None = None
    by_name: dict[str, Inner | Literal["off"]] = {}
    level: Annotated[Literal["low", "high"], Meta(description="How high.")] = "low"
    delay: Annotated[int, Meta(ge=0, le=10)] = 0
    ratio: int | float = 1
    flag: bool | None = None
    code: Annotated[str, Meta(pattern="^[a-z]+$", min_length=1, max_length=3)] = "a"
    some: Annotated[list[int], Meta(min_length=1)] = msgspec.field(default_factory=lambda: [1])
    note: str | None = None
    free: Any = None


UNFIT: list[tuple[str, str, str | None]] = [
    ("- 1", "1:1: the document must be a mapping, not a list", None),
    ("~", "1:1: the document must be a mapping, not empty", None),
    ("inner: {word: a}", '1:1: the document has no "version"', "Add the key version."),
    ("version: 2", "1:1: version must be 1, not 2", None),
    ("version: true", "1:1: version must be 1, not true", None),
    (
        "version: 1\nverson: 1",
        '2:1: unknown key "verson"; did you mean "version"?',
        "Keys here: version",
    ),
    ("version: 1\nqqqq: 1", '2:1: unknown key "qqqq"', "Keys here: version"),
    (
        "version: 1\ninner:\n  wrod: a",
        '3:3: unknown key "wrod" in inner; did you mean "word"?',
        "Keys here: word, many.",
    ),
    ("version: 1\ninner: {}", '2:1: inner has no "word"', None),
    ("version: 1\ninner: x", '2:1: inner must be a mapping, not "x"', None),
    ("version: 1\ninner:\n  word: 7", "3:3: inner.word must be text, not 7", "quotes"),
    ("version: 1\ninner:\n  word:", "3:3: inner.word must be text, not empty", None),
    (
        "version: 1\ninner:\n  word: a\n  many: b",
        '4:3: inner.many must be a list, not "b"',
        'Put it in brackets: ["b"]',
    ),
    (
        "version: 1\ninner:\n  word: a\n  many: [b,\n    1]",
        "5:5: inner.many[1] must be text, not 1",
        "quotes",
    ),
    (
        "version: 1\nby_name:\n  a: off\n  b: of",
        '4:3: by_name.b must be a mapping or "off", not "of"',
        None,
    ),
    (
        "version: 1\nby_name:\n  a: off\n  b: {word: 1}",
        "4:7: by_name.b.word must be text, not 1",
        None,
    ),
    (
        "version: 1\nlevel: hihg",
        '2:1: level must be one of "high", "low", not "hihg"; did you mean "high"?',
        "How high.",
    ),
    ("version: 1\nlevel: true", '2:1: level must be one of "high", "low", not true', "How high."),
    ("version: 1\ndelay: -1", "2:1: delay must be at least 0, not -1", None),
    ("version: 1\ndelay: 11", "2:1: delay must be at most 10, not 11", None),
    ("version: 1\ndelay: 1.5", "2:1: delay must be a whole number, not 1.5", None),
    ("version: 1\nratio: true", "2:1: ratio must be a number, not true", None),
    ("version: 1\nflag: off", '2:1: flag must be true or false, not "off"', None),
    ("version: 1\ncode: A", '2:1: code is "A", which is not of the right form', None),
    ("version: 1\ncode: ''", "2:1: code is empty", None),
    ("version: 1\ncode: abcd", "2:1: code may have 3 at most, has 4", None),
    ("version: 1\nnote: 7", "2:1: note must be text, not 7", "Put it in quotes to make it text."),
    ("version: 1\nsome: []", "2:1: some is empty", None),
]


@pytest.mark.parametrize(("text", "message", "hint"), UNFIT)
def test_what_does_not_fit_a_type(text: str, message: str, hint: str | None) -> None:
    with pytest.raises(DocumentError) as caught:
        convert(read_document(text.encode(), "d"), Outer)
    assert caught.value.message == f"d:{message}"
    if hint is not None:
        assert hint in (caught.value.hint or "")


def test_what_fits() -> None:
    text = (
        "{version: 1, inner: {word: off}, by_name: {a: off, b: {word: x}}, delay: 3, ratio: 0.5,"
        " flag: ~, some: [2], free: {a: [1]}}"
    )
    found = convert(read_document(text.encode(), "d"), Outer)
    assert found.inner == Inner("off")
    assert found.by_name == {"a": "off", "b": Inner("x")}
    assert (found.flag, found.free) == (None, {"a": [1]})


def test_a_type_that_is_not_walked_still_has_its_line() -> None:
    class Dated(Struct):
        day: datetime.date

    with pytest.raises(DocumentError, match=r"^d:1:1: .*RFC3339") as caught:
        convert(read_document(b"day: x", "d"), Dated)
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "a" + ".a" * 100_000 + " = 1",
        '"a"' + ' . "a"' * 100_000 + " = 1",
        "x = {a" + ".a" * 100_000 + " = 1}",
        "[a" + ".a" * 100_000 + "]",
    ],
)
def test_a_toml_key_of_many_parts_is_refused_at_once(text: str) -> None:
    """Reading one takes quadratic time in the number of its parts."""
    with pytest.raises(DocumentError, match=r"^x\.toml:2:1: this key has too many parts"):
        read_toml(f"\n{text}\n".encode(), "x.toml")


@pytest.mark.parametrize("number", ["9" * 5_000, "-" + "9" * 5_000, "[1, " + "9_" * 3_000 + "9]"])
@pytest.mark.parametrize("limit", [0, 4_300])
def test_a_toml_number_of_many_digits_is_no_bug(number: str, limit: int) -> None:
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(limit)
    try:
        with pytest.raises(DocumentError, match=r"^x\.toml:2:1: a number has too many digits"):
            read_toml(f"\nx = {number}".encode(), "x.toml")
    finally:
        sys.set_int_max_str_digits(before)
