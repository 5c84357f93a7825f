variable "good" {
  type      = list(string)
  sensitive = true
  default   = ["recording:session:write", "recordingSession", "hidden:scope"]
}

variable "bad" {
  type      = list(string)
  sensitive = true
  default   = ["recording:session:write", "users", "hidden:scope"]
}

variable "description" {
  type      = string
  sensitive = true
  default   = "hidden description"
}

resource "genesyscloud_oauth_client" "good_exposed" {
  name                  = "good exposed"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
  expose_client_secret  = true
  description           = var.description
}

resource "genesyscloud_oauth_client" "bad_exposed" {
  name                    = "bad exposed"
  authorized_grant_type   = "CODE"
  scopes                  = ["recording:session:write", "users"]
  directory_client_secret = "hidden directory"
}

# No mark for these two: judged or unknown, as long as nothing is printed.
resource "genesyscloud_oauth_client" "with_scopes" {
  name                  = "with scopes"
  authorized_grant_type = "CODE"
  scopes                = var.good
}

resource "genesyscloud_oauth_client" "with_forbidden" {
  name                  = "with forbidden"
  authorized_grant_type = "CODE"
  scopes                = concat(var.bad, ["hidden:too"])
}
