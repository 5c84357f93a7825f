variable "name" {
  type = string
}

variable "scopes" {
  type     = list(string)
  default  = ["recording:session:write", "recordingSession"]
  nullable = false
}

variable "nullable" {
  type    = list(string)
  default = ["recordingSession"]
}

variable "extra" {
  type = object({
    scopes = optional(list(string), [])
  })
  default = {}
}

resource "genesyscloud_oauth_client" "this" {
  name                  = var.name
  authorized_grant_type = "CODE"
  scopes                = var.nullable == null ? null : concat(var.scopes, var.extra.scopes)
}
