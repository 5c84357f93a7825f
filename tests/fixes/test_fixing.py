"""The edits that a check proposes and writes. The expected edits were written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from toolkit.catalog.catalog import SHIPPED
from toolkit.errors import ToolkitError
from toolkit.files.rewriting import Rewrite, rewrite
from toolkit.files.writing import write_whole
from toolkit.model.edits import Safety
from toolkit.model.findings import Verdict
from toolkit.workflows import CheckRequest, checked, fix, with_edits
from toolkit.workflows.run_fix import Fixed

POLICY = """\
version: 1
name: ours
description: What the tests ask.
rules:
  - id: SCOPES
    title: Scopes
    severity: error
    clients: {grant_type: [CODE]}
    require: {scopes: {all_of: [recordings]}}
  - id: ROLES
    title: Permissions
    severity: error
    clients: {grant_type: [CLIENT-CREDENTIALS]}
    require: {permissions: {all_of: ["recording:recording:view"]}}
"""
KIND = "genesyscloud_oauth_client"
CODE = '  authorized_grant_type = "CODE"\n'
CREDENTIALS = '  authorized_grant_type = "CLIENT-CREDENTIALS"\n'


def client(label: str, body: str) -> str:
    name = f'  name                  = "{label}"\n'
    return f'resource "genesyscloud_oauth_client" "{label}" {{\n{name}{body}}}\n'


def role(label: str, domain: str = "directory", entity: str = "user", action: str = "view") -> str:
    return (
        f'resource "genesyscloud_auth_role" "{label}" {{\n  name = "{label}"\n'
        f'  permission_policies {{\n    domain      = "{domain}"\n    entity_name = "{entity}"\n'
        f'    action_set  = ["{action}"]\n  }}\n}}\n'
    )


def holder(label: str, of: str) -> str:
    return client(
        label, f"{CREDENTIALS}  roles {{\n    role_id = genesyscloud_auth_role.{of}.id\n  }}\n"
    )


def fixed(
    folder: Path, files: Mapping[str, str], *, unsafe: bool = False, policy: str = POLICY
) -> Fixed:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    path = folder / "policy.yaml"
    path.write_text(policy, encoding="utf-8")
    request = CheckRequest([str(folder)], policies=[str(path)], environ={})
    return fix(checked(request), unsafe=unsafe)


def after(found: Fixed) -> dict[str, str]:
    return {Path(each.disk).name: each.after.decode() for each in found.files}


def waiting(found: Fixed) -> dict[str, tuple[Safety, str]]:
    """Return the edits that were not made, by the address of the finding."""
    return {
        each.address or "": (each.fix_edits.safety, each.fix_edits.message)
        for each in found.report.results
        if each.fix_edits is not None
    }


def test_a_client_s_own_list_is_safe(tmp_path: Path) -> None:
    text = client("a", CODE + '  scopes                = ["users"]\n')
    found = fixed(tmp_path, {"main.tf": text})
    assert after(found) == {"main.tf": text.replace('["users"]', '["users", "recordings"]')}
    assert found.count == 1
    assert waiting(found) == {}
    assert (tmp_path / "main.tf").read_text(encoding="utf-8") == text, "nothing is written yet"


def test_a_client_without_scopes_gets_some(tmp_path: Path) -> None:
    found = fixed(tmp_path, {"main.tf": client("a", CODE)})
    assert after(found)["main.tf"].endswith(f'{CODE}  scopes                = ["recordings"]\n}}\n')


@pytest.mark.parametrize("expression", ['concat(local.b, ["users"])', 'toset(["users"])'])
def test_the_literal_part_of_an_expression_is_the_client_s_own(
    tmp_path: Path, expression: str
) -> None:
    text = 'locals {\n  b = ["groups"]\n}\n' + client("a", f"{CODE}  scopes = {expression}\n")
    found = fixed(tmp_path, {"main.tf": text})
    assert '["users", "recordings"]' in after(found)["main.tf"]
    assert '["groups"]' in after(found)["main.tf"]


def test_a_local_that_others_share_is_unsafe_and_lists_them(tmp_path: Path) -> None:
    text = (
        'locals {\n  b = ["users"]\n}\n'
        + client("a", f"{CODE}  scopes = local.b\n")
        + client("other", '  authorized_grant_type = "TOKEN"\n  scopes = local.b\n')
    )
    found = fixed(tmp_path, {"main.tf": text})
    assert found.files == ()
    safety, message = waiting(found)["genesyscloud_oauth_client.a"]
    assert safety is Safety.UNSAFE
    assert message.startswith('Add "recordings" to local.b.')
    assert "genesyscloud_oauth_client.other" in message
    assert '["users", "recordings"]' in after(fixed(tmp_path, {}, unsafe=True))["main.tf"]


def test_an_empty_local_that_others_share_lists_them_too(tmp_path: Path) -> None:
    text = (
        "locals {\n  b = []\n}\n"
        + client("a", f"{CODE}  scopes = local.b\n")
        + client("other", '  authorized_grant_type = "TOKEN"\n  scopes = local.b\n')
    )
    _, message = waiting(fixed(tmp_path, {"main.tf": text}))["genesyscloud_oauth_client.a"]
    assert "genesyscloud_oauth_client.other" in message


def test_a_block_of_many_instances_is_safe_where_all_have_the_finding(tmp_path: Path) -> None:
    body = f'  for_each = toset(["x", "y"])\n{CODE}  scopes = ["users"]\n'
    found = fixed(tmp_path, {"main.tf": client("a", body)})
    assert found.count == 2
    body = (
        f'  for_each = toset(["x", "y"])\n{CODE}'
        '  scopes = concat(["users"], each.key == "x" ? ["recordings"] : [])\n'
    )
    found = fixed(tmp_path, {"main.tf": client("a", body)})
    assert found.files == ()
    safety, message = waiting(found)['genesyscloud_oauth_client.a["y"]']
    assert safety is Safety.UNSAFE
    assert 'genesyscloud_oauth_client.a["x"]' in message


def test_the_default_of_a_variable_is_edited_only_where_it_counts(tmp_path: Path) -> None:
    variable = 'variable "s" {\n  default = ["users"]\n}\n'
    text = variable + client("a", f"{CODE}  scopes = var.s\n")
    found = fixed(tmp_path, {"main.tf": text}, unsafe=True)
    assert 'default = ["users", "recordings"]' in after(found)["main.tf"]
    found = fixed(tmp_path, {"main.tf": text, "terraform.tfvars": 's = ["groups"]\n'}, unsafe=True)
    assert found.files == ()
    assert [why for _, _, why in found.left] == ["the value that counts is set elsewhere"]


def test_the_argument_of_a_module_is_edited_where_it_is_written(tmp_path: Path) -> None:
    module = 'variable "s" {}\n' + client("a", f"{CODE}  scopes = var.s\n")
    main = 'module "m" {\n  source = "./m"\n  s      = ["users"]\n}\n'
    found = fixed(tmp_path, {"main.tf": main, "m/main.tf": module}, unsafe=True)
    assert [Path(each.path).parts[-1] for each in found.files] == ["main.tf"]
    assert '["users", "recordings"]' in found.files[0].after.decode()


def test_a_module_that_two_roots_call_is_edited_for_both(tmp_path: Path) -> None:
    module = client("a", f'{CODE}  scopes = ["users"]\n')
    root = 'provider "genesyscloud" {}\nmodule "m" {\n  source = "../m"\n}\n'
    files = {"one/main.tf": root, "two/main.tf": root, "m/main.tf": module}
    found = fixed(tmp_path, files)
    assert found.count == 2
    assert [Path(each.disk).parent.name for each in found.files] == ["m"]


def test_a_root_that_is_refused_keeps_no_other_from_being_mended(tmp_path: Path) -> None:
    backend = 'terraform {\n  backend "local" {}\n}\n'
    good = backend + client("a", f'{CODE}  scopes = ["users"]\n')
    bad = backend + client("a", CODE) + client("a", CODE)
    for name, text in (("good", good), ("bad", bad)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(text, encoding="utf-8")
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY, encoding="utf-8")
    sources = [str(tmp_path / "good"), str(tmp_path / "bad")]
    request = CheckRequest(sources, policies=[str(policy)], environ={}, on_error="report")
    found = fix(checked(request))
    assert len(found.report.errors) == 1
    assert [Path(each.disk).parent.name for each in found.files] == ["good"]


@pytest.mark.parametrize("broken", [False, True])
def test_a_module_that_others_may_call_is_unsafe(tmp_path: Path, broken: bool) -> None:
    """The other caller is beside the named folder, or in a root that cannot be read."""
    called = 'module "c" {\n  source = "../m"\n}\n'
    files = {
        "m/main.tf": client("a", CODE + '  scopes = ["users"]\n'),
        "prod/main.tf": called,
        "dev/main.tf": called + "x {" * broken,
        "policy.yaml": POLICY,
        ".git/HEAD": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = fix(
        checked(
            CheckRequest(
                [str(tmp_path if broken else tmp_path / "prod")],
                policies=[str(tmp_path / "policy.yaml")],
                environ={},
                on_error="report",
            )
        )
    )
    assert not found.files
    ((safety, message),) = waiting(found).values()
    assert safety is Safety.UNSAFE
    assert message.endswith("Root modules that were not read may call its module too.")


@pytest.mark.parametrize(
    "head",
    [
        "# Generated by Terragrunt. Sig: nIlQXj57tbuaRZEa",
        "# DO NOT MODIFY",
        "// This file is auto-generated",
        "/* do not edit */",
        "# This file was generated by a script",
        "# Code generated by us. DO NOT EDIT.",
    ],
)
def test_a_generated_file_is_not_edited(tmp_path: Path, head: str) -> None:
    text = f"{head}\n" + client("a", CODE + '  scopes = ["users"]\n')
    found = fixed(tmp_path, {"main.tf": text}, unsafe=True)
    assert not found.files
    assert [why.endswith("is generated") for *_, why in found.left] == [True]


def test_a_name_that_tells_of_generating_is_no_head(tmp_path: Path) -> None:
    text = "# Keys are generated by hand.\n" + client("a", CODE + '  scopes = ["users"]\n')
    assert fixed(tmp_path, {"main.tf": text}).files


def test_a_shared_role_is_unsafe_and_names_who_it_would_widen(tmp_path: Path) -> None:
    text = (
        role("r")
        + holder("a", "r")
        + client(
            "b",
            '  authorized_grant_type = "CLIENT-CREDENTIALS"\n  state = "inactive"\n'
            "  roles {\n    role_id = genesyscloud_auth_role.r.id\n  }\n",
        )
    )
    policy = POLICY.replace("clients: {grant_type: [CLIENT-CREDENTIALS]}", "clients: {name: [a]}")
    found = fixed(tmp_path, {"main.tf": text}, policy=policy)
    assert found.files == ()
    safety, message = waiting(found)["genesyscloud_oauth_client.a"]
    assert safety is Safety.UNSAFE
    assert "genesyscloud_oauth_client.b" in message
    made = after(fixed(tmp_path, {}, unsafe=True, policy=policy))["main.tf"]
    assert made.count("permission_policies") == 2


def test_a_permission_joins_the_block_of_its_entity(tmp_path: Path) -> None:
    text = role("r", "recording", "recording", "delete") + holder("a", "r")
    made = after(fixed(tmp_path, {"main.tf": text}, unsafe=True))["main.tf"]
    assert 'action_set  = ["delete", "view"]' in made
    conditional = text.replace(
        '["delete"]\n',
        '["delete"]\n    conditions {\n      conjunction = "AND"\n      terms {\n'
        '        variable_name = "Conversation.queues"\n        operator = "EQ"\n'
        '        operands {\n          type = "USER"\n        }\n      }\n    }\n',
    )
    made = after(fixed(tmp_path, {"main.tf": conditional}, unsafe=True))["main.tf"]
    assert made.count("permission_policies") == 2


def test_a_forbidden_permission_leaves_the_role(tmp_path: Path) -> None:
    policy = POLICY.replace(
        'require: {permissions: {all_of: ["recording:recording:view"]}}',
        'forbid: {permissions: ["recording:recording:delete"]}',
    )
    text = role("r", "recording", "recording", "delete") + holder("a", "r")
    found = fixed(tmp_path, {"main.tf": text}, policy=policy)
    safety, message = waiting(found)["genesyscloud_oauth_client.a"]
    assert safety is Safety.UNSAFE
    assert message == 'Remove "recording:recording:delete" from genesyscloud_auth_role.r.'
    made = after(fixed(tmp_path, {}, policy=policy, unsafe=True))["main.tf"]
    assert "permission_policies" not in made
    several = text.replace('["delete"]', '["view", "delete"]')
    made = after(fixed(tmp_path, {"main.tf": several}, policy=policy, unsafe=True))["main.tf"]
    assert '["view"]' in made


def test_a_client_without_roles_gets_one_of_its_own(tmp_path: Path) -> None:
    found = fixed(tmp_path, {"main.tf": client("a", CREDENTIALS)}, unsafe=True)
    made = after(found)["main.tf"]
    assert "role_id = genesyscloud_auth_role.a.id" in made
    assert 'action_set  = ["view"]' in made
    assert not any(each.verdict is Verdict.FAIL for each in found.report.results)


def test_the_name_of_a_role_becomes_its_id(tmp_path: Path) -> None:
    text = role("r", "recording", "recording") + holder("a", "r").replace(".id\n", ".name\n")
    found = fixed(tmp_path, {"main.tf": text})
    assert "role_id = genesyscloud_auth_role.r.id" in after(found)["main.tf"]
    assert not any(each.verdict is Verdict.FAIL for each in found.report.results)


def test_scopes_and_roles_without_effect_go(tmp_path: Path) -> None:
    text = (
        role("r", "recording", "recording")
        + holder("a", "r").replace("  roles {", '  scopes                = ["users"]\n  roles {')
        + holder("b", "r").replace(CREDENTIALS, CODE + '  scopes = ["recordings"]\n')
    )
    found = fixed(tmp_path, {"main.tf": text})
    assert {each[0] for each in waiting(found).values()} == {Safety.UNSAFE}
    made = after(fixed(tmp_path, {}, unsafe=True))["main.tf"]
    assert made.count("scopes") == 1
    assert made.count("role_id") == 1


def test_a_misspelt_scope_is_written_as_the_published_one(tmp_path: Path) -> None:
    text = client("a", CODE + '  scopes = ["recordings", "conversation"]\n')
    made = after(fixed(tmp_path, {"main.tf": text}, unsafe=True))["main.tf"]
    assert '["recordings", "conversations"]' in made


def test_a_token_s_life_is_shortened_to_what_the_rule_allows(tmp_path: Path) -> None:
    policy = POLICY.replace(
        "    require: {scopes: {all_of: [recordings]}}\n",
        "    settings: {access_token_validity_seconds: {at_most: 600}}\n",
    )
    text = client("a", f"{CODE}  access_token_validity_seconds = 86400\n")
    assert "= 600\n" in after(fixed(tmp_path, {"main.tf": text}, policy=policy))["main.tf"]
    made = after(fixed(tmp_path, {"main.tf": client("a", CODE)}, policy=policy))["main.tf"]
    assert "access_token_validity_seconds = 600\n" in made


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"main.tf": client("a", f'{CODE}  scopes = true ? ["users"] : []\n')}, "is computed"),
        (
            {"main.tf": "# Code generated by x. DO NOT EDIT.\n" + client("a", CODE)},
            "is generated",
        ),
    ],
)
def test_what_is_shown_and_not_edited(tmp_path: Path, files: Mapping[str, str], why: str) -> None:
    found = fixed(tmp_path, files, unsafe=True)
    assert found.files == ()
    assert any(why in reason for _, _, reason in found.left), found.left


def test_a_waived_finding_is_left_alone(tmp_path: Path) -> None:
    waiver = '  # recording-toolkit:waive SCOPES expires=2999-01-01 reason="Not ours"\n'
    policy = POLICY + "inline_waivers: allow\n"
    found = fixed(tmp_path, {"main.tf": client("a", waiver + CODE)}, policy=policy)
    assert found.files == ()
    assert any(each.verdict is Verdict.WAIVED for each in found.report.results)


def test_a_file_behind_a_link_is_not_edited(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text(client("a", CODE), encoding="utf-8")
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "main.tf").symlink_to("../real.txt")
    (tmp_path / ".git").mkdir()
    found = fixed(tmp_path, {}, unsafe=True)
    assert found.files == ()
    assert any("behind a link" in why for _, _, why in found.left)


def test_sensitive_scopes_are_not_edited(tmp_path: Path) -> None:
    text = client("a", f'{CODE}  scopes = sensitive(["users"])\n')
    found = fixed(tmp_path, {"main.tf": text}, unsafe=True)
    assert found.files == ()
    assert any("sensitive" in why for _, _, why in found.left)


def test_bytes_outside_of_the_edit_stay(tmp_path: Path) -> None:
    text = "\ufeff# \u00e9\r\n" + client("a", CODE + '  scopes = ["users"]\n').replace("\n", "\r\n")
    found = fixed(tmp_path, {"main.tf": text.removesuffix("\r\n")})
    before, made = found.files[0].before, found.files[0].after
    assert made == before.replace(b'["users"]', b'["users", "recordings"]')
    assert before.startswith(b"\xef\xbb\xbf")


def test_json_syntax_is_edited_too(tmp_path: Path) -> None:
    text = (
        '{"resource": {"genesyscloud_oauth_client": {"a": {\n  "name": "a",\n'
        '  "authorized_grant_type": "CODE",\n  "scopes": ["users"]\n}}}}\n'
    )
    made = after(fixed(tmp_path, {"main.tf.json": text}))["main.tf.json"]
    assert made == text.replace('["users"]', '["users", "recordings"]')


def test_an_edit_that_another_rule_forbids_is_not_made(tmp_path: Path) -> None:
    policy = POLICY + (
        "  - id: NOT\n    title: None\n    severity: error\n    clients: {}\n"
        "    forbid: {scopes: [recordings]}\n"
    )
    text = client("a", f'{CODE}  scopes = ["users"]\n')
    found = fixed(tmp_path, {"main.tf": text}, policy=policy, unsafe=True)
    assert found.files == ()
    assert any("would fail NOT" in why for _, _, why in found.left)


def test_twice_changes_nothing(tmp_path: Path) -> None:
    text = role("r") + holder("a", "r") + client("b", CODE) + client("c", CREDENTIALS)
    first = fixed(tmp_path, {"main.tf": text}, unsafe=True)
    assert first.count > 2
    rewrite(first.files)
    assert fixed(tmp_path, {}, unsafe=True).files == ()


def test_what_ten_rounds_leave_waits_for_the_next_run(tmp_path: Path) -> None:
    names = ["alerting", "analytics", "architect", "authorization", "billing", "coaching"]
    names += ["dialog", "external-contacts", "fax", "geolocation", "greetings"]
    rules = "".join(
        f"  - {{id: R{number}, title: t, require: {{scopes: {{all_of: [{name}]}}}}}}\n"
        for number, name in enumerate(names)
    )
    policy = f"version: 1\nname: ours\nrules:\n{rules}"
    found = fixed(tmp_path, {"main.tf": client("a", CODE)}, policy=policy)
    assert waiting(found)
    rewrite(found.files)
    found = fixed(tmp_path, {}, policy=policy)
    assert found.count > 0
    assert not any(each.verdict is Verdict.FAIL for each in found.report.results)


def test_a_report_shows_the_lines_of_an_edit(tmp_path: Path) -> None:
    text = "# \u00e9\n" + client("a", CODE + '  scopes = ["users"]\n')
    fixed(tmp_path, {"main.tf": text})
    request = CheckRequest([str(tmp_path)], policies=[str(tmp_path / "policy.yaml")], environ={})
    found = next(each.fix_edits for each in with_edits(checked(request)).results if each.fix_edits)
    (edit,) = found.edits
    assert (edit.start.line, edit.end.line, edit.start.column) == (5, 6, 1)
    data = text.encode()
    assert data[edit.start.byte : edit.end.byte].decode() == '  scopes = ["users"]\n' == edit.old
    assert edit.text == '  scopes = ["users", "recordings"]\n'


def test_all_files_are_written_or_none(tmp_path: Path) -> None:
    first, second = tmp_path / "a.tf", tmp_path / "b.tf"
    for path in (first, second):
        path.write_bytes(b"old")
    files = [Rewrite(each.name, str(each), b"old", b"new") for each in (first, second)]
    second.write_bytes(b"other")
    with pytest.raises(ToolkitError, match=r"b\.tf: changed while"):
        rewrite(files)
    assert first.read_bytes() == b"old"
    second.unlink()
    second.symlink_to(first)
    with pytest.raises(ToolkitError, match="no file was changed"):
        rewrite(files)
    assert first.read_bytes() == b"old"
    second.unlink()
    second.write_bytes(b"old")
    rewrite(files)
    assert (first.read_bytes(), second.read_bytes()) == (b"new", b"new")


def test_nothing_is_written_where_one_of_the_files_is_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even temporarily."""
    first, second = tmp_path / "a.tf", tmp_path / "b.tf"
    first.write_bytes(b"old")
    second.symlink_to(first)
    written: list[str] = []
    monkeypatch.setattr("toolkit.files.rewriting.write_whole", lambda path, _: written.append(path))
    with pytest.raises(ToolkitError, match=r"b\.tf: cannot be written: is a link"):
        rewrite([Rewrite(each.name, str(each), b"old", b"new") for each in (first, second)])
    assert written == []


def test_what_was_written_is_taken_back_where_a_later_file_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / "a.tf", tmp_path / "b.tf"]
    for path in paths:
        path.write_bytes(b"old")

    def failing(path: str, data: bytes) -> None:
        if path == str(paths[1]) and data == b"new":
            raise OSError(28, "No space left on device")
        write_whole(path, data)

    monkeypatch.setattr("toolkit.files.rewriting.write_whole", failing)
    with pytest.raises(ToolkitError, match="No space left"):
        rewrite(Rewrite(each.name, str(each), b"old", b"new") for each in paths)
    assert [each.read_bytes() for each in paths] == [b"old", b"old"]


ONLY_A = POLICY.replace("clients: {grant_type: [CODE]}", "clients: {name: [a]}")


def test_an_edit_that_gives_its_client_more_than_it_promises_is_not_made(tmp_path: Path) -> None:
    text = (
        'locals {\n  b    = ["users"]\n  more = contains(local.b, "recordings") ? ["groups"] : []\n'
        "}\n" + client("a", f"{CODE}  scopes = concat(local.b, local.more)\n")
    )
    found = fixed(tmp_path, {"main.tf": text}, unsafe=True)
    assert found.files == ()
    assert [why for *_, why in found.left] == [
        "it would change what genesyscloud_oauth_client.a may do in an unintended way"
    ]


def test_an_edit_that_gives_another_client_something_else_is_not_made(tmp_path: Path) -> None:
    text = (
        'locals {\n  b = ["users"]\n}\n'
        + client("a", f"{CODE}  scopes = local.b\n")
        + client("other", f'{CODE}  scopes = contains(local.b, "recordings") ? ["groups"] : []\n')
    )
    found = fixed(tmp_path, {"main.tf": text}, policy=ONLY_A, unsafe=True)
    assert found.files == ()
    assert [why for *_, why in found.left] == ["it would change what other clients may do"]


def test_a_client_that_an_edit_turns_out_to_concern_is_listed(tmp_path: Path) -> None:
    """Judging the edited configuration finds other clients that read the edited value."""
    has = 'contains(local.b, "recordings") ? ["recordings"] : []'
    text = (
        'locals {\n  b = ["users"]\n}\n'
        + client("a", f"{CODE}  scopes = local.b\n")
        + client("other", f"{CODE}  scopes = {has}\n")
    )
    _, message = waiting(fixed(tmp_path, {"main.tf": text}, policy=ONLY_A))[
        "genesyscloud_oauth_client.a"
    ]
    other = "genesyscloud_oauth_client.other"
    assert message == f'Add "recordings" to local.b. This also affects {other}.'
    found = fixed(tmp_path, {}, policy=ONLY_A, unsafe=True)
    assert [address for _, address in found.others] == [other]


def test_a_client_that_reads_the_own_list_of_another_keeps_it_from_being_edited(
    tmp_path: Path,
) -> None:
    text = client("a", f'{CODE}  scopes = ["users"]\n') + client(
        "other", f"{CODE}  scopes = genesyscloud_oauth_client.a.scopes\n"
    )
    found = fixed(tmp_path, {"main.tf": text}, policy=ONLY_A, unsafe=True)
    assert found.files == ()
    assert [why for *_, why in found.left] == ["it would change what other clients may do"]


def together(scopes: str, mark: str = "") -> str:
    """Return two lists that two clients need a scope in, and a client that reads both."""
    one, other = f"b{mark}", f"c{mark}"
    both = f'contains(local.{one}, "recordings") && contains(local.{other}, "recordings")'
    return (
        f'locals {{\n  {one} = ["users"]\n  {other} = ["groups"]\n}}\n'
        + client(f"a{mark}", f"{CODE}  scopes = local.{one}\n")
        + client(f"d{mark}", f"{CODE}  scopes = local.{other}\n")
        + client(f"other{mark}", f"{CODE}  scopes = {both} ? {scopes}\n")
    )


@pytest.mark.parametrize(
    ("scopes", "names", "why"),
    [
        (
            '["users"] : ["recordings"]',
            "a, d, other",
            "genesyscloud_oauth_client.other would fail SCOPES with it",
        ),
        ('["users"] : ["groups"]', "a, d", "it would change what other clients may do"),
    ],
)
def test_of_edits_that_hold_alone_and_not_together_one_is_made(
    tmp_path: Path, scopes: str, names: str, why: str
) -> None:
    policy = POLICY.replace("clients: {grant_type: [CODE]}", f"clients: {{name: [{names}]}}")
    found = fixed(tmp_path, {"main.tf": together(scopes)}, policy=policy, unsafe=True)
    assert found.count == 1
    made = after(found)["main.tf"]
    assert '["users", "recordings"]' in made
    assert '["groups"]\n' in made
    assert found.left == (("SCOPES", "genesyscloud_oauth_client.d", why),)
    rewrite(found.files)
    assert fixed(tmp_path, {}, policy=policy, unsafe=True).files == ()


def test_of_many_such_pairs_one_is_made_of_each(tmp_path: Path) -> None:
    """There are ten rounds, and more pairs than that."""
    text = "".join(together('["users"] : ["groups"]', str(number)) for number in range(12))
    policy = POLICY.replace("clients: {grant_type: [CODE]}", 'clients: {name: ["a*", "d*"]}')
    found = fixed(tmp_path, {"main.tf": text}, policy=policy, unsafe=True)
    assert found.count == 12
    assert len(found.left) == 12


def test_a_safe_edit_that_holds_only_with_an_unsafe_one_is_not_made(tmp_path: Path) -> None:
    mended = 'contains(genesyscloud_oauth_client.a.scopes, "recordings")'
    text = (
        'locals {\n  b = ["users"]\n}\n'
        + client("a", f'{CODE}  scopes = ["groups"]\n')
        + client("d", f"{CODE}  scopes = local.b\n")
        + client(
            "other",
            f'{CODE}  scopes = {mended} == contains(local.b, "recordings") ? ["users"] : []\n',
        )
    )
    policy = POLICY.replace("clients: {grant_type: [CODE]}", "clients: {name: [a, d]}")
    found = fixed(tmp_path, {"main.tf": text}, policy=policy)
    assert found.files == ()
    found = fixed(tmp_path, {}, policy=policy, unsafe=True)
    assert found.count == 2


def lacking(folder: Path, count: int, scopes: str) -> CheckRequest:
    """Return a check of a client that lacks this many scopes, each required by its own rule."""
    text = 'locals {\n  b = ["users"]\n}\n' + client("a", f"{CODE}  scopes = {scopes}\n")
    (folder / "main.tf").write_text(text, encoding="utf-8")
    names = [each for each in sorted(SHIPPED.scopes) if each.isalpha() and each != "users"]
    rules = "".join(
        f"  - {{id: R{number:02}, title: t, require: {{scopes: {{all_of: [{name}]}}}}}}\n"
        for number, name in enumerate(names[:count])
    )
    policy = folder / "policy.yaml"
    policy.write_text(f"version: 1\nname: ours\nrules:\n{rules}", encoding="utf-8")
    return CheckRequest([str(folder)], policies=[str(policy)], environ={})


def test_a_report_shows_five_edits_that_are_proven_one_by_one(tmp_path: Path) -> None:
    """Edits of the same place cannot be proven together, and each proof reads the input again."""
    found = with_edits(checked(lacking(tmp_path, 7, '["users"]')))
    assert [each.rule for each in found.results if each.fix_edits] == [f"R0{n}" for n in range(5)]


def test_thirty_edits_are_proven_one_by_one_where_they_are_written(tmp_path: Path) -> None:
    found = fix(checked(lacking(tmp_path, 32, "local.b")))
    assert found.files == ()
    assert len(waiting_rules(found)) == 30
    why = "there are too many others; fix some of them first"
    address = "genesyscloud_oauth_client.a"
    assert found.left == (("R30", address, why), ("R31", address, why))


def waiting_rules(found: Fixed) -> list[str]:
    return [each.rule for each in found.report.results if each.fix_edits is not None]


def test_a_scope_that_a_variable_may_have_too_is_not_taken_out(tmp_path: Path) -> None:
    forbids = POLICY + (
        "  - id: FORBIDDEN\n    title: F\n    severity: error\n    clients: {}\n"
        "    forbid: {scopes: [users]}\n"
    )
    scopes = '  scopes = concat(["recordings", "users"], var.x)\n'
    files = {"main.tf": 'variable "x" {}\n' + client("a", CODE + scopes)}
    found = fixed(tmp_path, files, unsafe=True, policy=forbids)
    assert found.files == ()
    assert ("FORBIDDEN", f"{KIND}.a", 'an unknown value may also give "users"') in found.left


@pytest.mark.parametrize(("entity", "may"), [("recording", True), ("queue", False)])
def test_a_permission_that_a_variable_may_be_is_not_taken_out(
    tmp_path: Path, entity: str, may: bool
) -> None:
    forbids = POLICY + (
        "  - id: FORBIDDEN\n    title: F\n    severity: error\n    clients: {}\n"
        '    forbid: {permissions: ["recording:recording:edit"]}\n'
    )
    own = role("own", "recording", "recording", 'view", "edit')
    other = role("other", "recording", entity).replace('["view"]', "[var.x]")
    both = holder("a", "own").replace(
        "  roles {", "  roles {\n    role_id = genesyscloud_auth_role.other.id\n  }\n  roles {"
    )
    text = 'variable "x" {}\n' + own + other + both
    found = fixed(tmp_path, {"main.tf": text}, unsafe=True, policy=forbids)
    if may:
        assert found.files == ()
        assert any('may also give "recording:recording:edit"' in why for *_, why in found.left)
    else:
        assert after(found)["main.tf"] == text.replace('"view", "edit"', '"view"')


def test_a_misspelling_of_a_contracts_scope_is_not_turned_into_a_published_one(
    tmp_path: Path,
) -> None:
    wrong = client(
        "recorder", CODE + '  scopes = ["recordingsession", "recording:session:write", "usres"]\n'
    )
    (tmp_path / "main.tf").write_text(wrong)
    check = checked(CheckRequest((str(tmp_path),)))
    told = next(each for each in check.report.results if each.rule == "unpublished-scope")
    assert 'Nearest by spelling: "recordingSession".' in told.message
    done = fix(check, unsafe=True)
    (written,) = done.files
    scopes = written.after.decode().partition("scopes = ")[2].splitlines()[0]
    assert scopes == '["recording:session:write", "users", "recordingSession"]'


def test_a_scope_that_is_only_alike_is_taken_out_and_not_replaced(tmp_path: Path) -> None:
    wrong = client("recorder", CODE + '  scopes = ["users", "recording:modify"]\n')
    (tmp_path / "main.tf").write_text(wrong)
    (written,) = fix(checked(CheckRequest((str(tmp_path),))), unsafe=True).files
    scopes = written.after.decode().partition("scopes = ")[2].splitlines()[0]
    assert scopes == '["users", "recording:session:write", "recordingSession"]'


def test_a_name_in_place_of_an_id_is_mended_though_the_role_then_fails(tmp_path: Path) -> None:
    named = client(
        "batch", f"{CREDENTIALS}  roles {{\n    role_id = genesyscloud_auth_role.r.name\n  }}\n"
    )
    done = fixed(tmp_path, {"main.tf": role("r") + named}, unsafe=True)
    (written,) = done.files
    text = written.after.decode()
    assert "genesyscloud_auth_role.r.id" in text
    assert 'domain      = "recording"' in text
    assert not [each for each in done.report.results if each.rule in ("ROLES", "invalid-role-id")
                and each.verdict is not Verdict.PASS]  # fmt: skip


def test_a_finding_that_is_only_open_then_is_not_counted_as_mended(tmp_path: Path) -> None:
    """As a user grant it lacks the scope; as CLIENT-CREDENTIALS, its role lacks the permission."""
    files = {
        "main.tf": 'variable "grant" {}\n'
        + role("r")
        + holder("machine", "r")
        + client(
            "either",
            "  authorized_grant_type = var.grant\n  scopes = []\n"
            "  roles {\n    role_id = genesyscloud_auth_role.r.id\n  }\n",
        )
    }
    policy = POLICY.replace(
        "    clients: {grant_type: [CODE]}\n    require: {scopes: {all_of: [recordings]}}",
        "    require: {scopes: {all_of: [recordings]}, "
        'permissions: {all_of: ["recording:recording:view"]}}',
    )
    done = fixed(tmp_path, files, unsafe=True, policy=policy)
    assert 'domain      = "recording"' in after(done)["main.tf"]
    rules = [each for each in done.report.results if each.address == f"{KIND}.either"]
    assert Verdict.UNKNOWN in {each.verdict for each in rules if each.rule == "SCOPES"}
    assert done.count == 2
