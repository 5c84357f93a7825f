"""No secret of a client passes through in logs; each is found from its own line alone."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path

import pytest

from toolkit.provision.logs import Masking, leaking
from toolkit.provision.secrets import Redaction
from toolkit.provision.terraform_errors import explained, in_one_line

CANARY = "canary-51ee.0042"
OTHER = "second-77aa_9931"
BASIC = base64.b64encode(f"c0ffee:{CANARY}".encode()).decode()
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLWNhbmFyeQ"
SECRETS = (CANARY, OTHER, BASIC, JWT, "horse", "battery")


def shown(*lines: str, redact: Redaction | None = None, chunk: int = 1 << 16) -> str:
    out = bytearray()
    masking = Masking(out.extend, redact or Redaction({}))
    data = "".join(lines).encode()
    for at in range(0, len(data), chunk):
        masking(data[at : at + chunk])
    masking.end()
    return out.decode()


def go(value: object) -> str:
    """Return a text as Go quotes it, also with JSON in it."""
    return json.dumps(value if isinstance(value, str) else json.dumps(value))


#: Each line has a secret that no other line identifies.
LINES = (
    # Headers, on a line of their own and beside others
    f"Authorization: Bearer {CANARY}",
    f"authorization: Token {CANARY}",
    f"Authorization: Digest username=x, response={CANARY}",
    f"> X-Api-Key: {CANARY} {OTHER}",
    f"Cookie: a={CANARY}; b={OTHER}",
    f"Set-Cookie: session={CANARY}; Path=/; HttpOnly",
    f'Cookie: a="{CANARY} {OTHER}"; b={OTHER}',
    f"2026 [DEBUG] Authorization: Bearer {CANARY} Proxy-Authorization: Basic {BASIC} Accept: */*",
    f"2026 [DEBUG] Cookie: a=b; c={CANARY} X-Token: {OTHER}",
    f"map[Authorization:[Bearer {CANARY}] Cookie:[a={CANARY}; b={OTHER}] Accept:[*/*]]",
    f"map[X-Auth-Token:[{CANARY} {OTHER}] Proxy-Authorization:[Basic {BASIC}]]",
    f"map[Set-Cookie:[a={CANARY}; Path=/ b={OTHER}; Secure]]",
    f'Header{{"Authorization":[]string{{"Bearer {CANARY}"}}, "Cookie":[]string{{"a={OTHER}"}}}}',
    f'http2: Transport encoding header "authorization" = "Bearer {CANARY}"',
    f'http2: Transport encoding header "cookie" = "a={CANARY}; b={OTHER}"',
    f'[DEBUG] request: Authorization="Bearer {CANARY}" Cookie="a={OTHER}" Host=api.example.com',
    # JSON, and JSON in JSON
    json.dumps({"Authorization": f"Bearer {CANARY}", "Cookie": f"a={OTHER}"}),
    json.dumps({"headers": {"Authorization": [f"Basic {BASIC}"], "Set-Cookie": [f"a={CANARY}"]}}),
    json.dumps({"access_token": CANARY, "refresh_token": OTHER, "expires_in": 86399}),
    json.dumps({"secret": f'{CANARY} "and" {OTHER}'}),
    json.dumps({"secret": f"correct horse battery, {CANARY}"}),
    json.dumps({"client_secret": {"value": CANARY}}),
    json.dumps({"credentialFields": {"user": CANARY, "other": OTHER}}),
    json.dumps({"passwords": [CANARY, OTHER]}),
    json.dumps([{"name": "client_secret", "value": CANARY}]),
    json.dumps([{"key": "Authorization", "values": [f"Bearer {CANARY}"]}]),
    go({"access_token": CANARY, "clientSecret": f'{OTHER}" and {CANARY}'}),
    go(go({"access_token": CANARY, "clientSecret": f'{OTHER}" and {CANARY}'})),
    go(f"POST / HTTP/1.1\r\nAuthorization: Bearer {CANARY}\r\nCookie: a={OTHER}\r\n\r\n"),
    '{"secret": "' + CANARY,
    go({"secret": CANARY})[:-4],
    # Forms and URLs
    f"grant_type=client_credentials&client_id=c0ffee&client_secret={CANARY}&x=y",
    f"client_secret={CANARY}&{OTHER}",
    go(f"client_id=c0ffee\\u0026client_secret={CANARY}"),
    f"GET https://example.com/?X-Amz-Signature={CANARY}&access_token={OTHER}",
    f"proxyconnect tcp: dial http://user:{CANARY}@proxy.example.com:3128",
    f"HTTPS_PROXY=socks5://user:{CANARY}@proxy.example.com",
    f"git clone https://{CANARY}@github.com/x/y",
    f"git clone https://oauth2:{CANARY}@gitlab.com/x/y",
    f"postgres://user:p@{CANARY}@db.example.com/state",
    # Go's values
    f"map[clientId:c0ffee clientSecret:{CANARY}]",
    f'main.Client{{Id:"c0ffee", ClientSecret:"{CANARY}"}}',
    f"fields[client_secret] = {CANARY}",
    f'passwords[0] = "{CANARY}"',
    f"credentials.0.secret: {CANARY}",
    f'- .client_secret: planned value cty.StringVal("{CANARY}"), but now cty.StringVal("{OTHER}")',
    f"client_secret => {CANARY}",
    f"2026 [DEBUG] access_token=Token {CANARY}",
    # Terraform's arguments, whatever their name
    f'[INFO]  CLI command args: []string{{"plan", "-var=pin={CANARY} {OTHER}", "-no-color"}}',
    f'[INFO]  CLI command args: []string{{"plan", "-var", "pin={CANARY}"}}',
    go(f'CLI command args: []string{{"plan", "-backend-config=k={CANARY} \\" {OTHER}"}}'),
    f'[INFO]  TF_CLI_ARGS_plan value: "-var=client_secret={CANARY} \'-var=pin=\\"{OTHER}\\"\'"',
    # Secrets without a name
    f"got Bearer {CANARY} and",
    f"sent Basic {BASIC} and",
    f"the token is {JWT} and",
)


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("chunk", [7, 1 << 16])
def test_a_secret_is_masked_where_its_own_line_tells_of_it(line: str, chunk: int) -> None:
    text = shown(f"{line}\n", "the next line\n", chunk=chunk)
    assert [secret for secret in SECRETS if secret in text] == []
    assert "[redacted]" in text
    assert text.endswith("the next line\n")


@pytest.mark.parametrize(
    "line",
    [
        f"Authorization: Digest username=x, response={CANARY}",
        f"map[Authorization:[Bearer {CANARY}] Cookie:[a=b; c={OTHER}]]",
        f"Set-Cookie: session={CANARY}; Path=/",
        f"map[X-Auth-Token:[{CANARY} {OTHER}]]",
        json.dumps({"access_token": CANARY, "refresh_token": OTHER}),
        json.dumps({"passwords": [CANARY, OTHER]}),
        go(go({"clientSecret": CANARY})),
        f"grant_type=client_credentials&client_secret={CANARY}&x=y",
        f"map[clientId:c0ffee clientSecret:{CANARY}]",
        f"fields[client_secret] = {CANARY}",
    ],
)
def test_what_was_a_secret_by_its_name_is_one_without(line: str) -> None:
    text = shown(f"{line}\n", f"again {CANARY} {OTHER}\n")
    assert [each for each in (CANARY, OTHER) if each in line and each in text] == []


@pytest.mark.parametrize(
    "line",
    [
        "lacks the permission authorization:role:add",
        "[DEBUG] GET https://api.mypurecloud.com/api/v2/oauth/clients?pageSize=25",
        "ssh://git@github.com/x/y",
        '{"client_secret":null,"id":"c0ffee"}',
        "map[clientId:c0ffee name:recorder]",
        "Basic authentication is used",
        "POST /oauth/token answered 200",
        "Set-Cookie, Cookie and Authorization are headers",
    ],
)
def test_what_is_no_secret_is_shown(line: str) -> None:
    assert shown(f"{line}\n") == f"{line}\n"


def test_what_follows_a_secret_is_shown_where_it_can_be_told_apart() -> None:
    assert shown(f'{{"secret": "{CANARY}", "id": 1}}') == '{"secret": [redacted], "id": 1}'
    assert shown(f"map[secret:{CANARY} id:1]") == "map[secret:[redacted] id:1]"
    assert shown(f"client_secret={CANARY}&id=1") == "client_secret=[redacted]&id=1"
    assert shown(f"https://u:{CANARY}@example.com/x") == "https://[redacted]@example.com/x"
    assert (
        shown(f"map[Authorization:[Bearer {CANARY}] id:1]") == "map[Authorization:[redacted] id:1]"
    )


def test_a_value_ends_where_its_quotes_do() -> None:
    ends = json.dumps({"secret": f"{CANARY}\\", "id": 1})
    assert shown(ends).endswith(', "id": 1}')
    assert shown(go(ends)).endswith(', \\"id\\": 1}"')
    # If the inner quote was cut off, the quotes of the outer text end the value.
    assert shown(f'body="{{\\"secret\\": \\"{CANARY}" id=1').endswith(" id=1")


@pytest.mark.parametrize("end", ["\n", ""])
@pytest.mark.parametrize("chunk", [1 << 16, 1 << 22])
def test_a_line_that_is_too_long_is_not_shown(end: str, chunk: int) -> None:
    """Wherever it was cut, the rest would have no name."""
    long = f'{{"secret": "{CANARY * 100_000}", "secret": "{OTHER}"}}'
    text = shown("before\n", long + end, "after\n" if end else "", chunk=chunk)
    assert text == "before\n[redacted: a line of more than 1 MiB]\n" + ("after\n" if end else "")


def test_a_private_key_is_masked_over_its_lines() -> None:
    key = f"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n{BASIC}\n{BASIC}==\n"
    end = "-----END RSA PRIVATE KEY-----\n"
    for text in (shown(f"x {key}{end}after\n"), shown(f"x {key}2026-11-29 [INFO] after\n")):
        assert BASIC not in text
        assert "Proc-Type" not in text
        assert text.endswith("after\n")
    assert BASIC not in shown(json.dumps({"pem": key + end}))
    assert shown(json.dumps({"pem": key + end, "a": 1})).endswith(', "a": 1}')


def test_the_lines_of_a_known_secret_are_masked_each_for_itself() -> None:
    redact = Redaction({"TF_VAR_private_key": f"first {CANARY}\n{OTHER} last\n"})
    text = shown(f"first {CANARY}\n", "and\n", f"{OTHER} last\n", redact=redact)
    assert text == "[redacted]\nand\n[redacted]\n"


def test_a_secret_of_several_lines_is_known_in_each() -> None:
    line = json.dumps({"secret": f"first {CANARY}\n{OTHER} last"})
    text = shown(f"{line}\n", f"first {CANARY}\n", f"{OTHER} last\n")
    assert text.endswith("[redacted]\n[redacted]\n")


def test_a_secret_is_known_in_every_way_of_writing_it() -> None:
    secret = f'{CANARY} "and" \\ <more>'
    for line in (json.dumps({"secret": secret}), go({"secret": secret})):
        for again in (secret, json.dumps(secret), json.dumps(json.dumps(secret))):
            assert CANARY not in shown(f"{line}\n", f"again {again}\n")
    assert CANARY not in shown(f"client_secret={CANARY}%2B&x=1\n", f"again {CANARY}+\n")


def test_one_secret_may_begin_with_another() -> None:
    text = shown(f"secret={CANARY}\n", f"secret={CANARY}-more\n", f"it is {CANARY}-more\n")
    assert text.endswith("it is [redacted]\n")


def test_a_long_line_takes_no_time() -> None:
    begun = time.monotonic()
    for piece in ("token", "token=", 'secret="', "\\", '\\"', "a.b://", "a=", "eyJ-", "cookie: "):
        shown((piece * 60_000)[:200_000])
    assert time.monotonic() - begun < 20


RECORDED = Path(__file__).parents[1] / "provider" / "recorded" / "errors"


@pytest.mark.parametrize("path", sorted(RECORDED.iterdir()), ids=lambda path: path.stem)
def test_a_failure_is_explained_as_without_logs(path: Path) -> None:
    said = path.read_bytes()
    masking = Masking(bytearray().extend, Redaction({}))
    masking(said)
    assert explained(said, masking.redact) == explained(said, Redaction({}))


@pytest.mark.parametrize("logged", LINES)
def test_what_is_said_of_a_failure_has_nothing_of_the_logs(logged: str) -> None:
    said = f"{logged}\nError: Oh\n\nIt is so.\n{logged}\n".encode()
    masking = Masking(bytearray().extend, Redaction({}))
    masking(said)
    text = in_one_line(said, masking.redact)
    assert [secret for secret in SECRETS if secret in text] == []
    assert text.startswith("Terraform says: Oh: It is so. ")


def test_which_variables_have_secrets_logged() -> None:
    assert leaking({"TF_LOG_CORE": "trace", "TF_LOG_PATH": "x"}) == ["TF_LOG_CORE", "TF_LOG_PATH"]
    assert leaking({"GODEBUG": "http2debug=2,netdns=go"}) == ["GODEBUG"]
    assert leaking({"GODEBUG": "http2debug=0", "TF_LOG_PATH": "x"}) == []
