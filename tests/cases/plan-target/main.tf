resource "genesyscloud_oauth_client" "good_targeted" {
  name                  = "good targeted"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "bad_targeted" {
  name                  = "bad targeted"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "users"]
}

resource "genesyscloud_oauth_client" "good_left_out" {
  name                  = "good left out"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "bad_left_out" {
  name                  = "bad left out"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "users"]
}

resource "genesyscloud_oauth_client" "bad_each" {
  for_each              = toset(["bad_a", "bad_b"])
  name                  = each.key
  authorized_grant_type = "CODE"
  scopes                = ["users"]
}

module "bad_module" {
  source = "./client"
}
