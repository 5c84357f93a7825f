variable "member" {
  type = string
}

resource "genesyscloud_oauth_client" "each" {
  for_each              = { good_each = var.member, bad_each = "users" }
  name                  = "each"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", each.value]
}

resource "genesyscloud_oauth_client" "counted" {
  count                 = 2
  name                  = "${["good", "bad"][count.index]} counted"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", [var.member, "users"][count.index]]
}
