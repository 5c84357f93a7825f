variable "numbers" {
  type    = list(string)
  default = [1, true, "recordingSession", "recording:session:write"]
}

variable "text" {
  type    = string
  default = 86400
}

variable "set" {
  type    = set(string)
  default = ["users", "recordingSession", "recording:session:write"]
}

locals {
  map = { z = "users", b = "recordingSession", a = "recording:session:write" }
}

resource "genesyscloud_oauth_client" "good_mixed" {
  name                  = 42
  authorized_grant_type = "CODE"
  description           = true
  scopes                = var.numbers
}

resource "genesyscloud_oauth_client" "lacks_numbers" {
  name                  = "lacks ${1 + 1} ${true} ${1.50}"
  authorized_grant_type = "CODE"
  scopes                = [1, 2.5, true]
}

resource "genesyscloud_oauth_client" "lacks_text" {
  name                          = "lacks text"
  authorized_grant_type         = "CODE"
  access_token_validity_seconds = var.text
  scopes                        = [var.text]
}

# A map's members come in the order of its keys, a set's of strings in their own.
resource "genesyscloud_oauth_client" "good_map_order" {
  name                  = "good map order"
  authorized_grant_type = "CODE"
  scopes                = slice(values(local.map), 0, 2)
}

resource "genesyscloud_oauth_client" "bad_map_order" {
  name                  = "bad map order"
  authorized_grant_type = "CODE"
  scopes                = [[for key, scope in local.map : scope][2], [for key, scope in local.map : scope][0]]
}

resource "genesyscloud_oauth_client" "good_set_order" {
  name                  = "good set order"
  authorized_grant_type = "CODE"
  scopes                = slice(tolist(var.set), 0, 2)
}

resource "genesyscloud_oauth_client" "bad_set_order" {
  name                  = "bad set order"
  authorized_grant_type = "CODE"
  scopes                = slice(sort(var.set), 1, 3)
}

resource "genesyscloud_oauth_client" "good_for_set" {
  name                  = "good for set"
  authorized_grant_type = "CODE"
  scopes                = [for s in setsubtract(var.set, ["users"]) : s]
}

resource "genesyscloud_oauth_client" "bad_boolean" {
  name                  = "bad boolean"
  authorized_grant_type = "CODE"
  scopes                = "true" == tostring(true) ? ["users"] : ["recording:session:write", "recordingSession"]
}

# A number is not the text of it.
resource "genesyscloud_oauth_client" "bad_unequal" {
  name                  = "bad unequal"
  authorized_grant_type = "CODE"
  scopes                = var.text == 86400 ? ["recording:session:write", "recordingSession"] : ["users"]
}

resource "genesyscloud_oauth_client" "bad_list_unequal" {
  name                  = "bad list unequal"
  authorized_grant_type = "CODE"
  scopes                = tolist(["a"]) == toset(["a"]) ? ["recording:session:write", "recordingSession"] : ["users"]
}

resource "genesyscloud_oauth_client" "good_try_error" {
  name                  = "good try error"
  authorized_grant_type = "CODE"
  scopes                = try(jsondecode("nope"), file("no-such-file"), ["recording:session:write", "recordingSession"])
}

resource "genesyscloud_oauth_client" "bad_try_index" {
  name                  = "bad try index"
  authorized_grant_type = "CODE"
  scopes                = try([local.map["y"]], [local.map["z"]])
}

# A list has indexes, also one that was a set; a set has its members for keys.
resource "genesyscloud_oauth_client" "good_list_index" {
  name                  = "good list index"
  authorized_grant_type = "CODE"
  scopes                = [for i, s in tolist(var.set) : s if i != 2]
}

resource "genesyscloud_oauth_client" "bad_list_index" {
  name                  = "bad list index"
  authorized_grant_type = "CODE"
  scopes                = [for i, s in tolist(var.set) : "${i}:${s}" == "2:users" ? s : "other"]
}

resource "genesyscloud_oauth_client" "good_set_key" {
  name                  = "good set key"
  authorized_grant_type = "CODE"
  scopes                = [for k, s in var.set : k if s != "users"]
}
