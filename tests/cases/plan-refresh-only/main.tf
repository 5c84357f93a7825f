resource "genesyscloud_oauth_client" "bad_refreshed" {
  name                  = "bad refreshed"
  authorized_grant_type = "CODE"
  scopes                = ["users"]
}

resource "genesyscloud_oauth_client" "good_refreshed" {
  name                  = "good refreshed"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}
