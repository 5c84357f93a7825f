"""The platform's own Python SDK works with the mock as with the platform."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import PureCloudPlatformClientV2 as sdk  # noqa: N813 - its name is the platform's old one
import pytest
from PureCloudPlatformClientV2.rest import ApiException

from tests.mock.conftest import OpenOrg, Org

pytestmark = pytest.mark.server


def connected(org: Org) -> Any:
    """Return an API client of the SDK for the mock; not logged in."""
    address = urlsplit(org.url)
    client = sdk.ApiClient()
    client.set_gateway(address.hostname, address.scheme, address.port, "", "")
    return client


def logged_in(org: Org, kind: str) -> Any:
    who = getattr(org.scenario.subjects, kind)
    return connected(org).get_client_credentials_token(who.client, who.secret)


def test_it_reads_itself(org: Org) -> None:
    me = sdk.TokensApi(logged_in(org, "client_credentials")).get_tokens_me()
    assert me.o_auth_client.id == org.scenario.subjects.client_credentials.client
    assert me.o_auth_client.role_divisions[0].role_id == org.scenario.roles[1].id
    assert me.organization.name == "Mock organisation"


def test_it_lists_clients_and_their_grants(org: Org) -> None:
    client = logged_in(org, "operator")
    listing = sdk.OAuthApi(client).get_oauth_clients()
    assert [item.name for item in listing.entities] == [item.name for item in org.scenario.clients]
    subject = sdk.AuthorizationApi(client).get_authorization_subject(
        listing.entities[1].id, include_full_roles=True
    )
    assert subject.grants[0].role.policies[0].domain == "recording"


def test_it_understands_a_refusal(open_org: OpenOrg) -> None:
    org = open_org("permission-missing")
    api, target = sdk.ConversationsApi(logged_in(org, "client_credentials")), org.scenario.target
    with pytest.raises(ApiException) as caught:
        api.patch_conversations_call_participant(
            target.conversation, target.participant, {"recording": True}
        )
    assert caught.value.status == 403
    assert "missing.any.permissions" in caught.value.body


def test_it_is_refused_a_token(open_org: OpenOrg) -> None:
    org = open_org("bad-credentials")
    with pytest.raises(ApiException) as caught:
        logged_in(org, "client_credentials")
    assert caught.value.status == 400
