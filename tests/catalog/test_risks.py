"""The risk table has every published permission, with reasons."""

from __future__ import annotations

from toolkit.catalog.catalog import SHIPPED
from toolkit.catalog.risks import UNCLASSIFIED, risks_of, table, why


def test_every_published_permission_is_classified() -> None:
    known = {name for group in table().groups for name in group.permissions} | {*table().none}
    assert SHIPPED.permissions - known == set()
    assert known - SHIPPED.permissions == set()


def test_a_permission_is_in_a_class_once_and_is_not_also_harmless() -> None:
    pairs = [(group.risk, name) for group in table().groups for name in group.permissions]
    assert len(pairs) == len(set(pairs))
    assert {name for _, name in pairs}.isdisjoint(table().none)
    assert len(table().none) == len(set(table().none))


def test_every_class_has_a_title_and_every_group_a_reason() -> None:
    assert {group.risk for group in table().groups} == set(table().classes)
    assert all(group.why.endswith(".") for group in table().groups)


def test_what_was_looked_at_by_hand() -> None:
    assert risks_of("recording:recording:editRetention") == ("recording-deletion",)
    assert risks_of("recording:recording:view") == ("bulk-export", "personal-data")
    assert risks_of("authorization:grant:add") == ("role-grant",)
    assert risks_of("oauth:client:add") == ("credentials", "role-grant")
    assert risks_of("routing:callRoute:edit") == ("telephony",)
    assert risks_of("routing:wrapupCode:view") == ()
    assert risks_of("a:b:c") == (UNCLASSIFIED,)
    assert why("oauth:client:add", "role-grant") == "A client acts with the roles that it is given."
