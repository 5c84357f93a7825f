resource "genesyscloud_auth_role" "good" {
  name            = "Changes, good"
  default_role_id = "employee"
  permission_policies {
    domain      = "recording"
    entity_name = "recording"
    action_set  = ["delete"]
  }
}

resource "genesyscloud_auth_role" "bad" {
  name = "Changes, bad"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

resource "genesyscloud_oauth_client" "good_updated" {
  name                  = "good updated"
  authorized_grant_type = "CODE"
  scopes                = ["users"]
}

resource "genesyscloud_oauth_client" "bad_updated" {
  name                  = "bad updated"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "good_unchanged" {
  name                  = "good unchanged"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "bad_unchanged" {
  name                  = "bad unchanged"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "users"]
}

resource "genesyscloud_oauth_client" "bad_before" {
  name                  = "bad before"
  authorized_grant_type = "CODE"
  scopes                = ["users"]
}

resource "genesyscloud_oauth_client" "bad_deleted" {
  name                  = "bad deleted"
  authorized_grant_type = "CODE"
  scopes                = ["users"]
}

resource "genesyscloud_oauth_client" "counted" {
  count                 = 2
  name                  = "bad shrunk ${count.index}"
  authorized_grant_type = "CODE"
  scopes                = ["users"]
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
