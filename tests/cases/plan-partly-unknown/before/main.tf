resource "genesyscloud_oauth_client" "late_bad_changes" {
  name                  = "late bad changes"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "late_good_changes" {
  name                  = "late good changes"
  authorized_grant_type = "CODE"
  scopes                = ["users"]
}
