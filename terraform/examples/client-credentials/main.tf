# A service that starts recordings by itself. Nobody logs in, so scopes have no effect: what the
# client may do comes from its roles, each in the division in which it is granted. Without a
# division_id that is the home division.

terraform {
  required_version = ">= 1.5"
  required_providers {
    genesyscloud = {
      source  = "mypurecloud/genesyscloud"
      version = "~> 1.84"
    }
  }
}

resource "genesyscloud_auth_role" "recording_starter" {
  name        = "Recording starter"
  description = "Starts recording sessions, and nothing else."

  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

resource "genesyscloud_oauth_client" "recorder" {
  name                          = "recording-service"
  description                   = "Starts recordings for the compliance team."
  authorized_grant_type         = "CLIENT-CREDENTIALS"
  access_token_validity_seconds = 3600

  roles {
    role_id = genesyscloud_auth_role.recording_starter.id
  }
}
