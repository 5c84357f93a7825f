"""The provider itself: its configuration, and where its answers differ from tf's defaults."""

import os
from collections.abc import Mapping
from typing import Any, Final

from tf.iface import DataSource, Provider, Resource
from tf.provider import ProviderServicer
from tf.schema import Schema
from tf.types import Unknown
from tf.utils import Diagnostics, read_dynamic_value, to_dynamic_value

from . import schemas
from .backends import ApiError, Backend, OfflineBackend
from .resources import (
    AuthDivision,
    AuthRole,
    AuthRoleData,
    DivisionHomeData,
    GroupRoles,
    Integration,
    IntegrationCredential,
    OAuthClient,
    OAuthClientData,
    StandinResource,
    UserRoles,
)

NAME: Final = "registry.terraform.io/mypurecloud/genesyscloud"

Config = dict[str, Any]


class StandinProvider(Provider):
    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._environ = environ
        self.backend: Backend = OfflineBackend()

    def get_model_prefix(self) -> str:
        return "genesyscloud_"

    def full_name(self) -> str:
        return NAME

    def get_provider_schema(self, diags: Diagnostics) -> Schema:
        return schemas.PROVIDER

    def validate_config(self, diags: Diagnostics, config: Config) -> None:
        return None

    def configure_provider(self, diags: Diagnostics, config: Config) -> None:
        # The region only selects a host: a gateway replaces it, and without one there is no host.
        gateways = config["gateway"]
        if not gateways:
            return
        settings = {
            name: self._setting(config, name)
            for name in ("oauthclient_id", "oauthclient_secret", "access_token")
        }
        if _has_unknown(gateways) or _has_unknown(settings):
            diags.add_error(
                "The provider's configuration is not known yet",
                "With a gateway block, the gateway and the credentials must be known in a plan.",
            )
            return
        # Only a gateway needs an HTTP client, and its import takes longer than everything else.
        from .gateway import Credentials, GatewayBackend

        gateway = gateways[0]
        host = f"{gateway['protocol'] or 'https'}://{gateway['host']}"
        if gateway["port"]:
            host += f":{gateway['port']}"
        paths = {
            param["path_name"]: "/" + param["path_value"].strip("/")
            for param in gateway["path_params"]
        }
        try:
            self.backend = GatewayBackend(
                host + paths.get("api", ""),
                host + paths.get("login", ""),
                Credentials(
                    client_id=settings["oauthclient_id"],
                    client_secret=settings["oauthclient_secret"],
                    access_token=settings["access_token"],
                ),
            )
        except ApiError as error:
            diags.add_error("Failed to log in", error.detail("genesyscloud"))

    def get_data_sources(self) -> list[type[DataSource]]:
        return [AuthRoleData, DivisionHomeData, OAuthClientData]

    def get_resources(self) -> list[type[Resource]]:
        return [
            AuthDivision,
            AuthRole,
            GroupRoles,
            Integration,
            IntegrationCredential,
            OAuthClient,
            UserRoles,
        ]

    def _setting(self, config: Config, name: str) -> Any:
        """Return the value from the configuration, else from the environment variable
        of that name.
        """
        configured = config[name]
        if configured is not None:
            return configured
        return self._environ.get(f"GENESYSCLOUD_{name.upper()}", "")


class StandinServicer(ProviderServicer):
    """tf's servicer, with the plans of a provider that is built on Terraform's SDK v2.

    Such a provider plans defaults for attributes that are not computed, and unknown values inside
    nested blocks; Terraform accepts the first only with the flag for the legacy type system.
    """

    def PlanResourceChange(self, request: Any, context: Any) -> Any:  # noqa: N802
        resource = self._get_res_cls(request.type_name)
        proposed = read_dynamic_value(request.proposed_new_state)
        prior = read_dynamic_value(request.prior_state)
        if proposed is not None and prior is not None and issubclass(resource, StandinResource):
            resource.settle(proposed, prior)
            request.proposed_new_state.CopyFrom(to_dynamic_value(proposed))
        response = super().PlanResourceChange(request, context)
        planned = read_dynamic_value(response.planned_state)
        if planned is not None and issubclass(resource, StandinResource):
            resource.complete_plan(planned)
            response.planned_state.CopyFrom(to_dynamic_value(planned))
        response.legacy_type_system = True
        return response

    def ApplyResourceChange(self, request: Any, context: Any) -> Any:  # noqa: N802
        response = super().ApplyResourceChange(request, context)
        response.legacy_type_system = True
        return response


def _has_unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(_has_unknown(item) for item in value)
    return value is Unknown
