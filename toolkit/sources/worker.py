"""The reading process: reads sources for the program that started it, one request after another.

Terraform's text goes through native code, tree-sitter and tfparse. Should that crash or hang, it is
this process that ends, and the other one says so. Requests and answers are pickles, each behind its
length, on stdin and stdout; nobody but the parent process holds the other ends.
"""

from __future__ import annotations

import gc
import pickle
import signal
import sys
from collections.abc import Iterator, Sequence
from typing import IO

from toolkit import GARBAGE_EVERY
from toolkit.errors import SourceError, ToolkitError
from toolkit.sources.exchange import receive, send
from toolkit.sources.hcl.declarations import read_declarations
from toolkit.sources.hcl.tree import ModuleCache
from toolkit.sources.limits import TIME_LIMIT
from toolkit.sources.reading import read_source
from toolkit.sources.requests import Answer, Declare, Discover, Read
from toolkit.sources.roots import find_roots

#: A request that takes longer has no one to wait for its answer.
_SECONDS = int(TIME_LIMIT) + 10


def serve(requests: IO[bytes], answers: IO[bytes], ahead: Sequence[str] = ()) -> None:
    """Answer requests until there are no more; the folders in `ahead` are read before the first."""
    cache: ModuleCache = {}
    known = [answered for folder in ahead for answered in _read_ahead(folder, cache)]
    while (request := receive(requests)) is not None:
        answer = next((answer for expected, answer in known if expected == request), None)
        send(answers, answer or _answer(request, cache))


def _read_ahead(folder: str, cache: ModuleCache) -> Iterator[tuple[object, Answer]]:
    """What will be asked of a folder that nothing else is said about."""
    discover = Discover(folder)
    answer = _answer(discover, cache)
    yield discover, answer
    if answer.roots is not None and len(answer.roots.paths) == 1:
        read = Read(*answer.roots.paths, within=folder)
        yield read, _answer(read, cache)


def _answer(request: object, cache: ModuleCache) -> Answer:
    # Of a program that was killed nobody else ends a process that hangs: the system does, since
    # native code lets no handler run.
    signal.alarm(_SECONDS)
    try:
        match request:
            case Discover():
                return Answer(roots=find_roots(request, cache))
            case Declare():
                return Answer(declarations=read_declarations(request))
            case Read():
                return Answer(inventory=read_source(request, cache))
    except ToolkitError as error:
        return Answer(error=error)
    except RecursionError:
        return Answer(error=_too_deep(request))
    finally:
        signal.alarm(0)
    raise pickle.UnpicklingError(f"no such request: {type(request).__name__}")


def _too_deep(request: object) -> SourceError:
    shown = request.source if isinstance(request, Read) else getattr(request, "path", "")
    return SourceError(
        f"{shown}: an expression in this Terraform nests too deeply to be read",
        hint="Check a plan instead: terraform show -json PLAN | recording-toolkit check -",
    )


def main() -> None:
    gc.set_threshold(GARBAGE_EVERY)
    serve(sys.stdin.buffer, sys.stdout.buffer, sys.argv[1:])
