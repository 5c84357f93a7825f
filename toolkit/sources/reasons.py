"""What would decide a value that a source leaves open; one wording for all sources."""

from typing import Final

AFTER_APPLY: Final = "the state after apply"
WITHOUT_TARGET: Final = "a plan without -target"
WHEN_NOT_DEFERRED: Final = "the plan after this one is applied"
SOURCE_DIR: Final = "--source-dir, or the state after apply"
NOT_SENSITIVE: Final = "a value that is not marked sensitive"
ROLE_ELSEWHERE: Final = "roles in the policy, or --live"
READABLE_STATE: Final = "the state after terraform apply -refresh-only"
