module "leaf" {
  source = "hashicorp/consul/aws"
}

resource "genesyscloud_oauth_client" "good_branch" {
  name                  = "good branch"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}
