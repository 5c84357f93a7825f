module "bad_client" {
  source = "./client"
}

resource "genesyscloud_oauth_client" "good_whole" {
  name                  = "good whole"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}
