variable "scopes" {
  type    = list(string)
  default = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "good_default" {
  name                  = "good default"
  authorized_grant_type = "CODE"
  scopes                = var.scopes
}
