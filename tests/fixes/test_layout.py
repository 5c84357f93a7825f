"""Each layout of a list and of a block keeps its form. What is right was written by hand."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from toolkit.sources.hcl.editing import blocks, lists
from toolkit.sources.hcl.editing.layout import Layout
from toolkit.sources.hcl.editing.spans import NotEditableError, applied
from toolkit.sources.hcl.syntax import parse_json_body
from toolkit.sources.hcl.syntax.native import parse_body
from toolkit.sources.hcl.syntax.nodes import TupleCons
from toolkit.sources.hcl.syntax.source import Source


def parsed(text: str, name: str = "x.tf") -> tuple[Source, TupleCons]:
    source = Source(name, text)
    body = parse_json_body(source) if name.endswith(".json") else parse_body(source)
    if name.endswith(".json"):
        body = body.content({})
    items = body.attributes["a"].expression
    assert isinstance(items, TupleCons)
    return source, items


@pytest.mark.parametrize(
    ("before", "values", "after"),
    [
        ("a = []\n", ["x"], 'a = ["x"]\n'),
        ("a = [ ]\n", ["x", "y"], 'a = ["x", "y"]\n'),
        ('a = ["b"]\n', ["x"], 'a = ["b", "x"]\n'),
        ('a = ["b",]\n', ["x"], 'a = ["b", "x",]\n'),
        ('a = ["b"] # c\n', ["x"], 'a = ["b", "x"] # c\n'),
        # A sorted list stays sorted; one that is not gets it at the end.
        ('a = ["b", "d"]\n', ["c"], 'a = ["b", "c", "d"]\n'),
        ('a = ["b", "d"]\n', ["a", "e"], 'a = ["a", "b", "d", "e"]\n'),
        ('a = ["d", "b"]\n', ["c"], 'a = ["d", "b", "c"]\n'),
        ('a = [local.b, "d"]\n', ["c"], 'a = [local.b, "d", "c"]\n'),
        ('a = [\n  "b",\n]\n', ["x"], 'a = [\n  "b",\n  "x",\n]\n'),
        ('a = [\n  "b"\n]\n', ["x"], 'a = [\n  "b",\n  "x"\n]\n'),
        ('a = [\n  "b", # why\n]\n', ["x"], 'a = [\n  "b", # why\n  "x",\n]\n'),
        ('a = [\n  "b" # why\n]\n', ["x"], 'a = [\n  "b", # why\n  "x"\n]\n'),
        ('a = [\n  "b", /* why\n  so */\n]\n', ["x"], 'a = [\n  "b", /* why\n  so */\n  "x",\n]\n'),
        ('a = ["b",\n  "c"]\n', ["x"], 'a = ["b",\n  "c", "x"]\n'),
        ("a = [\n  # none yet\n]\n", ["x"], 'a = [\n  # none yet\n  "x",\n]\n'),
        ("a = [ # none\n]\n", ["x"], 'a = [ # none\n  "x",\n]\n'),
        (
            'a = [\r\n  "b", # c\r\n]\r\n',
            ["x"],
            'a = [\r\n  "b", # c\r\n  "x",\r\n]\r\n',
        ),
        ('a = [\r\n  "b",\r\n]\r\n', ["x"], 'a = [\r\n  "b",\r\n  "x",\r\n]\r\n'),
        ('a = [\n  "b",\n]', ["x"], 'a = [\n  "b",\n  "x",\n]'),
        ('a = ["é"]\n', ["x"], 'a = ["é", "x"]\n'),
        ('a = ["b"]\n', ["${x}"], 'a = ["b", "$${x}"]\n'),
    ],
)
def test_added(before: str, values: list[str], after: str) -> None:
    source, items = parsed(before)
    assert applied(before, lists.added(source, items, values)) == after


@pytest.mark.parametrize(
    ("before", "values", "after"),
    [
        ('a = ["x"]\n', ["x"], "a = []\n"),
        ('a = ["b", "x"]\n', ["x"], 'a = ["b"]\n'),
        ('a = ["x", "b"]\n', ["x"], 'a = ["b"]\n'),
        ('a = ["x", "b", "y", "c", "z"]\n', ["x", "y", "z"], 'a = ["b", "c"]\n'),
        ('a = ["b", "x",]\n', ["x"], 'a = ["b",]\n'),
        ('a = [\n  "b",\n  "x", # why\n  "c",\n]\n', ["x"], 'a = [\n  "b",\n  "c",\n]\n'),
        ('a = [\n  "b",\n  "x"\n]\n', ["x"], 'a = [\n  "b",\n]\n'),
        ('a = ["b", # why\n  "x"]\n', ["x"], 'a = ["b", # why\n  ]\n'),
        ('a = [\n  "x",\n]\n', ["x"], "a = []\n"),
        ('a = ["x", "b", "x"]\n', ["x"], 'a = ["b"]\n'),
        ('a = [\n  # why\n  "x", # c\n]\n', ["x"], "a = [\n  # why\n]\n"),
        ('a = [\n  "x", /* c\n  d */\n  "b",\n]\n', ["x"], 'a = [\n  "b",\n]\n'),
    ],
)
def test_removed(before: str, values: list[str], after: str) -> None:
    source, items = parsed(before)
    assert applied(before, lists.removed(source, items, values)) == after


@pytest.mark.parametrize(
    ("before", "add", "remove", "after"),
    [
        ('{"a": []}', ["x"], [], '{"a": ["x"]}'),
        ('{"a": [\n  "b"\n]}', ["x"], [], '{"a": [\n  "b",\n  "x"\n]}'),
        ('{"a": [\n  "b",\n  "x"\n]}', [], ["x"], '{"a": [\n  "b"\n]}'),
        ('{"a": [\n  "x",\n  "b"\n]}', [], ["x"], '{"a": [\n  "b"\n]}'),
        ('{"a": ["x"]}', [], ["x"], '{"a": []}'),
        ('{"a": ["b"]}', ['"'], [], '{"a": ["b", "\\""]}'),
    ],
)
def test_json(before: str, add: list[str], remove: list[str], after: str) -> None:
    source, items = parsed(before, "x.tf.json")
    spans = lists.added(source, items, add) if add else lists.removed(source, items, remove)
    assert applied(before, spans) == after


def test_a_list_with_a_heredoc_is_left_alone() -> None:
    source, items = parsed("a = [<<E\nx\nE\n]\n")
    with pytest.raises(NotEditableError, match="heredoc"):
        lists.added(source, items, ["y"])


def test_what_is_no_string_of_its_own_is_not_taken_out() -> None:
    source, items = parsed('a = ["${local.x}", local.y]\n')
    with pytest.raises(NotEditableError):
        lists.removed(source, items, ["x"])


@pytest.mark.terraform
def test_aligned_as_terraform_fmt_does(tmp_path: Path) -> None:
    text = (
        'resource "x" "y" {\n  a = ["b"] # one\n  longer_name = 1 # two\n\n  c = [\n    "d", # e\n'
        '    "long", # f\n  ]\n  block {\n    a = 1\n    # a comment ends a group\n    abc = 2\n'
        "    ab = {\n      x = 1\n    }\n    abcd = 3 /* g */\n  }\n}\n"
    )
    file = tmp_path / "x.tf"
    file.write_text(text, encoding="utf-8")
    subprocess.run(["terraform", "fmt", str(file)], check=True, capture_output=True)
    formatted = file.read_text(encoding="utf-8")
    assert formatted != text
    source = Source("x.tf", formatted)
    attribute = parse_body(source).blocks[0].body.attributes["a"]
    assert isinstance(attribute.expression, TupleCons)
    spans = lists.added(source, attribute.expression, ["recordings"])
    file.write_bytes(Layout().content(source, spans, formatted.encode()))
    assert '["b", "recordings"] # one' in file.read_text(encoding="utf-8")
    done = subprocess.run(["terraform", "fmt", "-check", "-diff", str(file)], capture_output=True)
    assert done.returncode == 0, done.stdout.decode()


@pytest.mark.terraform
@pytest.mark.parametrize(
    "text",
    [
        # A heredoc is one line with those around it.
        'x y {\n  a           = ["b"]\n  description = <<E\n hi\nE\n  name        = 1\n}\n',
        'x y {\n  name = <<E\n hi\nE\n  a    = [\n    "b" # c\n  ]   # d\n}\n',
        # So is a comment of several lines.
        'x y {\n  a    = ["b"] /* c\n  d */\n  name = 1\n}\n',
        # A comment ends the file without a line break.
        'x y {\n  a = [\n    "b"\n  ] # c\n  b = 1 # d\n}   # e',
        'x y {\n  a = ["b"] # c\n  abc = 1\n} # e',
    ],
)
@pytest.mark.parametrize("is_added", [True, False])
def test_what_was_formatted_stays_so(tmp_path: Path, text: str, is_added: bool) -> None:
    file = tmp_path / "x.tf"
    file.write_text(text, encoding="utf-8")
    subprocess.run(["terraform", "fmt", str(file)], check=True, capture_output=True)
    formatted = file.read_text(encoding="utf-8")
    source = Source("x.tf", formatted)
    block = parse_body(source).blocks[0]
    items = block.body.attributes["a"].expression
    assert isinstance(items, TupleCons)
    if is_added:
        spans = lists.added(source, items, ["recordings"])
        spans.append(blocks.added_attribute(block, "a", "a_much_longer_name", "1"))
    else:
        spans = lists.removed(source, items, ["b"])
    file.write_bytes(Layout().content(source, spans, formatted.encode()))
    done = subprocess.run(["terraform", "fmt", "-check", "-diff", str(file)], capture_output=True)
    assert done.returncode == 0, done.stdout.decode()
