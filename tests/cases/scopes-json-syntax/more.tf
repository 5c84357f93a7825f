# Both syntaxes are one configuration.
resource "genesyscloud_oauth_client" "good_native" {
  name                  = "good native"
  authorized_grant_type = "CODE"
  scopes                = [local.write, var.session]
}

resource "genesyscloud_oauth_client" "bad_native" {
  name                  = "bad native"
  authorized_grant_type = "CODE"
  scopes                = concat([local.write], local.users)
}
