variable "grant_type" {
  type = string
}

variable "name" {
  type = string
}

resource "genesyscloud_auth_role" "good" {
  name = "Grant type unset, good"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

resource "genesyscloud_auth_role" "bad" {
  name = "Grant type unset, bad"
  permission_policies {
    domain      = "recording"
    entity_name = "recording"
    action_set  = ["delete"]
  }
}

# Good either way.
resource "genesyscloud_oauth_client" "good_both" {
  name                  = "good both"
  authorized_grant_type = var.grant_type
  scopes                = ["recording:session:write", "recordingSession"]
  roles {
    role_id = genesyscloud_auth_role.good.id
  }
}

# Bad either way.
resource "genesyscloud_oauth_client" "bad_both" {
  name                  = "bad both"
  authorized_grant_type = var.grant_type
  scopes                = ["recording:session:write", "users"]
  roles {
    role_id = genesyscloud_auth_role.bad.id
  }
}

resource "genesyscloud_oauth_client" "undecided_good_scopes" {
  name                  = "undecided good scopes"
  authorized_grant_type = var.grant_type
  scopes                = ["recording:session:write", "recordingSession"]
  roles {
    role_id = genesyscloud_auth_role.bad.id
  }
}

resource "genesyscloud_oauth_client" "undecided_bad_roles" {
  name                  = "undecided bad roles"
  authorized_grant_type = var.grant_type
  scopes                = ["recording:session:write", "users"]
  roles {
    role_id = genesyscloud_auth_role.good.id
  }
}

# A name that is not known leaves everything else as it is.
resource "genesyscloud_oauth_client" "good_name" {
  name                  = var.name
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "bad_name" {
  name                  = "the ${var.name}"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "users"]
}
