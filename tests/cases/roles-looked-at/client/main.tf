variable "role_id" {
}

variable "existing" {
  type    = string
  default = null
}

resource "genesyscloud_oauth_client" "this" {
  name                  = "by argument"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = var.existing == null ? var.role_id : length(var.role_id) > 0 ? var.existing : ""
  }
}
