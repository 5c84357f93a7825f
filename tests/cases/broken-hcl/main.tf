resource "genesyscloud_oauth_client" "bad_broken" {
  name                  = "bad broken"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "users"
}
