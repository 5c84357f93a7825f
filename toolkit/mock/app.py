"""The mock as an ASGI application: routes from the contracts, validation, and dispatch."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from toolkit.contracts.contract import Contract, Operation
from toolkit.contracts.payloads import validate_payload
from toolkit.contracts.reader import load_contract, read_contract
from toolkit.mock import access_admin, admin, recording
from toolkit.mock.access import authenticate, authorize, misleading_refusal, named_refusal
from toolkit.mock.answers import Answer, Detail, Refusal
from toolkit.mock.bodies import bounded, refuse_too_large
from toolkit.mock.call import Behaviour, Call
from toolkit.mock.capture import CORRELATION_KEY, OWN_PATHS, Capture, CaptureRequests
from toolkit.mock.faults import Connections, FaultPlan, InjectFaults
from toolkit.mock.scenario import Scenario
from toolkit.mock.tokens import TOKEN_PATH, issue_token
from toolkit.mock.world import Clock, World

PLATFORM = Path(__file__).with_name("platform.yaml")
_BEHAVIOURS: Mapping[str, Behaviour] = {
    **recording.BEHAVIOURS,
    **admin.BEHAVIOURS,
    **access_admin.BEHAVIOURS,
}
_NOT_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
#: Routes by method, for one path.
_Methods = dict[str, tuple[Contract, Operation]]


class MintRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The request for a token that only a user login could create."""

    client: str
    user: str = ""
    scopes: tuple[str, ...] | None = None


class Mock:
    """The mock Genesys Cloud; an ASGI application. Its state is `world`."""

    def __init__(self, scenario: Scenario, clock: Clock = time.monotonic) -> None:
        self._scenario = scenario
        self._clock = clock
        self.world = World(scenario, clock)
        self.capture = Capture()
        self.connections = Connections()
        contracts = [load_contract(name) for name in scenario.contracts]
        platform = read_contract(PLATFORM, "platform")
        routes = _routes([*contracts, platform])
        app = Starlette(
            routes=[
                Route(f"{OWN_PATHS}requests", self._requests, methods=["GET", "DELETE"]),
                Route(f"{OWN_PATHS}reset", self._reset, methods=["POST"]),
                Route(f"{OWN_PATHS}tokens", self._mint, methods=["POST"]),
                Route(TOKEN_PATH, self._token, methods=["POST"]),
                *(
                    Route(path, self._endpoint(methods), methods=list(methods))
                    for path, methods in routes
                ),
            ],
            exception_handlers={
                Refusal: _refused,
                HTTPException: _no_route,
                500: _failed,
            },
        )
        # For the platform, a path with an extra slash is another path, not a redirect.
        app.router.redirect_slashes = False
        self._faults = InjectFaults(app, FaultPlan(scenario.faults), self.connections)
        self._app = CaptureRequests(self._faults, self.capture)
        # A browser sends a preflight request before it calls. Pages may call the API, but not the
        # mock's own paths, which return tokens and captured requests.
        self._from_pages = CORSMiddleware(
            self._app,
            allow_origins=["*"],
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=["ININ-Correlation-Id", "Retry-After"],
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        own = scope["type"] != "http" or scope["path"].startswith(OWN_PATHS)
        await (self._app if own else self._from_pages)(scope, bounded(receive), send)

    def reset(self) -> None:
        """Reset to the start of the scenario, with nothing captured."""
        self.world = World(self._scenario, self._clock)
        self.capture.clear()
        self._faults.plan = FaultPlan(self._scenario.faults)

    def mint(self, request: MintRequest) -> str:
        """Return a token as after a login to that client; of the first user unless one is given."""
        user = request.user or next(iter(self.world.users), "")
        if request.client not in self.world.clients or user not in self.world.users:
            raise Refusal(404)
        seconds = self.world.clients[request.client]["accessTokenValiditySeconds"]
        expires_at = self.world.clock() + seconds
        return self.world.log_in(request.client, user, request.scopes, expires_at)

    def _endpoint(self, methods: _Methods) -> Any:
        async def endpoint(request: Request) -> Response:
            # Starlette answers HEAD wherever it answers GET.
            method = "GET" if request.method == "HEAD" else request.method
            contract, operation = methods[method]
            return _sent(self._perform(request, contract, operation, await request.body()))

        return endpoint

    def _perform(
        self, request: Request, contract: Contract, operation: Operation, body: bytes
    ) -> Answer:
        """Check a request in the platform's order, then perform its operation."""
        caller = authenticate(self.world, operation, request.headers.get("authorization"))
        authorize(self.world, operation, caller)
        payload = _payload(operation, request.headers.get("content-type", ""), body)
        self._check_payload(operation, payload)
        call = Call(
            world=self.world,
            contract=contract,
            operation=operation,
            caller=caller,
            params=request.path_params,
            query={
                # A repeated parameter counts as one list.
                key: ",".join(request.query_params.getlist(key))
                for key in request.query_params
            },
            payload=payload,
        )
        if operation.id in _BEHAVIOURS:
            call.check_query()
        behaviour = _BEHAVIOURS.get(operation.id, _play_example)
        return behaviour(call)

    def _check_payload(self, operation: Operation, payload: Any) -> None:
        # Refuse fields that the mock's operation would ignore, because the sender relies on them.
        problems = validate_payload(operation, payload, closed=operation.id in _BEHAVIOURS)
        if not problems:
            return
        if self.world.scenario.enforcement.invalid_payload == "misleading":
            raise misleading_refusal(operation)
        refusal = named_refusal(operation, "invalid-body", 400)
        refusal.details = tuple(Detail(item.field, item.keyword) for item in problems)
        refusal.message = f"{refusal.message} {'; '.join(map(str, problems))}"
        raise refusal

    async def _token(self, request: Request) -> Response:
        return _sent(issue_token(self.world, request.headers, await request.body()))

    async def _requests(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.capture.clear()
        return JSONResponse({"requests": [item.body() for item in self.capture.requests()]})

    async def _reset(self, request: Request) -> Response:
        self.reset()
        return Response(status_code=204)

    async def _mint(self, request: Request) -> Response:
        body = await request.body()
        refuse_too_large(body)
        try:
            asked = msgspec.json.decode(body, type=MintRequest)
        except _NOT_JSON as error:
            raise Refusal(400, message=str(error)) from error
        return JSONResponse({"access_token": self.mint(asked)})


def _routes(contracts: list[Contract]) -> list[tuple[str, _Methods]]:
    """Return the paths with their operations, those with fewer parameters first."""
    paths: dict[str, _Methods] = {}
    for contract in contracts:
        for operation in contract.operations:
            paths.setdefault(operation.path, {}).setdefault(operation.method, (contract, operation))
    return sorted(paths.items(), key=lambda item: (item[0].count("{"), item[0]))


def _payload(operation: Operation, content_type: str, body: bytes) -> Any:
    """Return the decoded body, None if it is empty. Raises a 415 before the content is parsed."""
    if not operation.payload_types or not body:
        return None
    if content_type.partition(";")[0].strip().lower() not in operation.payload_types:
        raise Refusal(415)
    refuse_too_large(body)
    try:
        return msgspec.json.decode(body)
    except _NOT_JSON as error:
        raise Refusal(400, message="The request body is not valid JSON.") from error


def _play_example(call: Call) -> Answer:
    """Answer an operation of a user's own contract: with the example of its success."""
    return Answer(call.operation.success, call.operation.success_example)


def _sent(answer: Answer) -> Response:
    if answer.body is None:
        return Response(status_code=answer.status, headers=dict(answer.headers))
    return JSONResponse(answer.body, answer.status, dict(answer.headers))


async def _refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)  # noqa: S101 - what it is registered for
    return _sent(refusal.answer(request.scope[CORRELATION_KEY]))


async def _no_route(request: Request, error: Exception) -> Response:
    """Answer 404 and 405 in the platform's shape."""
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for
    refusal = Refusal(error.status_code, headers=error.headers)
    return _sent(refusal.answer(request.scope[CORRELATION_KEY]))


async def _failed(request: Request, error: Exception) -> Response:
    """Report a bug in the mock. The server also prints its traceback."""
    return _sent(Refusal(500).answer(request.scope[CORRELATION_KEY]))
