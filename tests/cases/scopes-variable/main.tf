resource "genesyscloud_oauth_client" "good_list" {
  name                  = "good list"
  authorized_grant_type = var.grant_type
  scopes                = var.good
}

resource "genesyscloud_oauth_client" "bad_list" {
  name                  = "bad list"
  authorized_grant_type = var.grant_type
  scopes                = var.bad
}

resource "genesyscloud_oauth_client" "good_set" {
  name                  = "good set"
  authorized_grant_type = "CODE"
  scopes                = var.good_set
}

resource "genesyscloud_oauth_client" "bad_set" {
  name                  = "bad set"
  authorized_grant_type = "CODE"
  scopes                = var.bad_set
}

resource "genesyscloud_oauth_client" "good_untyped" {
  name                  = "good untyped"
  authorized_grant_type = "CODE"
  scopes                = var.good_untyped
}

resource "genesyscloud_oauth_client" "bad_untyped" {
  name                  = "bad untyped"
  authorized_grant_type = "CODE"
  scopes                = var.bad_untyped
}

resource "genesyscloud_oauth_client" "good_tuple" {
  name                  = "good tuple"
  authorized_grant_type = "CODE"
  scopes                = var.good_tuple
}

resource "genesyscloud_oauth_client" "bad_tuple" {
  name                  = "bad tuple"
  authorized_grant_type = "CODE"
  scopes                = var.bad_tuple
}

resource "genesyscloud_oauth_client" "good_member" {
  name                  = "good member"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", var.good_text]
}

resource "genesyscloud_oauth_client" "bad_member" {
  name                  = "bad member"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", var.bad_text]
}

resource "genesyscloud_oauth_client" "good_attribute" {
  name                  = "good attribute"
  authorized_grant_type = "CODE"
  scopes                = var.profiles.good
}

resource "genesyscloud_oauth_client" "bad_attribute" {
  name                  = "bad attribute"
  authorized_grant_type = "CODE"
  scopes                = var.profiles.bad
}

resource "genesyscloud_oauth_client" "good_key" {
  name                  = "good key"
  authorized_grant_type = "CODE"
  scopes                = var.profiles["good"]
}

resource "genesyscloud_oauth_client" "bad_key" {
  name                  = "bad key"
  authorized_grant_type = "CODE"
  scopes                = var.profiles["bad"]
}

resource "genesyscloud_oauth_client" "good_index" {
  name                  = "good index"
  authorized_grant_type = "CODE"
  scopes                = [var.good[0], var.good[1]]
}

resource "genesyscloud_oauth_client" "bad_index" {
  name                  = "bad index"
  authorized_grant_type = "CODE"
  scopes                = [var.bad[0], var.bad[1]]
}

resource "genesyscloud_oauth_client" "good_optional" {
  name                  = "good optional"
  authorized_grant_type = "CODE"
  scopes                = var.client.good
}

resource "genesyscloud_oauth_client" "bad_optional" {
  name                  = "bad optional"
  authorized_grant_type = "CODE"
  scopes                = var.client.bad
}

resource "genesyscloud_oauth_client" "lacks_optional" {
  name                  = "lacks optional"
  authorized_grant_type = "CODE"
  scopes                = var.client.none
}

resource "genesyscloud_oauth_client" "lacks_extra" {
  name                  = "lacks extra"
  authorized_grant_type = "CODE"
  scopes                = var.client.extra
}

resource "genesyscloud_oauth_client" "lacks_null" {
  name                  = "lacks null"
  authorized_grant_type = "CODE"
  scopes                = var.nothing
}

resource "genesyscloud_oauth_client" "lacks_empty" {
  name                  = "lacks empty"
  authorized_grant_type = "CODE"
  scopes                = var.empty
}
