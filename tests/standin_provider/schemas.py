"""The schemas of the provider, its resources and its data sources.

Names, nesting and the optional/computed flags are those of the genesyscloud provider, because they
determine a plan's JSON: which values are null and which are unknown.
"""

from collections.abc import Iterable
from typing import Any, Final

from tf.gen import tfplugin_pb2 as pb
from tf.schema import Attribute, Block, NestedBlock, NestMode, Schema
from tf.types import Bool, Map, Number, Set, String, Unknown

# Below this version tf would "upgrade" every state it reads, with a warning each time.
_STATE_VERSION: Final = 1


class StringSet(Set):
    """A set of strings, which may also be unknown as a whole.

    tf's own comparison iterates over both sides and fails on an unknown one, such as in an update
    that gets its scopes from another resource.
    """

    def __init__(self) -> None:
        super().__init__(String())

    def semantically_equal(self, a_decoded: Any, b_decoded: Any) -> bool:
        if a_decoded in (None, Unknown) or b_decoded in (None, Unknown):
            return a_decoded is b_decoded
        return set(a_decoded) == set(b_decoded)


class Nested(NestedBlock):
    """A nested block of any depth: tf's own handles neither unknown blocks nor a third level.

    Terraform's wire values are used as they are (dicts in lists), so nothing is converted.
    """

    def __init__(
        self,
        name: str,
        attributes: list[Attribute],
        blocks: list[NestedBlock] | None = None,
        *,
        min_items: int = 0,
        max_items: int = 0,
        as_list: bool = False,
    ) -> None:
        block = Block(attributes, blocks)
        super().__init__(name, NestMode.Set, block, min_items, max_items)
        self._as_list = as_list

    def to_pb(self) -> pb.Schema.NestedBlock:
        message = super().to_pb()
        if self._as_list:
            message.nesting = pb.Schema.NestedBlock.NestingMode.LIST
        return message

    def encode(self, value: Any) -> Any:
        return value

    def decode(self, value: Any) -> Any:
        return value

    def semantically_equal(self, a_decoded: Any, b_decoded: Any) -> bool:
        return bool(_comparable(a_decoded) == _comparable(b_decoded))


def _comparable(value: Any) -> Any:
    """Return the value with every list sorted: all lists in these blocks are sets, or
    of one item.
    """
    if isinstance(value, dict):
        return {key: _comparable(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted((_comparable(item) for item in value), key=repr)
    return value


def _text(
    name: str,
    *,
    required: bool = False,
    optional: bool = False,
    computed: bool = False,
    sensitive: bool = False,
    requires_replace: bool = False,
) -> Attribute:
    return Attribute(
        name,
        String(),
        required=required,
        optional=optional,
        computed=computed,
        sensitive=sensitive,
        requires_replace=requires_replace,
    )


def _optional(names: Iterable[str]) -> list[Attribute]:
    return [_text(name, optional=True) for name in names]


def _identifier() -> Attribute:
    return _text("id", optional=True, computed=True)


#: The credentials of a proxy or gateway.
_LOG_IN: Final = ["username", "password"]

PROVIDER: Final = Schema(
    attributes=[
        *_optional(["access_token", "aws_region", "oauthclient_id"]),
        _text("oauthclient_secret", optional=True, sensitive=True),
        *(Attribute(name, Bool(), optional=True) for name in ("sdk_debug", "log_stack_traces")),
        Attribute("sdk_client_pool_debug", Bool(), optional=True),
        Attribute("token_pool_size", Number(), optional=True),
        *_optional(
            [
                "custom_retry_timeout",
                "log_stack_traces_file_path",
                "sdk_debug_file_path",
                "sdk_debug_format",
                "token_acquire_timeout",
                "token_init_timeout",
            ]
        ),
    ],
    block_types=[
        Nested(
            "gateway",
            _optional(["protocol", "host", "port"]),
            [
                Nested("auth", _optional(_LOG_IN), max_items=1),
                Nested(
                    "path_params",
                    [_text("path_name", required=True), _text("path_value", required=True)],
                ),
            ],
        ),
        Nested(
            "proxy",
            _optional(["protocol", "host", "port"]),
            [Nested("auth", _optional(_LOG_IN), max_items=1)],
            max_items=1,
        ),
    ],
)

OAUTH_CLIENT: Final = Schema(
    version=_STATE_VERSION,
    attributes=[
        _identifier(),
        _text("name", required=True),
        _text("authorized_grant_type", required=True),
        Attribute("access_token_validity_seconds", Number(), optional=True),
        Attribute("registered_redirect_uris", StringSet(), optional=True),
        Attribute("scopes", StringSet(), optional=True),
        Attribute("expose_client_secret", Bool(), optional=True),
        *_optional(
            ["description", "state", "integration_credential_name", "directory_client_secret"]
        ),
        _text("client_id", computed=True),
        _text("client_secret", optional=True, computed=True, sensitive=True),
        _text("integration_credential_id", computed=True),
    ],
    block_types=[
        Nested(
            "roles",
            [_text("role_id", required=True), _text("division_id", optional=True, computed=True)],
        )
    ],
)

AUTH_ROLE: Final = Schema(
    version=_STATE_VERSION,
    attributes=[
        _identifier(),
        _text("name", required=True),
        _text("description", optional=True),
        Attribute("permissions", StringSet(), optional=True),
        _text("default_role_id", optional=True, requires_replace=True),
    ],
    block_types=[
        Nested(
            "permission_policies",
            [
                _text("domain", required=True),
                _text("entity_name", required=True),
                Attribute("action_set", StringSet(), required=True),
            ],
            [
                Nested(
                    "conditions",
                    [_text("conjunction", required=True)],
                    [
                        Nested(
                            "terms",
                            [
                                _text("variable_name", required=True),
                                _text("operator", required=True),
                            ],
                            [
                                Nested(
                                    "operands",
                                    [
                                        _text("type", required=True),
                                        *_optional(["queue_id", "user_id", "value"]),
                                    ],
                                    min_items=1,
                                )
                            ],
                            min_items=1,
                        )
                    ],
                    max_items=1,
                    as_list=True,
                )
            ],
        )
    ],
)

AUTH_DIVISION: Final = Schema(
    version=_STATE_VERSION,
    attributes=[
        _identifier(),
        _text("name", required=True),
        _text("description", optional=True),
        Attribute("home", Bool(), optional=True),
    ],
)

INTEGRATION_CREDENTIAL: Final = Schema(
    version=_STATE_VERSION,
    attributes=[
        _identifier(),
        _text("name", optional=True),
        _text("credential_type_name", required=True),
        Attribute("fields", Map(String()), optional=True, computed=True, sensitive=True),
    ],
)

INTEGRATION: Final = Schema(
    version=_STATE_VERSION,
    attributes=[
        _identifier(),
        _text("integration_type", required=True),
        _text("intended_state", optional=True),
    ],
    block_types=[
        Nested(
            "config",
            [
                *(
                    _text(name, optional=True, computed=True)
                    for name in ("advanced", "name", "properties")
                ),
                _text("notes", optional=True),
                Attribute("credentials", Map(String()), optional=True),
            ],
            max_items=1,
            as_list=True,
        )
    ],
)


def _holder(who: str) -> Schema:
    """Return the schema of another holder of roles; `who` is the attribute with its id."""
    return Schema(
        version=_STATE_VERSION,
        attributes=[_identifier(), _text(who, required=True)],
        block_types=[
            Nested(
                "roles",
                [
                    _text("role_id", required=True),
                    Attribute("division_ids", StringSet(), optional=True),
                ],
            )
        ],
    )


USER_ROLES: Final = _holder("user_id")
GROUP_ROLES: Final = _holder("group_id")

OAUTH_CLIENT_DATA: Final = Schema(attributes=[_identifier(), _text("name", required=True)])

AUTH_ROLE_DATA: Final = Schema(attributes=[_identifier(), _text("name", required=True)])

DIVISION_HOME_DATA: Final = Schema(
    attributes=[
        _identifier(),
        _text("name", optional=True, computed=True),
        _text("description", optional=True, computed=True),
    ]
)
