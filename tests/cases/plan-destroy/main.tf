resource "genesyscloud_oauth_client" "bad_destroyed" {
  name                  = "bad destroyed"
  authorized_grant_type = "CODE"
  scopes                = ["users"]
}

resource "genesyscloud_oauth_client" "good_destroyed" {
  name                  = "good destroyed"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}
