resource "genesyscloud_auth_role" "good" {
  name        = "Direct, good"
  description = "May start recordings."
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

resource "genesyscloud_auth_role" "bad" {
  name = "Direct, bad"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["view", "edit"]
  }
  permission_policies {
    domain      = "recording"
    entity_name = "recording"
    action_set  = ["view", "delete"]
  }
}

resource "genesyscloud_auth_role" "other" {
  name = "Direct, other"
  permission_policies {
    domain      = "routing"
    entity_name = "queue"
    action_set  = ["view"]
  }
  permission_policies {
    domain      = "routing"
    entity_name = "session"
    action_set  = ["write"]
  }
  permission_policies {
    domain      = "users"
    entity_name = "recording"
    action_set  = ["delete"]
  }
}

resource "genesyscloud_oauth_client" "good_role" {
  name                  = "good role"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.good.id
  }
}

resource "genesyscloud_oauth_client" "bad_role" {
  name                  = "bad role"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.bad.id
  }
}

resource "genesyscloud_oauth_client" "good_several" {
  name                  = "good several"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.other.id
  }
  roles {
    role_id = genesyscloud_auth_role.good.id
  }
}

resource "genesyscloud_oauth_client" "holds_several" {
  name                  = "holds several"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.good.id
  }
  roles {
    role_id     = genesyscloud_auth_role.bad.id
    division_id = "*"
  }
}

resource "genesyscloud_oauth_client" "lacks_other" {
  name                  = "lacks other"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.other.id
  }
}

resource "genesyscloud_oauth_client" "lacks_none" {
  name                  = "lacks none"
  authorized_grant_type = "CLIENT-CREDENTIALS"
}

resource "genesyscloud_oauth_client" "lacks_scopes" {
  name                  = "lacks scopes"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  scopes                = ["recording:session:write", "recordingSession"]
}

# Forbidden scopes have no effect here, and roles have none under the other grant types.
resource "genesyscloud_oauth_client" "good_scopes" {
  name                  = "good scopes"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  scopes                = ["users"]
  roles {
    role_id = genesyscloud_auth_role.good.id
  }
}

resource "genesyscloud_oauth_client" "good_code" {
  name                  = "good code"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
  roles {
    role_id = genesyscloud_auth_role.bad.id
  }
}

resource "genesyscloud_oauth_client" "bad_code" {
  name                  = "bad code"
  authorized_grant_type = "TOKEN"
  scopes                = ["recording:session:write", "users"]
  roles {
    role_id = genesyscloud_auth_role.good.id
  }
}
