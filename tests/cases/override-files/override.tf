variable "good" {
  default = ["recording:session:write", "recordingSession"]
}

variable "bad" {
  default = ["recording:session:write", "users"]
}

locals {
  good = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "good_attribute" {
  scopes = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "bad_attribute" {
  scopes = ["recording:session:write", "users"]
}

resource "genesyscloud_oauth_client" "good_last" {
  scopes = ["authorization"]
}

resource "genesyscloud_oauth_client" "bad_last" {
  scopes = ["recordingSession"]
}

resource "genesyscloud_oauth_client" "good_blocks" {
  roles {
    role_id = genesyscloud_auth_role.good.id
  }
}

resource "genesyscloud_oauth_client" "bad_blocks" {
  roles {
    role_id = genesyscloud_auth_role.bad.id
  }
}

resource "genesyscloud_auth_role" "bad" {
  permission_policies {
    domain      = "recording"
    entity_name = "recording"
    action_set  = ["delete"]
  }
}

resource "genesyscloud_oauth_client" "lacks_grant_type" {
  authorized_grant_type = "CLIENT-CREDENTIALS"
}

resource "genesyscloud_oauth_client" "each" {
  for_each = { good_each = "recordingSession", bad_each = "users" }
}

module "good_module" {
  scopes = ["recording:session:write", "recordingSession"]
}

module "bad_module" {
  scopes = ["recording:session:write", "users"]
}
