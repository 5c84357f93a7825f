"""The regions of Genesys Cloud, and the hosts that a run talks to.

The table is the platform's published list of regions, as of July 2026.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from urllib.parse import urlsplit, urlunsplit

from msgspec import Struct

from toolkit.errors import UsageError
from toolkit.lazily import pattern
from toolkit.model.inventory import Note

#: Region to domain; the API is at ``api.DOMAIN`` and the log-in at ``login.DOMAIN``.
REGIONS: Mapping[str, str] = MappingProxyType(
    {
        "us-east-1": "mypurecloud.com",
        "us-east-2": "use2.us-gov-pure.cloud",
        "us-west-2": "usw2.pure.cloud",
        "ca-central-1": "cac1.pure.cloud",
        "sa-east-1": "sae1.pure.cloud",
        "mx-central-1": "mxc1.pure.cloud",
        "eu-west-1": "mypurecloud.ie",
        "eu-west-2": "euw2.pure.cloud",
        "eu-central-1": "mypurecloud.de",
        "eu-central-2": "euc2.pure.cloud",
        "me-central-1": "mec1.pure.cloud",
        "ap-south-1": "aps1.pure.cloud",
        "ap-southeast-1": "apse1.pure.cloud",
        "ap-southeast-2": "mypurecloud.com.au",
        "ap-northeast-1": "mypurecloud.jp",
        "ap-northeast-2": "apne2.pure.cloud",
        "ap-northeast-3": "apne3.pure.cloud",
        "eusc-de-east-1": "edee1.eusc-pure.cloud",
    }
)
#: The variables that name the region; the first one set counts. A region is not a credential, so
#: the client under test may use the operator's.
REGION_VARIABLES = ("RECORDING_TOOLKIT_REGION", "GENESYSCLOUD_REGION")

#: Path prefixes that users copy along with a host; requests add the first one themselves.
_API_PATHS = ("/api/v2",)
_LOGIN_PATHS = ("/oauth/token", "/oauth")
#: A label of a host name, and the longest name (RFC 1123; underscores are used in practice).
_LABEL = pattern(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_MAX_NAME = 253


def region_of(host: str) -> str | None:
    """Return the region of an API or login host; None for another host."""
    domains = {domain: region for region, domain in REGIONS.items()}
    kind, _, domain = host.lower().partition(":")[0].partition(".")
    return domains.get(domain) if kind in ("api", "login") else None


class Hosts(Struct, frozen=True):
    """The URLs of the API and of the token endpoint, without a trailing slash."""

    api: str
    login: str


def find_hosts(
    environ: Mapping[str, str],
    *,
    region: str | None = None,
    api_url: str | None = None,
    login_url: str | None = None,
    allow_http: bool = False,
) -> Hosts:
    """Return the hosts to talk to.

    The URLs replace the region's hosts. An API URL alone is used for the login too, as with a
    gateway or the mock: a secret meant for it must not go to a region instead. Raises UsageError,
    also for http to another machine without `allow_http`.
    """
    api = _base_url(api_url, "--api-url", _API_PATHS) if api_url else None
    login = _base_url(login_url, "--login-url", _LOGIN_PATHS) if login_url else None
    if not allow_http:
        _refuse_in_clear(api, "--api-url")
        _refuse_in_clear(login, "--login-url")
    if api is not None:
        return Hosts(api, login or api)
    name = region or next((environ[key] for key in REGION_VARIABLES if environ.get(key)), None)
    if name is None:
        raise UsageError(
            "no region is named",
            hint=f"Give --region, or set {REGION_VARIABLES[0]}; for example us-east-1.",
        )
    domain = REGIONS.get(name.strip().lower())
    if domain is None:
        near = get_close_matches(name, [*REGIONS, *REGIONS.values()], n=1)
        by_domain = {domain: region for region, domain in REGIONS.items()}
        meant = by_domain.get(near[0], near[0]) if near else None
        raise UsageError(
            f"there is no region '{name}'",
            hint=f"{f'Did you mean {meant}? ' if meant else ''}Regions: {', '.join(REGIONS)}.",
        )
    return Hosts(f"https://api.{domain}", login or f"https://login.{domain}")


def in_clear(url: str) -> bool:
    """Whether data sent to `url` can be read on the way: http to another machine."""
    return urlsplit(url).scheme == "http" and not is_loopback(url)


def is_loopback(url: str) -> bool:
    """Whether `url` is on this machine, by its name alone.

    A name below ``localhost`` is not: resolvers ask other machines for it.
    """
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse_in_clear(url: str | None, option: str) -> None:
    if url is not None and in_clear(url):
        raise UsageError(
            f"{option} {url}: secrets and tokens would go over http, which others can read",
            hint="Use https; or give --allow-http, where nobody else is on the way.",
        )


IN_CLEAR = Note("in-clear", "Tokens and secrets were sent over http, which others can read.")


def notes_on(hosts: Hosts) -> tuple[Note, ...]:
    """Return notes for a user who sends secrets to these hosts."""
    if not any(in_clear(url) for url in (hosts.api, hosts.login)):
        return ()
    return (IN_CLEAR,)


def _base_url(text: str, option: str, known: tuple[str, ...]) -> str:
    """Return the validated URL, without a path prefix (`known`) that requests add themselves.

    A URL with a user or a query is refused, because reports show the URL.
    """
    form = "https://HOST"
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError as error:
        raise UsageError(f"{option} is not a URL", hint=f"Write {form}.") from error
    plain = text.isascii() and text.isprintable() and " " not in text.strip()
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or not plain:
        raise UsageError(f"{option} is not a URL of http or https", hint=f"Write {form}.")
    if not _is_host(parts.hostname):
        raise UsageError(
            f"{option} names no host: {parts.hostname}",
            hint=f"Write {form}, such as https://api.mypurecloud.com.",
        )
    if parts.username is not None or parts.query or parts.fragment:
        raise UsageError(
            f"{option} holds more than a host and a path",
            hint=f"Write {form}; credentials come from the environment.",
        )
    path = re.sub("/+", "/", parts.path).rstrip("/")
    path = next((path.removesuffix(end) for end in known if path.endswith(end)), path)
    if any(f"{end}/" in path for end in known):
        raise UsageError(
            f"{option} names a single call of the API, not where the API is",
            hint=f"Leave out {known[0]} and what follows it.",
        )
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def _is_host(name: str) -> bool:
    if ":" in name:  # IPv6: urlsplit checks the brackets, but not what is between them
        try:
            return bool(ipaddress.ip_address(name))
        except ValueError:
            return False
    return len(name) <= _MAX_NAME and all(map(_LABEL.fullmatch, name.removesuffix(".").split(".")))
