resource "genesyscloud_oauth_client" "this" {
  scopes = var.scopes
}
