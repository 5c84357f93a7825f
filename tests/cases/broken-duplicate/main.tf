resource "genesyscloud_oauth_client" "client" {
  name                  = "client"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}
