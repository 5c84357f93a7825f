"""The documentation address of this version, from the installed package's metadata."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, metadata


def documentation() -> str | None:
    """Return the address of the first page; None if the package was built without one."""
    try:
        named = metadata("recording-toolkit").get_all("Project-URL") or ()
    except PackageNotFoundError:
        return None
    addresses = dict(each.split(", ", 1) for each in named if ", " in each)
    return addresses.get("Documentation")
