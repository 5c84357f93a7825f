"""Where the documentation of this version is, as the package that is installed says."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, metadata


def documentation() -> str | None:
    """The address of its first page; None where the package was built without one."""
    try:
        named = metadata("recording-toolkit").get_all("Project-URL") or ()
    except PackageNotFoundError:
        return None
    addresses = dict(each.split(", ", 1) for each in named if ", " in each)
    return addresses.get("Documentation")
