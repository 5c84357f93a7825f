variable "good" {
  type    = list(string)
  default = ["users"]
}

variable "bad" {
  type    = list(string)
  default = ["recording:session:write", "recordingSession"]
}

locals {
  good = ["users"]
  kept = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_auth_role" "good" {
  name = "Override files, good"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

resource "genesyscloud_auth_role" "bad" {
  name = "Override files, bad"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

resource "genesyscloud_oauth_client" "good_attribute" {
  name                  = "good attribute"
  authorized_grant_type = "CODE"
  scopes                = ["users"]
}

resource "genesyscloud_oauth_client" "bad_attribute" {
  name                  = "bad attribute"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "good_last" {
  name                  = "good last"
  authorized_grant_type = "CODE"
  scopes                = ["users"]
}

resource "genesyscloud_oauth_client" "bad_last" {
  name                  = "bad last"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "good_variable" {
  name                  = "good variable"
  authorized_grant_type = "CODE"
  scopes                = var.good
}

resource "genesyscloud_oauth_client" "bad_variable" {
  name                  = "bad variable"
  authorized_grant_type = "CODE"
  scopes                = var.bad
}

resource "genesyscloud_oauth_client" "good_local" {
  name                  = "good local"
  authorized_grant_type = "CODE"
  scopes                = local.good
}

resource "genesyscloud_oauth_client" "good_kept" {
  name                  = "good kept"
  authorized_grant_type = "CODE"
  scopes                = local.kept
}

resource "genesyscloud_oauth_client" "good_blocks" {
  name                  = "good blocks"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.bad.id
  }
}

resource "genesyscloud_oauth_client" "bad_blocks" {
  name                  = "bad blocks"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.good.id
  }
}

resource "genesyscloud_oauth_client" "lacks_grant_type" {
  name                  = "lacks grant type"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "each" {
  for_each              = { good_each = "users" }
  name                  = each.key
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", each.value]
}

module "good_module" {
  source = "./client"
  scopes = ["users"]
}

module "bad_module" {
  source = "./client"
  scopes = ["recording:session:write", "recordingSession"]
}
