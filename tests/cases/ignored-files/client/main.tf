variable "last" {
  type    = string
  default = "recordingSession"
}

resource "genesyscloud_oauth_client" "this" {
  name                  = "in a module"
  authorized_grant_type = "CODE"
  scopes                = concat(yamldecode(file("${path.module}/scopes.yaml")), [var.last])
}
