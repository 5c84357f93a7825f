variable "scopes" {
  type    = list(string)
  default = ["recording:session:write", "recordingSession"]
}

variable "each" {
  type    = string
  default = "users"
}

locals {
  scopes = ["users"]
  s      = "users"
  var    = { scopes = ["users"] }
}

resource "genesyscloud_oauth_client" "good_variable" {
  name                  = "good variable"
  authorized_grant_type = "CODE"
  scopes                = var.scopes
}

resource "genesyscloud_oauth_client" "bad_local" {
  name                  = "bad local"
  authorized_grant_type = "CODE"
  scopes                = local.scopes
}

resource "genesyscloud_oauth_client" "bad_local_var" {
  name                  = "bad local var"
  authorized_grant_type = "CODE"
  scopes                = local.var.scopes
}

resource "genesyscloud_oauth_client" "good_for" {
  name                  = "good for"
  authorized_grant_type = "CODE"
  scopes                = [for s in var.scopes : s if s != local.s]
}

resource "genesyscloud_oauth_client" "bad_for" {
  name                  = "bad for"
  authorized_grant_type = "CODE"
  scopes                = [for s in var.scopes : s == "recordingSession" ? local.s : s]
}

# The loop's `local` hides nothing that the loop's body asks for by `s`.
resource "genesyscloud_oauth_client" "bad_inner" {
  name                  = "bad inner"
  authorized_grant_type = "CODE"
  scopes                = flatten([for s in var.scopes : [for s in local.scopes : s]])
}

resource "genesyscloud_oauth_client" "each" {
  for_each              = { good_each = "recordingSession", bad_each = var.each }
  name                  = each.key
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", each.value]
}

# A variable of the module that is not given there is not the root's of the same name.
module "bad_module" {
  source = "./client"
}

module "good_module" {
  source = "./client"
  scopes = var.scopes
}
