variable "scopes" {
  type    = list(string)
  default = ["recording:session:write", "recordingSession"]
}

# Values are read from hidden files too.
variable "hidden" {
  type    = list(string)
  default = ["users"]
}

resource "genesyscloud_oauth_client" "good_values" {
  name                  = "good values"
  authorized_grant_type = "CODE"
  scopes                = var.hidden
}

resource "genesyscloud_oauth_client" "good_client" {
  name                  = "good client"
  authorized_grant_type = "CODE"
  scopes                = var.scopes
}

module "good_module" {
  source = "./client"
}

module "bad_module" {
  source = "./client"
  last   = "users"
}
