resource "genesyscloud_auth_role" "admin" {
  name        = "Legacy, admin"
  permissions = ["admin"]
}

resource "genesyscloud_auth_role" "good" {
  name        = "Legacy, good"
  permissions = ["group_creation"]
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

resource "genesyscloud_auth_role" "bad" {
  name        = "Legacy, bad"
  permissions = ["group_creation", "recording:session:write"]
  permission_policies {
    domain      = "recording"
    entity_name = "recording"
    action_set  = ["delete"]
  }
}

resource "genesyscloud_oauth_client" "with_admin" {
  name                  = "with admin"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.admin.id
  }
}

resource "genesyscloud_oauth_client" "good_legacy" {
  name                  = "good legacy"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.good.id
  }
}
