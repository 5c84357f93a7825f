"""Which credentials are used, and where they are sent."""

from __future__ import annotations

from typing import Any

import pytest

from toolkit.errors import UsageError
from toolkit.genesys.credentials import (
    OPERATOR_ID,
    OPERATOR_SECRET,
    OPERATOR_TOKEN,
    SUBJECT_ID,
    SUBJECT_SECRET,
    SUBJECT_TOKEN,
    ClientSecret,
    GivenToken,
    operator_credentials,
    subject_credentials,
)
from toolkit.genesys.regions import REGIONS, Hosts, find_hosts, in_clear

OPERATOR = {OPERATOR_ID: "op", OPERATOR_SECRET: "op-secret"}
SUBJECT = {SUBJECT_ID: "sub", SUBJECT_SECRET: "sub-secret"}


def test_the_subject_is_never_the_operator() -> None:
    assert subject_credentials({**OPERATOR, **SUBJECT}) == ClientSecret("sub", "sub-secret")
    with pytest.raises(UsageError, match="only the operator's credentials") as caught:
        subject_credentials(OPERATOR)
    assert "--as-operator" in (caught.value.hint or "")
    with pytest.raises(UsageError, match="operator's credentials are not set"):
        operator_credentials(SUBJECT)


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({}, "the credentials of the client under test are not set"),
        ({**SUBJECT, SUBJECT_TOKEN: "t"}, f"both {SUBJECT_TOKEN} and {SUBJECT_ID} are set"),
        ({SUBJECT_SECRET: "s", SUBJECT_TOKEN: "t"}, f"both {SUBJECT_TOKEN} and {SUBJECT_SECRET}"),
        ({SUBJECT_ID: "s"}, f"{SUBJECT_ID} is set, but {SUBJECT_SECRET} is not"),
        ({SUBJECT_SECRET: "s"}, f"{SUBJECT_SECRET} is set, but {SUBJECT_ID} is not"),
        ({SUBJECT_ID: "s", SUBJECT_SECRET: " "}, f"but {SUBJECT_SECRET} is not"),
        ({SUBJECT_TOKEN: "a\nb"}, f"{SUBJECT_TOKEN} holds a character that no credential has"),
        ({SUBJECT_TOKEN: "caf\u00e9"}, "holds a character"),
    ],
)
def test_what_is_refused(environ: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        subject_credentials(environ)
    assert message in caught.value.message


def test_a_token_is_taken_without_the_line_break_of_its_file() -> None:
    assert subject_credentials({SUBJECT_TOKEN: " t0ken\n"}) == GivenToken("t0ken")
    assert operator_credentials({**OPERATOR, OPERATOR_TOKEN: "t"}) == GivenToken("t")


def test_no_secret_is_in_a_repr() -> None:
    assert "s3cret" not in repr([ClientSecret("id", "s3cret"), GivenToken("s3cret")])


def test_a_region_is_no_credential() -> None:
    hosts = Hosts("https://api.mypurecloud.ie", "https://login.mypurecloud.ie")
    assert find_hosts({"GENESYSCLOUD_REGION": "eu-west-1"}) == hosts
    both = {"RECORDING_TOOLKIT_REGION": "EU-WEST-1", "GENESYSCLOUD_REGION": "us-east-1"}
    assert find_hosts(both) == hosts
    assert find_hosts(both, region="us-west-2").api == "https://api.usw2.pure.cloud"
    assert len(REGIONS) == 18


def test_urls_replace_the_regions() -> None:
    both = find_hosts({}, api_url="http://127.0.0.1:1/", region="us-east-1")
    assert both == Hosts("http://127.0.0.1:1", "http://127.0.0.1:1")
    apart = find_hosts({}, region="us-east-1", login_url="http://127.0.0.1:1")
    assert apart == Hosts("https://api.mypurecloud.com", "http://127.0.0.1:1")


@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        ({}, "no region is named", "--region"),
        ({"region": "eu-west-9"}, "there is no region 'eu-west-9'", "Did you mean eu-west-"),
        ({"region": "mypurecloud.de"}, "there is no region", "Did you mean eu-central-1?"),
        ({"region": "xyz"}, "there is no region", "Regions: us-east-1"),
        ({"api_url": "api.example.com"}, "--api-url is not a URL", "https://HOST"),
        ({"api_url": "ftp://api.example.com"}, "--api-url is not a URL", "https://HOST"),
        ({"api_url": "https://a:99999"}, "--api-url is not a URL", "https://HOST"),
        ({"api_url": "https://[a"}, "--api-url is not a URL", "https://HOST"),
        ({"api_url": "https://u:p4ss@a"}, "--api-url holds more than a host", "environment"),
        ({"api_url": "https://a?token=p4ss"}, "--api-url holds more than a host", "environment"),
        ({"api_url": "https://a", "login_url": "b"}, "--login-url is not a URL", "https://HOST"),
        ({"api_url": "https://*.x.y"}, "--api-url names no host: *.x.y", "https://HOST"),
        ({"api_url": "https://.example.com"}, "--api-url names no host", "https://HOST"),
        ({"api_url": "https://a..b"}, "--api-url names no host", "https://HOST"),
        ({"api_url": "https://-a.b"}, "--api-url names no host", "https://HOST"),
        ({"api_url": "https://" + "a" * 64}, "--api-url names no host", "https://HOST"),
        ({"api_url": "https://a/api/v2/tokens/me"}, "a single call", "Leave out /api/v2"),
        (
            {"region": "us-east-1", "login_url": "https://*.x.y"},
            "--login-url names no host",
            "https://HOST",
        ),
        (
            {"region": "us-east-1", "login_url": "https://a/oauth/authorize"},
            "a single call",
            "Leave out /oauth",
        ),
    ],
)
def test_hosts_that_are_refused(options: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_hosts({}, **options)
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")
    assert "p4ss" not in f"{caught.value.message}{caught.value.hint}"


@pytest.mark.parametrize(
    ("api", "understood"),
    [
        ("https://a/api/v2", "https://a"),
        ("https://a/api/v2/", "https://a"),
        ("https://a//api/v2//", "https://a"),
        ("https://a/gateway/api/v2", "https://a/gateway"),
        ("https://a/gateway/", "https://a/gateway"),
        ("https://[::1]:8443/api/v2", "https://[::1]:8443"),
        ("http://mock_1:80", "http://mock_1:80"),
        ("https://a.example.", "https://a.example."),
    ],
)
def test_what_is_copied_along_with_a_host_is_understood(api: str, understood: str) -> None:
    assert find_hosts({}, api_url=api, allow_http=True).api == understood
    found = find_hosts({}, api_url=api, login_url="https://l/oauth/token", allow_http=True)
    assert found.login == "https://l"


def test_http_to_another_machine_is_in_clear() -> None:
    assert in_clear("http://mock:8080")
    assert in_clear("http://10.0.0.1")
    assert in_clear("http://api.localhost"), "a resolver may ask for it elsewhere"
    for url in ("https://a", "http://localhost:1", "http://127.0.0.1", "http://[::1]:2"):
        assert not in_clear(url)
