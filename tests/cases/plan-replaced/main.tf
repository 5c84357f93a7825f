resource "genesyscloud_oauth_client" "good_replaced" {
  name                  = "good replaced"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]

  lifecycle {
    create_before_destroy = true
  }
}

resource "genesyscloud_oauth_client" "bad_replaced" {
  name                  = "bad replaced"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "users"]
}
