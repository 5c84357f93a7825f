resource "genesyscloud_oauth_client" "good_last" {
  scopes = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "bad_last" {
  scopes = ["recording:session:write", "users"]
}
