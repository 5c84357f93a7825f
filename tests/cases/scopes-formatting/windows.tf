resource "genesyscloud_oauth_client" "good_windows" {
  name                  = "good windows"
  authorized_grant_type = "CODE"
  scopes = [
    "recording:session:write",
    "recordingSession",
  ]
}

resource "genesyscloud_oauth_client" "bad_windows" {
  name                  = "bad windows"
  authorized_grant_type = "CODE"
  scopes = [
    "recording:session:write",
    "users"]
}
