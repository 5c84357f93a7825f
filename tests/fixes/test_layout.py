"""Lists and blocks keep their layout. The expected results were written by hand."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from toolkit.sources.hcl.editing import blocks, lists, removal
from toolkit.sources.hcl.editing.layout import Layout
from toolkit.sources.hcl.editing.spans import NotEditableError, Span, applied
from toolkit.sources.hcl.syntax import parse_json_body
from toolkit.sources.hcl.syntax.native import parse_body
from toolkit.sources.hcl.syntax.nodes import Block, TupleCons
from toolkit.sources.hcl.syntax.source import Source


def parsed(text: str, name: str = "x.tf") -> tuple[Source, TupleCons]:
    source = Source(name, text)
    body = parse_json_body(source) if name.endswith(".json") else parse_body(source)
    body = body.blocks[0].body if not name.endswith(".json") and body.blocks else body
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
        # A sorted list stays sorted; any other list gets the item at the end.
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
        # An item on its own line is indented like the others.
        ('a = ["b",\n  "d"]\n', ["c"], 'a = ["b",\n  "c",\n  "d"]\n'),
        ('a = ["b",\n     "d"]\n', ["c"], 'a = ["b",\n     "c",\n     "d"]\n'),
        ('a = ["b",\n     "d"]\n', ["a", "e"], 'a = ["a", "b",\n     "d", "e"]\n'),
        # As `terraform fmt` does: the line of the closing bracket is not indented.
        ('x {\n  a = ["b",\n  "d"]\n}\n', ["c"], 'x {\n  a = ["b",\n    "c",\n  "d"]\n}\n'),
        (
            'x {\n  a = [\n    "b",\n  "d"]\n}\n',
            ["a", "c"],
            'x {\n  a = [\n    "a",\n    "b",\n    "c",\n  "d"]\n}\n',
        ),
        ('a = ["b", # why\n  "d"]\n', ["c"], 'a = ["b", # why\n  "c",\n  "d"]\n'),
        ('a = ["b", # why\n]\n', ["c"], 'a = ["b", # why\n  "c",\n]\n'),
        ('a = [\n  "b", "d",\n]\n', ["a"], 'a = [\n  "a", "b", "d",\n]\n'),
        # A comment beside an item stays there.
        ('a = ["b" /* why */]\n', ["c"], 'a = ["b" /* why */, "c"]\n'),
        ('a = ["b" /* why */,]\n', ["c"], 'a = ["b" /* why */, "c",]\n'),
        ('a = ["b", /* why */ "d"]\n', ["c"], 'a = ["b", "c", /* why */ "d"]\n'),
        ('a = [/* why */ "b", "d"]\n', ["a"], 'a = ["a", /* why */ "b", "d"]\n'),
        ('a = ["b" /* why\n so */]\n', ["c"], 'a = ["b" /* why\n so */, "c"]\n'),
        ('a = ["b", /* why\n so */]\n', ["c"], 'a = ["b", "c", /* why\n so */]\n'),
        ("a = [/* none */]\n", ["c"], 'a = [/* none */ "c"]\n'),
        ("a = [ # none\n/* yet */ ]\n", ["c"], 'a = [ # none\n/* yet */ "c"]\n'),
        ('a = [\n  "b"\n  , "d"\n]\n', ["c"], 'a = [\n  "b"\n  , "c", "d"\n]\n'),
    ],
)
def test_added(before: str, values: list[str], after: str) -> None:
    source, items = parsed(before)
    assert applied(before, lists.added(source, items, values)) == after
    assert parsed(after)


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
        # A comment is removed with its item if no other item is on that line.
        ('a = [\n  "b", "x", # c\n]\n', ["x"], 'a = [\n  "b", # c\n]\n'),
        ('a = [\n  "x", "b", # c\n]\n', ["x"], 'a = [\n  "b", # c\n]\n'),
        ('a = [\n  "x", "y", # c\n  "b",\n]\n', ["x", "y"], 'a = [\n  "b",\n]\n'),
        ('a = [\n  "b", "x" # c\n]\n', ["x"], 'a = [\n  "b", # c\n]\n'),
        ('a = ["x", # c\n  "b"]\n', ["x"], 'a = [\n  "b"]\n'),
        ('a = [\n  # c\n  "x",\n  # d\n  "b",\n]\n', ["x"], 'a = [\n  # c\n  # d\n  "b",\n]\n'),
        ('a = [\n  /* c */ "x",\n  "b",\n]\n', ["x"], 'a = [\n  "b",\n]\n'),
        # Or if it is directly beside the item; a comment after the comma belongs to the next item.
        ('a = ["x", /* c */ "b"]\n', ["x"], 'a = [/* c */ "b"]\n'),
        ('a = ["b", "x" /* c */, "d"]\n', ["x"], 'a = ["b", "d"]\n'),
        ('a = ["b" /* c */, "x"]\n', ["x"], 'a = ["b" /* c */]\n'),
        ('a = ["b", /* c */ "x"]\n', ["x"], 'a = ["b"]\n'),
        ('a = ["b", "x", /* c */]\n', ["x"], 'a = ["b", /* c */]\n'),
        ('a = [ /* c */ "x", "y" /* d */ ]\n', ["x", "y"], "a = []\n"),
        ('a = [ "b", "x" ]\n', ["x"], 'a = [ "b" ]\n'),
        # The bracket keeps its place; a comma before it stays only if it is on an earlier line.
        ('a = ["b",\n  "x"]\n', ["x"], 'a = ["b"]\n'),
        ('a = ["b",\n  "x",]\n', ["x"], 'a = ["b",]\n'),
        ('a = [\n  "b",\n  "x"]\n', ["x"], 'a = [\n  "b",\n  ]\n'),
        ('a = [\n  "b"\n  , "x"\n]\n', ["x"], 'a = [\n  "b"\n]\n'),
        ('a = [\n  "x"\n  , "b"\n]\n', ["x"], 'a = [\n  "b"\n]\n'),
        ('a = [\n  "b"\n  , "x"\n  , "d"\n]\n', ["x"], 'a = [\n  "b"\n  , "d"\n]\n'),
        ('a = ["x", "y"\n  , "b"]\n', ["x", "y"], 'a = [\n  "b"]\n'),
        ('a = [<<E\nb\nE\n  , "x"]\n', ["x"], "a = [<<E\nb\nE\n  ]\n"),
    ],
)
def test_removed(before: str, values: list[str], after: str) -> None:
    source, items = parsed(before)
    assert applied(before, removal.removed(source, items, values)) == after
    assert parsed(after)


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
    spans = lists.added(source, items, add) if add else removal.removed(source, items, remove)
    assert applied(before, spans) == after


ITEMS = ("a", "b", "c", "d", "x", "y")
#: What may be between two tokens of a list.
GAPS = (
    "",
    " ",
    " /* c */ ",
    "\n    ",
    " # c\n    ",
    "\n    # d\n    ",
    " /* f\n g */ ",
    "\n\n    ",
)
HEADS = ("", "# head\n", "/* h\n i */ ", "locals {}\n")
ENDS = ("", "\n", " # end", " /* end */\n", " /* en\n d */", " /* en\n d */\n", " /* a */ // b\n")


def drawn(rng: random.Random, *, plain: bool = False) -> tuple[str, list[str]]:
    """Return a block with a list in a random layout, and its items.

    A `plain` block has no comment over several lines, which `terraform fmt` does not handle.
    """
    items = rng.sample(ITEMS, rng.randrange(5))
    gaps = [each for each in GAPS if not plain or "f\n" not in each]
    gaps = gaps if rng.random() < 0.7 else gaps[:3]
    text = "[" + rng.choice(gaps)
    for number, item in enumerate(items):
        text += f'"{item}"' + rng.choice(gaps)
        if number < len(items) - 1 or rng.random() < 0.4:
            text += "," + rng.choice(gaps)
    tail = rng.choice(("", " # tail", " /* tail */"))
    roles = rng.choice(("", '  roles {\n    role_id = "r"\n  }\n'))
    text = f'x "y" {{\n  name = "n"\n  a    = {text}]{tail}\n{roles}}}'
    text = rng.choice(HEADS) + text + rng.choice(ENDS[:3] if plain else ENDS)
    return (text.replace("\n", "\r\n") if rng.random() < 0.2 else text), items


def block_of(text: str) -> Block:
    (found,) = [each for each in parse_body(Source("x.tf", text)).blocks if each.type == "x"]
    return found


def items_of(text: str) -> list[str | None]:
    items = block_of(text).body.attributes["a"].expression
    assert isinstance(items, TupleCons)
    return [lists.text_of(item) for item in items.items]


@pytest.mark.parametrize("seed", range(20))
def test_no_layout_is_refused(seed: int) -> None:
    for number in range(50):
        rng = random.Random(f"{seed} {number}")
        text, items = drawn(rng)
        block = block_of(text)
        found = block.body.attributes["a"].expression
        assert isinstance(found, TupleCons)

        def content(spans: list[Span], block: Block = block, text: str = text) -> str:
            return Layout().content(block.source, spans, text.encode()).decode()

        new = rng.sample(["m", "zz", "aa"], 2)
        more = content(lists.added(block.source, found, new))
        assert sorted(map(str, items_of(more))) == sorted([*items, *new]), text
        assert [each for each in items_of(more) if each in items] == items
        gone = rng.sample(items, rng.randint(0, len(items)))
        less = content(removal.removed(block.source, found, gone))
        assert items_of(less) == [each for each in items if each not in gone], text
        # A comment on its own line is about more than one item.
        assert less.count("# d") == text.count("# d")
        for spans in (
            [blocks.added_attribute(block, "a", "new", "1")],
            blocks.removed([block.body.attributes["a"]]),
            blocks.added_blocks(block, "roles", [blocks.Nested(["role_id = 1"], {})]),
            blocks.added_behind(block, ("z",), blocks.Nested(["z {", "}"], {})),
        ):
            assert block_of(content(spans))


def test_a_list_with_a_heredoc_is_left_alone() -> None:
    source, items = parsed("a = [<<E\nx\nE\n]\n")
    with pytest.raises(NotEditableError, match="heredoc"):
        lists.added(source, items, ["y"])


def test_what_is_no_string_of_its_own_is_not_taken_out() -> None:
    source, items = parsed('a = ["${local.x}", local.y]\n')
    with pytest.raises(NotEditableError):
        removal.removed(source, items, ["x"])


@pytest.mark.terraform
def test_no_layout_loses_its_format(tmp_path: Path) -> None:
    for number in range(300):
        text, _ = drawn(random.Random(number), plain=True)
        (tmp_path / f"{number}.tf").write_bytes(text.encode())
    subprocess.run(["terraform", "fmt", str(tmp_path)], check=True, capture_output=True)
    for number in range(300):
        rng = random.Random(number)
        path = tmp_path / f"{number}.tf"
        text = path.read_bytes().decode()
        block = block_of(text)
        found = block.body.attributes["a"].expression
        assert isinstance(found, TupleCons)
        gone = [each for each in map(lists.text_of, found.items) if each and rng.random() < 0.5]
        spans = (
            removal.removed(block.source, found, gone)
            if gone
            else lists.added(block.source, found, rng.sample(["m", "zz", "aa"], 2))
        )
        path.write_bytes(Layout().content(block.source, spans, text.encode()))
    done = subprocess.run(
        ["terraform", "fmt", "-check", "-diff", str(tmp_path)], capture_output=True
    )
    assert done.returncode == 0, done.stdout.decode()


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
        # `terraform fmt` aligns a heredoc with the lines around it.
        'x y {\n  a           = ["b"]\n  description = <<E\n hi\nE\n  name        = 1\n}\n',
        'x y {\n  name = <<E\n hi\nE\n  a    = [\n    "b" # c\n  ]   # d\n}\n',
        # It does the same with a comment of several lines.
        'x y {\n  a    = ["b"] /* c\n  d */\n  name = 1\n}\n',
        # A comment ends the file without a line break.
        'x y {\n  a = [\n    "b"\n  ] # c\n  b = 1 # d\n}   # e',
        'x y {\n  a = ["b"] # c\n  abc = 1\n} # e',
        'x y {\n  a = ["b"]\n  abc = 1 # c\n} /* e */',
        # A comment of several lines in a list belongs to the line where it begins.
        'x y {\n  a = ["b", /* c\n d */ "d"]\n  name = 1\n}\n',
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
        spans = removal.removed(source, items, ["b"])
    file.write_bytes(Layout().content(source, spans, formatted.encode()))
    done = subprocess.run(["terraform", "fmt", "-check", "-diff", str(file)], capture_output=True)
    assert done.returncode == 0, done.stdout.decode()
