resource "genesyscloud_oauth_client" "good_whole" {
  name                  = "good whole"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "bad_errored" {
  name                  = "bad errored"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "users"]

  lifecycle {
    precondition {
      condition     = length(genesyscloud_oauth_client.good_whole.name) == 1
      error_message = "The plan fails on purpose."
    }
  }
}
