resource "genesyscloud_auth_role" "good" {
  name = "No changes, good"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

resource "genesyscloud_oauth_client" "good_code" {
  name                  = "good code"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "bad_code" {
  name                  = "bad code"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "users"]
}

resource "genesyscloud_oauth_client" "good_role" {
  name                  = "good role"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.good.id
  }
}
