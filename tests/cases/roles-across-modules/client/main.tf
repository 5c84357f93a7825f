variable "name" {
  type    = string
  default = "in a module"
}

variable "role_id" {
  type    = string
  default = ""
}

variable "more" {
  type    = list(string)
  default = []
}

resource "genesyscloud_oauth_client" "this" {
  name                  = var.name
  authorized_grant_type = "CLIENT-CREDENTIALS"

  dynamic "roles" {
    for_each = length(var.more) > 0 ? var.more : [var.role_id]
    content {
      role_id = roles.value
    }
  }
}
