resource "genesyscloud_oauth_client" "good_client" {
  name                  = "good client"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}
