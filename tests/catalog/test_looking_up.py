"""Look-ups of one operation, of names, routes and words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.catalog.catalog import _FILE, SHIPPED, Catalog
from toolkit.catalog.nearest import nearest_permission, nearest_scope, phrase
from toolkit.catalog.routes import Routes, is_api, operation_of_call
from toolkit.catalog.searching import search
from toolkit.contracts.contract import Operation

ROUTES = Routes(SHIPPED.operations.values())


@given(st.sampled_from(sorted(SHIPPED.operations)))
def test_one_is_found_as_it_is_among_all(name: str) -> None:
    assert ONE.operation(name) == SHIPPED.operations[name]


ONE = Catalog(_FILE.read_bytes, "one")


@pytest.mark.parametrize("name", ["", "x", '"', '{"id":', "getUsersMe,", "\n", "é", "\udcff"])
def test_what_is_none_is_not_found(name: str) -> None:
    assert (ONE.operation(name) is None) == (name not in SHIPPED.operations)


def test_the_first_and_the_last_are_found() -> None:
    names = list(SHIPPED.operations)
    assert [found.id for name in (names[0], names[-1]) if (found := ONE.operation(name))] == [
        names[0],
        names[-1],
    ]


@pytest.mark.parametrize("operation", list(SHIPPED.operations.values())[::40], ids=lambda o: o.id)
def test_a_call_is_found_by_its_method_and_path(operation: Operation) -> None:
    path = "/".join("id-1" if part[:1] == "{" else part for part in operation.path.split("/"))
    assert ROUTES.find(operation.method, path) == operation


def test_every_operation_answers_its_own_path() -> None:
    found = {each.id: ROUTES.find(each.method, each.path) for each in SHIPPED.operations.values()}
    assert {name for name, each in found.items() if each is None or each.id != name} == set()


@pytest.mark.parametrize(
    ("method", "path", "found"),
    [
        ("GET", "/api/v2/users/me", "getUsersMe"),
        ("GET", "/api/v2/users/1", "getUser"),
        ("GET", "//api/v2//users/1/", "getUser"),
        ("GET", "/api/v2/users/search", "getUsersSearch"),
        # A literal segment wins over a parameter, unless it leads nowhere.
        ("GET", "/api/v2/users/search/queues", "getUserQueues"),
        ("PUT", "/api/v2/users/me", None),
        ("get", "/api/v2/users/me", None),
        ("GET", "/api/v2/users/1/nothing", None),
        ("GET", "/api/v2", None),
        ("GET", "/", None),
    ],
)
def test_routes(method: str, path: str, found: str | None) -> None:
    operation = ROUTES.find(method, path)
    assert (operation.id if operation else None) == found


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/api/v2/recording-sessions/8f2c/start", "/api/v2/recording-sessions/.../start"),
        ("/api/v2/users/jane.doe@example.com/nothing", "/api/v2/users/.../..."),
        ("/api/v2/users/janedoe", "/api/v2/users/..."),
        ("/api/v2/eyJhbGciOi1", "/api/v2/..."),
        ("/api/v2/" + "a" * 41, "/api/v2/..."),
        ("/api/v2/caf\u00e9", "/api/v2/..."),
        ("/other/v2/users", "/.../v2/users"),
    ],
)
def test_a_path_is_shown_without_what_may_be_somebodys(path: str, shown: str) -> None:
    assert ROUTES.shown(path) == shown


@pytest.mark.parametrize(
    ("call", "operation"),
    [
        ("GET /api/v2/users", "getUsers"),
        ("get https://api.mypurecloud.com/api/v2/users/42?expand=x", "getUser"),
        ("PUT /api/v2/users", None),
        ("GET users", None),
        ("GET http://[::1/api/v2/users", None),
        ("/api/v2/users", None),
    ],
)
def test_an_operation_by_its_call(call: str, operation: str | None) -> None:
    found = operation_of_call(call, SHIPPED.operations.values())
    assert (found and found.id) == operation


@pytest.mark.parametrize(
    ("path", "api"),
    [("/api/v2/users", True), ("//api/v2/x", True), ("/api/v1/x", False), ("/oauth/token", False)],
)
def test_paths_of_the_api(path: str, api: bool) -> None:
    assert is_api(path) == api


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("patch call participant", "patchConversationsCallParticipant"),
        ("get queue members", "getRoutingQueueMembers"),
        ("recordingstate call", "putConversationsCallRecordingstate"),
        ("users me", "getUsersMe"),
        ("users", "getUsers"),
        ("list users", "getUsers"),
        ("create queue", "postRoutingQueues"),
        ("remove user", "deleteUser"),
    ],
)
def test_search_finds_first_what_is_meant(words: str, first: str) -> None:
    assert search(words.split(), SHIPPED.operations.values())[0].id == first


def test_search_finds_nothing_for_words_that_are_none() -> None:
    assert search(["xyzzy"], SHIPPED.operations.values()) == []
    assert search(["/", "-"], SHIPPED.operations.values()) == []


LIVE = (
    'By meaning: "conversations" controls live recording; "recordings" is about stored recordings.'
)


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        ("recording:modify", f'Nearest by spelling: "recordings". {LIVE}'),
        ("recording:session:write", f'Nearest by spelling: "recordings". {LIVE}'),
        ("recordingSession", f'Nearest by spelling: "recordings". {LIVE}'),
        ("Conversations", 'by spelling: "conversations"'),
        ("convesations:readonly", 'by spelling: "conversations:readonly"'),
        ("audits", 'by spelling: "audits:readonly"'),
        ("queues", 'meaning: "routing" opens 27 of the 42 operations about "queue".'),
        ("xyzzy", ""),
        ("", ""),
        ("::", ""),
    ],
)
def test_the_nearest_scopes(scope: str, said: str) -> None:
    found = phrase(nearest_scope(scope, SHIPPED))
    assert said in found if said else found == ""


CALL = '"conversation:call:record" starts and stops the recording of a call'


@pytest.mark.parametrize(
    ("permission", "said"),
    [
        ("recording:session:write", CALL),
        ("recording:recording:veiw", 'by spelling: "recording:recording:view"'),
        ("recording:recording:read", '"recording:recording" has editRetention, restore'),
        ("directory:user:write", 'by spelling: "directory:user:edit"'),
        ("routng:queue:view", 'by spelling: "routing:queue:view"'),
        ("queue:routing:edit", 'meaning: "routing:queue:edit" has the same words'),
        ("routing:queue", 'by spelling: "routing:queue:'),
        ("foo:*:*", ""),
        ("", ""),
    ],
)
def test_the_nearest_permissions(permission: str, said: str) -> None:
    found = phrase(nearest_permission(permission, SHIPPED))
    assert said in found if said else found == ""


@given(st.text(max_size=40))
def test_what_is_near_is_published(name: str) -> None:
    scope, permission = nearest_scope(name, SHIPPED), nearest_permission(name, SHIPPED)
    assert {each.name for each in scope.meaning} <= SHIPPED.scopes
    assert scope.spelling is None or scope.spelling in SHIPPED.scopes
    assert permission.spelling is None or permission.spelling in SHIPPED.permissions
