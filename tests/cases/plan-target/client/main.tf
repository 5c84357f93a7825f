resource "genesyscloud_oauth_client" "this" {
  name                  = "in a module"
  authorized_grant_type = "CODE"
  scopes                = ["users"]
}
