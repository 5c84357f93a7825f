resource "genesyscloud_auth_role" "alone" {
  name = "No clients"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

# Another provider's resource of a similar name.
resource "terraform_data" "genesyscloud_oauth_client" {
  input = { scopes = ["users"] }
}
