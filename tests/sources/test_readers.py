"""Reading processes: the same answers side by side, and what a lost process leaves."""

from __future__ import annotations

import io
import os
import signal
from pathlib import Path

import pytest

from toolkit.errors import SourceError
from toolkit.model.inventory import Inventory
from toolkit.model.values import ValueSet
from toolkit.sources import process, spawning
from toolkit.sources.exchange import receive, send
from toolkit.sources.readers import Readers
from toolkit.sources.reading import read_source
from toolkit.sources.requests import Discover, Read
from toolkit.sources.spawning import spawn
from toolkit.sources.worker import serve

CLIENT = """resource "genesyscloud_oauth_client" "c" {
  name                  = "%s"
  authorized_grant_type = "CODE"
  scopes                = ["a"]
}
"""
#: A reading process that crashes, or never answers, where a source's name says so.
CRASHING = """
import os, time
from toolkit.sources import worker
real = worker.read_source
def read(request, cache):
    if request.source.endswith("crash"):
        os.abort()
    if request.source.endswith("hang"):
        time.sleep(60)
    return real(request, cache)
worker.read_source = read
worker.main()
"""


@pytest.fixture
def tree(tmp_path: Path) -> list[Read]:
    for at in range(12):
        folder = tmp_path / f"root{at}"
        folder.mkdir()
        (folder / "main.tf").write_text(CLIENT % f"client {at}" if at != 5 else "broken {")
    return [Read(str(tmp_path / f"root{at}")) for at in range(12)]


def test_side_by_side_is_the_same_as_one_by_one(tree: list[Read]) -> None:
    seen = []
    with Readers() as crew:
        found = crew.read(tree, progress=lambda done, total: seen.append((done, total)))
    assert sorted(seen) == [(at, 12) for at in range(1, 13)]
    for at, (request, answer) in enumerate(zip(tree, found, strict=True)):
        if at == 5:
            assert isinstance(answer, SourceError)
            assert answer.hint
        else:
            assert answer == read_source(request)


def test_a_crash_is_an_error_of_its_own_source_only(
    tree: list[Read], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spawning, "_PROGRAM", CRASHING)
    crash = Read(str(tmp_path / "crash"))
    with Readers() as crew:
        found = crew.read([tree[0], crash, tree[1], crash, tree[2]])
    problems = [answer for answer in found if isinstance(answer, SourceError)]
    assert [problem.message for problem in problems] == [
        f"{crash.source}: reading this Terraform crashed the parser"
    ] * 2
    assert sum(isinstance(answer, Inventory) for answer in found) == 3


#: What the evaluator's own code crashes on, though terraform plans it.
CRASHES_THE_EVALUATOR = """
variable "team" {}
module "m" {
  source = "./m"
  scopes = ["a", "team-${var.team}"]
}
"""
CRASHING_MODULE = """
variable "scopes" { type = set(string) }
resource "genesyscloud_oauth_client" "c" {
  name                  = "in the module"
  authorized_grant_type = "CODE"
  scopes                = true ? var.scopes : []
}
"""


def test_what_crashes_the_evaluator_is_read_without_it(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text(CRASHING_MODULE)
    (tmp_path / "main.tf").write_text(CRASHES_THE_EVALUATOR + CLIENT % "beside")
    for first in (None, spawn(str(tmp_path))):
        with Readers(first) as crew:
            assert crew.roots(Discover(str(tmp_path))).paths == (str(tmp_path),)
            (found,) = crew.read([Read(str(tmp_path))])
        assert isinstance(found, Inventory)
        beside, inside = found.clients
        assert beside.scopes == ValueSet(("a",))
        assert [reason.reference for reason in inside.scopes.unknown] == ["var.team"]
        assert [note.code for note in found.notes] == ["not-evaluated"]


def test_a_source_that_never_ends_is_given_up(
    tree: list[Read], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spawning, "_PROGRAM", CRASHING)
    monkeypatch.setattr(process, "TIME_LIMIT", 8.0)
    with Readers() as crew:
        late, fine = crew.read([Read(str(tmp_path / "hang")), tree[0]])
    assert isinstance(late, SourceError)
    assert late.message.endswith("could not be evaluated within 8 seconds")
    assert isinstance(fine, Inventory)


def test_a_reading_process_that_hangs_ends_without_its_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = CRASHING.replace("worker.main()", "worker._SECONDS = 1\nworker.main()")
    monkeypatch.setattr(spawning, "_PROGRAM", hanging)
    with spawn() as orphan:
        assert orphan.stdin is not None
        send(orphan.stdin, Read(str(tmp_path / "hang")))
        assert orphan.wait(timeout=30) == -signal.SIGALRM


def _answers(ahead: list[str], *requests: object) -> list[object]:
    asked, answered = io.BytesIO(), io.BytesIO()
    for request in requests:
        send(asked, request)
    asked.seek(0)
    serve(asked, answered, ahead)
    answered.seek(0)
    return [receive(answered) for _ in requests]


def test_what_was_read_ahead_is_what_would_have_been_read(tree: list[Read]) -> None:
    good, broken, other = tree[0], tree[5], tree[1]
    for folder in (good.source, broken.source):
        asked = (Discover(folder), Read(folder), other)
        assert [repr(a) for a in _answers([folder], *asked)] == [
            repr(a) for a in _answers([], *asked)
        ]


def test_what_was_read_ahead_is_no_answer_to_another_question(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'variable "name" { default = "as written" }\n' + CLIENT.replace('"%s"', "var.name")
    )
    request = Read(str(tmp_path), (), {"TF_VAR_name": "as given"})
    with Readers(spawn(str(tmp_path))) as crew:
        (found,) = crew.read([request])
    assert isinstance(found, Inventory)
    assert [client.name for client in found.clients] == ["as given"]


def test_a_process_that_crashed_reading_ahead_costs_only_its_own_source(
    tree: list[Read], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spawning, "_PROGRAM", CRASHING)
    (tmp_path / "crash").mkdir()
    (tmp_path / "crash" / "main.tf").write_text(CLIENT % "c")
    process = spawn(str(tmp_path / "crash"))
    with Readers(process) as crew:
        crashed, fine = crew.read([Read(str(tmp_path / "crash")), tree[0]])
    assert process.returncode != 0
    assert isinstance(crashed, SourceError)
    assert isinstance(fine, Inventory)


def test_what_was_ended_starts_no_other(tree: list[Read]) -> None:
    """As after Ctrl-C, while a thread still waits for an answer."""
    first = spawn()
    crew = Readers(first)
    crew.__exit__(None, None, None)
    assert isinstance(crew._all[0].read(tree[0]), SourceError)
    assert crew._all[0]._process is first
    assert first.returncode is not None


def test_ctrl_c_on_the_terminal_is_not_for_the_reading_process() -> None:
    process = spawn()
    try:
        assert os.getpgid(process.pid) == process.pid != os.getpgid(0)
    finally:
        process.kill()
        process.communicate()
