resource "genesyscloud_oauth_client" "bad_forgotten" {
  name                  = "bad forgotten"
  authorized_grant_type = "CODE"
  scopes                = ["users"]
}
