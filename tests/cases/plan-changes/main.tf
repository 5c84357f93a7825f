# The role is replaced, so its id is not known until it is there.
resource "genesyscloud_auth_role" "good" {
  name = "Changes, good"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

resource "genesyscloud_auth_role" "bad" {
  name = "Changes, bad"
  permission_policies {
    domain      = "recording"
    entity_name = "recording"
    action_set  = ["delete"]
  }
}

resource "genesyscloud_oauth_client" "good_updated" {
  name                  = "good updated"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "bad_updated" {
  name                  = "bad updated"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "users"]
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

moved {
  from = genesyscloud_oauth_client.bad_before
  to   = genesyscloud_oauth_client.good_after
}

resource "genesyscloud_oauth_client" "good_after" {
  name                  = "good after"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "counted" {
  count                 = 1
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
