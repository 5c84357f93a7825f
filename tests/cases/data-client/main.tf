data "genesyscloud_oauth_client" "bad_data" {
  name = "bad data"
}

resource "genesyscloud_oauth_client" "good_managed" {
  name                  = "good managed"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "bad_managed" {
  name                  = "bad managed"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "users"]
}

resource "genesyscloud_oauth_client" "undecided_good_copied" {
  name                  = "undecided good copied"
  authorized_grant_type = "CODE"
  scopes                = [data.genesyscloud_oauth_client.bad_data.id]
}
