variable "name" {}
resource "genesyscloud_auth_role" "wild" {
  for_each = toset(["a", "b"])
  name     = "Wild ${var.name} ${each.key}"
  permission_policies {
    domain      = "recording"
    entity_name = "*"
    action_set  = ["*"]
  }
  permission_policies {
    domain      = "conversation"
    entity_name = "call"
    action_set  = ["recrod"]
  }
}
data "genesyscloud_auth_role" "found" {
  count = 1
  name  = "Found ${var.name}"
}
resource "terraform_data" "late" { input = "z" }
resource "genesyscloud_auth_role" "late" {
  name = "Late ${var.name}"
  permission_policies {
    domain      = "recording"
    entity_name = "recording"
    action_set  = [terraform_data.late.output]
  }
}
resource "genesyscloud_auth_division" "site" {
  for_each = toset(["s"])
  name     = "Site ${var.name}"
}
resource "genesyscloud_oauth_client" "c" {
  for_each              = genesyscloud_auth_role.wild
  name                  = "client ${var.name} ${each.key}"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id     = each.value.id
    division_id = genesyscloud_auth_division.site["s"].id
  }
  roles { role_id = data.genesyscloud_auth_role.found[0].id }
  roles { role_id = genesyscloud_auth_role.late.id }
}
resource "genesyscloud_oauth_client" "odd" {
  name                  = "odd ${var.name} ${terraform_data.late.output}"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles { role_id = terraform_data.late.output }
  roles { role_id = data.genesyscloud_auth_role.found[0].name }
}
resource "genesyscloud_oauth_client" "scoped" {
  name                  = "scoped ${var.name}"
  authorized_grant_type = "CODE"
  scopes                = [terraform_data.late.output]
  roles { role_id = genesyscloud_auth_role.wild["a"].id }
}
output "role_ids" { value = { for k, r in genesyscloud_auth_role.wild : k => r.id } }
output "data_id" { value = data.genesyscloud_auth_role.found[0].id }
output "late_id" { value = genesyscloud_auth_role.late.id }
