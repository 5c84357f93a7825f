variable "create" {
  default = true
}

variable "previous" {
  type    = string
  default = null
}

variable "environment" {
  default = "prod"
}

variable "existing" {
  default = "5b1f4f5e-4c3c-4d55-9a0d-0a4f7f3f1c77"
}

resource "genesyscloud_auth_role" "plain" {
  count = var.create ? 1 : 0
  name  = "Looked at, plain"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

resource "genesyscloud_oauth_client" "good_created" {
  name                  = "good created"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = var.create ? genesyscloud_auth_role.plain[0].id : var.previous
  }
}

resource "genesyscloud_oauth_client" "good_environment" {
  name                  = "good environment"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = var.environment == "prod" ? genesyscloud_auth_role.plain[0].id : ""
  }
}

resource "genesyscloud_oauth_client" "good_nested" {
  name                  = "good nested"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = var.create ? genesyscloud_auth_role.plain[0].id : var.previous != null ? var.previous : ""
  }
}

module "good_client" {
  source  = "./client"
  role_id = genesyscloud_auth_role.plain[0].id
}

# The source decides it; a plan lists both ids, and no condition.
resource "genesyscloud_oauth_client" "either" {
  name                  = "either"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = var.create ? genesyscloud_auth_role.plain[0].id : var.existing
  }
}

# None of these may pass on what the role above holds.
resource "genesyscloud_oauth_client" "by_condition" {
  name                  = "by condition"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.plain[0].id == "" ? "" : var.existing
  }
}

resource "genesyscloud_oauth_client" "by_written_condition" {
  name                  = "by written condition"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = length(genesyscloud_auth_role.plain[0].id) > 0 ? "5b1f4f5e-4c3c-4d55-9a0d-0a4f7f3f1c77" : ""
  }
}

module "by_argument" {
  source   = "./client"
  role_id  = genesyscloud_auth_role.plain[0].id
  existing = var.existing
}
