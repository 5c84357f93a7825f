"""Parse and print addresses and references."""

import pytest

from toolkit.sources.plan.plan_configuration import module_path
from toolkit.sources.reference_lists import (
    Step,
    index_text,
    module_names,
    module_text,
    parse_steps,
    written_references,
)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("var.x", ("var", "x")),
        ("x.r[0].id", ("x", "r", 0, "id")),
        ('x.r["a"].id', ("x", "r", "a", "id")),
        ('x.r["a.b]c"]', ("x", "r", "a.b]c")),
        (r'x.r["say \"hi\""]', ("x", "r", 'say "hi"')),
        ('x.r["$${y}"]', ("x", "r", "${y}")),
        (r'x.r["\ud800"]', ("x", "r", "\ufffd")),
        ("x.r[broken", ("x.r[broken",)),
    ],
)
def test_steps(text: str, steps: tuple[Step, ...]) -> None:
    assert parse_steps(text) == steps


@pytest.mark.parametrize("key", ["a", 'say "hi"', "${y}", "%{if}", "ü", 'a"].b', 0, 17])
def test_a_key_is_read_as_it_is_written(key: Step) -> None:
    path = (("m", key), ("n", None))
    address = module_text(path)
    assert address == f"module.m{index_text(key)}.module.n"
    assert module_path(address) == path
    assert module_names(address) == ("m", "n")


@pytest.mark.parametrize(
    ("listed", "written"),
    [
        (["x.r.id", "x.r"], ["x.r.id"]),
        (["x.r.id", "x.r", "x.r"], ["x.r.id", "x.r"]),
        (['x.r["a"].id', 'x.r["a"]', "x.r"], ['x.r["a"].id']),
        (["x.r", "each.key"], ["x.r", "each.key"]),
        (["x.r.id", "x.r", "x.s.id", "x.s"], ["x.r.id", "x.s.id"]),
        (['module.m["a"].x', 'module.m["a"]'], ['module.m["a"].x']),
        (['module.m["a"].x', 'module.m["a"]', "module.m"], ['module.m["a"].x', "module.m"]),
        (["module.m.x", "module.m", "module.m"], ["module.m.x", "module.m"]),
        (["var.x"], ["var.x"]),
        ([""], []),
    ],
)
def test_the_shorter_forms_are_left_out(listed: list[str], written: list[str]) -> None:
    assert [reference.text for reference in written_references(listed)] == written
