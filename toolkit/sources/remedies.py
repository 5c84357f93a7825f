"""What would decide an unknown value: the same wording for all sources."""

from typing import Final

A_PLAN: Final = "a plan"
A_VARIABLE: Final = "--var, --var-file or a plan"
A_WORKSPACE: Final = "--workspace or a plan"
A_VERSION: Final = "--terraform-version or --tofu-version"
AFTER_APPLY: Final = "the state after apply"
WHEN_NOT_DEFERRED: Final = "the plan after this one is applied"
SOURCE_DIR: Final = "--source-dir, or the state after apply"
NOT_SENSITIVE: Final = "a value that is not marked sensitive"
ROLE_ELSEWHERE: Final = "the policy's roles:, --live, or a state that has the role as a source"
LOOKED_UP_ROLE: Final = "the policy's roles:, --live, or verify after apply"
A_ROLE_ID: Final = "the id of a role"
A_STAYING_ROLE: Final = "a reference to a role that stays, in place of the id"
A_STAYING_DIVISION: Final = "a reference to a division that stays, in place of the id"
ONE_RESOURCE: Final = "one resource for the role, in place of several"
READABLE_STATE: Final = "the state after terraform apply -refresh-only"
TERRAFORM_INIT: Final = "terraform init, or a plan"
TRUSTED: Final = "--trust-installed-modules, a run in a Git repository, or a plan"
OUTER_FOLDER: Final = "a run in the folder that contains them both, or a plan"
MODULE_SOURCE: Final = "a source that leads to a module; neither terraform init nor a plan can"
MODULE_FILES: Final = (
    "the files of that folder, perhaps of a git submodule, or a plan made with them"
)
