resource "genesyscloud_oauth_client" "good_client" {
  scopes = ["users"]
}
