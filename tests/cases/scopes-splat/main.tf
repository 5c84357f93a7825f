locals {
  good = [{ scope = "recording:session:write" }, { scope = "recordingSession" }]
  bad  = [{ scope = "recording:session:write" }, { scope = "users" }]
  deep = [{ lists = ["recording:session:write"] }, { lists = ["recordingSession"] }]
  one  = { scope = "users" }
  none = null
}

resource "genesyscloud_oauth_client" "good_splat" {
  name                  = "good splat"
  authorized_grant_type = "CODE"
  scopes                = local.good[*].scope
}

resource "genesyscloud_oauth_client" "bad_splat" {
  name                  = "bad splat"
  authorized_grant_type = "CODE"
  scopes                = local.bad[*].scope
}

resource "genesyscloud_oauth_client" "good_legacy" {
  name                  = "good legacy"
  authorized_grant_type = "CODE"
  scopes                = local.good.*.scope
}

resource "genesyscloud_oauth_client" "bad_legacy" {
  name                  = "bad legacy"
  authorized_grant_type = "CODE"
  scopes                = local.bad.*.scope
}

resource "genesyscloud_oauth_client" "good_flatten" {
  name                  = "good flatten"
  authorized_grant_type = "CODE"
  scopes                = flatten(local.deep[*].lists)
}

resource "genesyscloud_oauth_client" "bad_single" {
  name                  = "bad single"
  authorized_grant_type = "CODE"
  scopes                = local.one[*].scope
}

resource "genesyscloud_oauth_client" "lacks_null" {
  name                  = "lacks null"
  authorized_grant_type = "CODE"
  scopes                = local.none[*]
}

resource "genesyscloud_oauth_client" "good_index" {
  name                  = "good index"
  authorized_grant_type = "CODE"
  scopes                = local.deep[*].lists[0]
}

resource "genesyscloud_oauth_client" "good_from_client" {
  name                  = "good from client"
  authorized_grant_type = "CODE"
  scopes                = genesyscloud_oauth_client.good_splat.scopes
}

resource "genesyscloud_oauth_client" "bad_from_client" {
  name                  = "bad from client"
  authorized_grant_type = "CODE"
  scopes                = genesyscloud_oauth_client.bad_splat.scopes
}

resource "genesyscloud_oauth_client" "counted" {
  count                 = 2
  name                  = "${["good", "bad"][count.index]} counted"
  authorized_grant_type = "CODE"
  scopes                = [local.good, local.bad][count.index][*].scope
}

resource "genesyscloud_oauth_client" "holds_from_counted" {
  name                  = "holds from counted"
  authorized_grant_type = "CODE"
  scopes                = flatten(genesyscloud_oauth_client.counted[*].scopes)
}

resource "genesyscloud_oauth_client" "good_from_counted" {
  name                  = "good from counted"
  authorized_grant_type = "CODE"
  scopes                = genesyscloud_oauth_client.counted[0].scopes
}
