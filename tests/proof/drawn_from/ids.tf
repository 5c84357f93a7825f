module "r" {
  source = "./r"
  x      = genesyscloud_auth_role.a.id
  y      = { k = genesyscloud_auth_role.b.id, z = genesyscloud_auth_role.c.id }
  l      = [genesyscloud_auth_role.c.id, genesyscloud_auth_role.a.id]
}
locals {
  ids = { a = genesyscloud_auth_role.a.id, b = genesyscloud_auth_role.b.id }
  idl = [genesyscloud_auth_role.b.id, genesyscloud_auth_role.c.id]
  ido = { for k, v in { a = genesyscloud_auth_role.a.id, c = genesyscloud_auth_role.c.id } : upper(k) => { id = v, on = k == "a" } }
}
