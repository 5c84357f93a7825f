module "clients" {
  source  = "example.org/recording/clients/genesyscloud"
  version = "1.2.3"
}

module "git" {
  source = "git::https://example.org/recording.git//roles?ref=v1"
  name   = "start"
}

module "gone" {
  source = "./gone"
  scopes = ["users"]
}

resource "genesyscloud_auth_role" "good" {
  name = "Module not on disk, good"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

resource "genesyscloud_oauth_client" "good_beside" {
  name                  = "good beside"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "bad_beside" {
  name                  = "bad beside"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "users"]
}

resource "genesyscloud_oauth_client" "undecided_good_scopes" {
  name                  = "undecided good scopes"
  authorized_grant_type = "CODE"
  scopes                = module.clients.scopes
}

resource "genesyscloud_oauth_client" "partly_bad_concat" {
  name                  = "partly bad concat"
  authorized_grant_type = "CODE"
  scopes                = concat(module.gone.scopes, ["users"])
}

resource "genesyscloud_oauth_client" "undecided_good_role" {
  name                  = "undecided good role"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = module.git.id
  }
}

resource "genesyscloud_oauth_client" "partly_good_role" {
  name                  = "partly good role"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = module.git.role_id
  }
  roles {
    role_id = genesyscloud_auth_role.good.id
  }
}

resource "genesyscloud_oauth_client" "undecided_bad_each" {
  for_each              = module.clients.names
  name                  = each.key
  authorized_grant_type = "CODE"
  scopes                = ["users"]
}
