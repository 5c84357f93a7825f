locals {
  session = "recordingSession"
}

resource "genesyscloud_oauth_client" "good_local" {
  name                  = "good local"
  authorized_grant_type = "CODE"
  scopes                = local.good
}

resource "genesyscloud_oauth_client" "bad_local" {
  name                  = "bad local"
  authorized_grant_type = "CODE"
  scopes                = local.bad
}

resource "genesyscloud_oauth_client" "good_member" {
  name                  = "good member"
  authorized_grant_type = "CODE"
  scopes                = [local.session, local.write]
}

resource "genesyscloud_oauth_client" "bad_member" {
  name                  = "bad member"
  authorized_grant_type = "CODE"
  scopes                = [local.write, local.bad[1]]
}

resource "genesyscloud_oauth_client" "good_nested" {
  name                  = "good nested"
  authorized_grant_type = "CODE"
  scopes                = local.profiles.deep.good.scopes
}

resource "genesyscloud_oauth_client" "bad_nested" {
  name                  = "bad nested"
  authorized_grant_type = "CODE"
  scopes                = local.profiles["deep"]["bad"]["scopes"]
}

resource "genesyscloud_oauth_client" "good_mixed" {
  name                  = "good mixed"
  authorized_grant_type = "CODE"
  scopes                = local.profiles["deep"].good["scopes"]
}

resource "genesyscloud_oauth_client" "bad_mixed" {
  name                  = "bad mixed"
  authorized_grant_type = "CODE"
  scopes                = local.profiles.deep["bad"].scopes
}
