module "installed_by_init" {
  source = "git::https://user:password@git.example.com/agents.git//clients?ref=v1"
}

module "several" {
  for_each = toset(["a", "b"])
  source   = "example.org/recording/clients/genesyscloud"
  version  = "1.2.3"
}

module "wrong_path" {
  source = "./brnch"
}

module "empty" {
  source = "./empty"
}

module "branch" {
  count  = 1
  source = "./branch"
}

module "none" {
  count  = 0
  source = "example.org/recording/clients/genesyscloud"
}

resource "genesyscloud_oauth_client" "good_beside" {
  name                  = "good beside"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}
