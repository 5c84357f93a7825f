resource "genesyscloud_auth_role" "good" {
  name            = "Default role, good"
  default_role_id = "employee"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

resource "genesyscloud_auth_role" "bad" {
  name            = "Default role, bad"
  default_role_id = "supervisor"
  permission_policies {
    domain      = "recording"
    entity_name = "recording"
    action_set  = ["delete"]
  }
}

resource "genesyscloud_auth_role" "none" {
  name            = "Default role, none"
  default_role_id = null
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

# Holds what is needed; whether it holds what is forbidden is not known.
resource "genesyscloud_oauth_client" "partly_listed_needed" {
  name                  = "partly listed needed"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.good.id
  }
}

# The other way round.
resource "genesyscloud_oauth_client" "partly_listed_forbidden" {
  name                  = "partly listed forbidden"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.bad.id
  }
}

resource "genesyscloud_oauth_client" "good_null" {
  name                  = "good null"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.none.id
  }
}
