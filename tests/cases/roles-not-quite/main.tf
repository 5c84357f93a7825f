resource "genesyscloud_auth_role" "good" {
  name            = "Not quite, good"
  default_role_id = "5b1f4f5e-4c3c-4d55-9a0d-0a4f7f3f1c77"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

resource "genesyscloud_auth_role" "plain" {
  name = "Not quite, plain"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

resource "genesyscloud_oauth_client" "other" {
  name                  = "other"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

# None of these may pass on what the role above holds.
resource "genesyscloud_oauth_client" "by_name" {
  name                  = "by name"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.plain.name
  }
}

resource "genesyscloud_oauth_client" "by_default_role_id" {
  name                  = "by default role id"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.good.default_role_id
  }
}

resource "genesyscloud_oauth_client" "by_prefix" {
  name                  = "by prefix"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = "x-${genesyscloud_auth_role.plain.id}"
  }
}

resource "genesyscloud_oauth_client" "by_function" {
  name                  = "by function"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = md5(genesyscloud_auth_role.plain.id)
  }
}

resource "genesyscloud_oauth_client" "by_client" {
  name                  = "by client"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_oauth_client.other.id
  }
}

# And this one is the id, all the way round.
resource "terraform_data" "id" {
  input = genesyscloud_auth_role.plain.id
}

resource "genesyscloud_oauth_client" "late_good_carried" {
  name                  = "late good carried"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = terraform_data.id.output
  }
}

resource "genesyscloud_oauth_client" "good_direct" {
  name                  = "good direct"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.plain.id
  }
}
