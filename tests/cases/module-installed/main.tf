module "good_fetched" {
  source  = "example.org/recording/client/genesyscloud"
  version = "1.2.3"
  scopes  = ["recording:session:write", "recordingSession"]
}

module "bad_fetched" {
  source  = "example.org/recording/client/genesyscloud"
  version = "1.2.3"
  scopes  = ["users"]
}
