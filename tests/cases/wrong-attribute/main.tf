resource "genesyscloud_auth_role" "start" {
  name = "Wrong attribute, start"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write", "delete"]
  }
}

resource "genesyscloud_oauth_client" "code" {
  name                  = "code"
  authorized_grant_type = "CODE"
  scopes                = ["recordingSession", "users"]
}

resource "genesyscloud_oauth_client" "code_with_roles" {
  name                  = "code with roles"
  authorized_grant_type = "CODE"
  roles {
    role_id = genesyscloud_auth_role.start.id
  }
}

resource "genesyscloud_oauth_client" "credentials" {
  name                  = "credentials"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.start.id
  }
}

resource "genesyscloud_oauth_client" "credentials_with_scopes" {
  name                  = "credentials with scopes"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  scopes                = ["recordingSession", "users"]
}
