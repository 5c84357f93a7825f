resource "genesyscloud_oauth_client" "this" {
  name = 
}
