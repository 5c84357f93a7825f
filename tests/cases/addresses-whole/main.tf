module "m" {
  source   = "./m"
  for_each = toset(["x", "y"])
  name     = each.key
}
resource "terraform_data" "late" { input = "z" }
data "genesyscloud_auth_role" "root" {
  for_each = toset(["one"])
  name     = "Root ${each.key}"
}
resource "genesyscloud_oauth_client" "root" {
  name                  = "root"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles { role_id = module.m["x"].role_ids["a"] }
  roles { role_id = module.m["y"].data_id }
  roles { role_id = data.genesyscloud_auth_role.root["one"].id }
  roles { role_id = module.m["x"].late_id }
}
