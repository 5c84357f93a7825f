"""Waiver comments: where they count, what they must contain, which clients they concern."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.sources.hcl import reading
from toolkit.model.inventory import InlineWaiver
from toolkit.sources.folders import read_source
from toolkit.sources.hcl.declarations import read_declarations
from toolkit.sources.json_input import read_json
from toolkit.sources.read_requests import Declare, Read

GOOD = 'recording-toolkit:waive R1 expires=2027-03-31 reason="Retired in March"'
KIND = "genesyscloud_oauth_client"


def client(name: str = "c", body: str = "", head: str = "") -> str:
    return (
        f'resource "{KIND}" "{name}" {{{head}\n'
        f'  name = "{name}"\n  authorized_grant_type = "CODE"\n{body}\n}}\n'
    )


def read(folder: Path, text: str) -> tuple[tuple[InlineWaiver, ...], list[str]]:
    """Return the waivers of a main.tf, and the notes on invalid ones, without their path."""
    (folder / "main.tf").write_bytes(text.encode())
    inventory = reading.read(folder)
    notes = [n.message.removeprefix(f"{folder}/") for n in inventory.notes]
    assert all(note.code == "waiver-malformed" for note in inventory.notes)
    return inventory.waivers, notes


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"# {GOOD}\n{client()}", 1),
        (f"// {GOOD}\n{client()}", 1),
        (f"  #{GOOD}\n{client()}", 1),
        (f"\n## {GOOD}  \r\n{client()}", 2),
        (f"# {GOOD}\n# The client that records.\n// Ours.\n{client()}", 1),
        (client(body=f"  # {GOOD}"), 4),
        (client(head=f" # {GOOD}"), 1),
        (client(body=f'  scopes = [ # {GOOD}\n    "a",\n  ]'), 4),
        (client(body=f'  roles {{\n    role_id = "x" // {GOOD}\n  }}'), 5),
        (client(body=f"  description = <<X\n  # {GOOD}\nX\n  # {GOOD}"), 7),
    ],
)
def test_a_comment_counts_in_and_directly_above_the_block(
    tmp_path: Path, text: str, line: int
) -> None:
    waivers, notes = read(tmp_path, text)
    assert notes == []
    assert waivers == (
        InlineWaiver(
            f"{tmp_path}/main.tf:{line}", "R1", (f"{KIND}.c",), "Retired in March", "2027-03-31"
        ),
    )


def test_several_stack(tmp_path: Path) -> None:
    text = f"# {GOOD}\n# {GOOD.replace('R1', 'R2')}\n" + client(body=f"# {GOOD}\n# {GOOD}")
    waivers, notes = read(tmp_path, text)
    assert [(w.origin.rpartition(":")[2], w.rule) for w in waivers] == [
        ("1", "R1"),
        ("2", "R2"),
        ("6", "R1"),
        ("7", "R1"),
    ]
    assert notes == []


@pytest.mark.parametrize(
    "text",
    [
        f"# {GOOD}\n\n{client()}",
        f"{client()}# {GOOD}\n",
        # After the end of a block, the comment would seem to be above the next one.
        f"{client()[:-1]} # {GOOD}\n{client('d')}",
        f'# {GOOD}\nresource "genesyscloud_auth_role" "r" {{\n  name = "r"\n}}\n',
        f'# {GOOD}\nvariable "v" {{}}\n{client()}',
        f'# {GOOD}\ndata "{KIND}" "d" {{\n  name = "d"\n}}\n',
        f'module "m" {{\n  source = "./m" # {GOOD}\n}}\n',
        f"# {GOOD}\nlocals {{\n  a = 1\n}}\n",
    ],
)
def test_elsewhere_it_waives_nothing_and_says_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "m.tf").write_text("")
    waivers, notes = read(tmp_path, text)
    assert waivers == ()
    assert [note for note in notes if "stands neither in nor directly above" in note]


@pytest.mark.parametrize(
    ("comment", "problem"),
    [
        ("# recording-toolkit:waive", "it names no rule"),
        ('# recording-toolkit:waive expires=2027-03-31 reason="x"', "it names no rule"),
        ("# recording-toolkit:waive R1,R2 expires=2027-03-31 reason=x", "it names no rule"),
        ("# recording-toolkit:waive R1", "it has no expires=YYYY-MM-DD"),
        ('# recording-toolkit:waive R1 reason="x"', "it has no expires=YYYY-MM-DD"),
        ("# recording-toolkit:waive R1 expires=2027-03-31", 'it has no reason="..."'),
        ('# recording-toolkit:waive R1 expires=2027-03-31 reason=" "', 'it has no reason="..."'),
        ('# recording-toolkit:waive R1 expires=2027-02-30 reason="x"', "2027-02-30 is not a date"),
        ('# recording-toolkit:waive R1 expires=20270331 reason="x"', "20270331 is not a date"),
        ('# recording-toolkit:waive R1 expires=2027-W01-1 reason="x"', "2027-W01-1 is not a date"),
        ('# recording-toolkit:waive R1 expires="31.3.2027" reason="x"', "31.3.2027 is not a date"),
        ('# recording-toolkit:waive R1 expires=2027-03-31 reason="x', 'reason="x is not'),
        ("# recording-toolkit:waive R1 expires=2027-03-31 reason=gone soon", "soon is not"),
        ('# recording-toolkit:waive R1 expires=2027-03-31 reason="x" by=me', "by= is not known"),
        ("# recording-toolkit:waive R1 reason=a reason=b", "reason= is there twice"),
        (f"# {GOOD.replace('waive', 'waiver')}", "it is written  # recording-toolkit:waive RULE"),
        (f"# {GOOD.replace('waive', 'ignore')}", "it is written  # recording-toolkit:waive RULE"),
        (f"# {GOOD.replace(':', ': ')}", "it is written  # recording-toolkit:waive RULE"),
        (f"/* {GOOD} */", "it is written  # recording-toolkit:waive RULE"),
        (f"/*\n * Old.\n * {GOOD}\n */", "it is written  # recording-toolkit:waive RULE"),
    ],
)
def test_a_malformed_one_waives_nothing_and_says_why(
    tmp_path: Path, comment: str, problem: str
) -> None:
    waivers, notes = read(tmp_path, comment + "\n" + client())
    assert waivers == ()
    (note,) = notes
    assert note.startswith("main.tf:1: this comment waives nothing: ")
    assert problem in note


def test_prose_and_strings_are_none(tmp_path: Path) -> None:
    text = (
        "# See recording-toolkit: it checks this file.\n# Like # recording-toolkit:waive.\n"
        "# recording-toolkit: see its README.\n"
        + client(body=f'  description = <<X\n# {GOOD}\nX\n  state = "{GOOD.split(" reason")[0]}"')
    )
    assert read(tmp_path, text) == ((), [])


def test_quotes_may_hold_quotes_and_keys_come_in_any_order(tmp_path: Path) -> None:
    text = r'# recording-toolkit:waive a.b_c-1 reason=" It \"is\" \\ #1 " expires="2027-03-31"'
    (waiver,), notes = read(tmp_path, text + "\n" + client())
    assert notes == []
    assert (waiver.rule, waiver.reason, waiver.expires) == (
        "a.b_c-1",
        r'It "is" \ #1',
        "2027-03-31",
    )


def test_it_concerns_every_instance_of_its_block_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    each = '  for_each = toset(["a.b", "x\\"]["])'
    (tmp_path / "m" / "m.tf").write_text(f"# {GOOD}\n" + client(body=each))
    waivers, _ = read(
        tmp_path,
        'module "one" {\n  source = "./m"\n}\nmodule "two" {\n  source = "./m"\n  count = 2\n}\n'
        + client(body="  count = 1")
        + client("other"),
    )
    (waiver,) = waivers
    inside = (f'{KIND}.c["a.b"]', f'{KIND}.c["x\\"]["]')
    assert waiver.origin == f"{tmp_path}/m/m.tf:1"
    assert waiver.addresses == tuple(
        f"module.{module}.{name}" for module in ("one", "two[0]", "two[1]") for name in inside
    )


def test_one_whose_block_makes_nothing_concerns_nobody(tmp_path: Path) -> None:
    (waiver,), _ = read(tmp_path, f"# {GOOD}\n" + client(body="  count = 0"))
    assert waiver.addresses == ()


def test_one_in_an_override_file_concerns_the_client_it_overrides(tmp_path: Path) -> None:
    (tmp_path / "x_override.tf").write_text(client(body=f"# {GOOD}"))
    (waiver,), _ = read(tmp_path, client())
    assert waiver.addresses == (f"{KIND}.c",)


def test_a_file_of_its_own_brings_only_what_concerns_it(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(client() + client("gone", f"  count = 0\n# {GOOD}"))
    (tmp_path / "other.tf").write_text(f"# {GOOD}\n" + client("other"))
    inventory = read_source(Read(str(tmp_path / "main.tf")))
    assert [waiver.origin for waiver in inventory.waivers] == [f"{tmp_path}/main.tf:10"]


def plan(*addresses: str) -> bytes:
    changes = [
        {
            "address": address,
            "mode": "managed",
            "type": KIND,
            "name": "c",
            "change": {"actions": ["create"], "before": None, "after": {"name": "c"}},
        }
        for address in addresses
    ]
    return json.dumps({"format_version": "1.2", "resource_changes": changes}).encode()


def test_on_a_plan_they_are_seen_with_its_source(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "m.tf").write_text("# recording-toolkit:waive R2\n" + client())
    (tmp_path / "main.tf").write_text(
        'module "m" {\n  source = "./m"\n}\n' + client(body=f"# {GOOD}")
    )
    data = plan(f'{KIND}.c["k"]', f"{KIND}.c[1]", f"module.m.{KIND}.c")
    assert read_json(data, "plan.json").waivers == ()
    inventory = read_declarations(Declare(str(tmp_path))).located(read_json(data, "plan.json"))
    assert inventory.waivers == (
        InlineWaiver(
            f"{tmp_path}/main.tf:7",
            "R1",
            (f'{KIND}.c["k"]', f"{KIND}.c[1]"),
            "Retired in March",
            "2027-03-31",
        ),
    )
    assert [(n.code, n.message[len(str(tmp_path)) :][:9]) for n in inventory.notes] == [
        ("waiver-malformed", "/m/m.tf:1")
    ]
