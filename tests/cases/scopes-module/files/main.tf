variable "name" {
  type = string
}

# The module's own files, and one of the root module.
resource "genesyscloud_oauth_client" "this" {
  name                  = "from a file"
  authorized_grant_type = "CODE"
  scopes = concat(
    yamldecode(file("${path.module}/scopes.yaml"))[var.name],
    jsondecode(file("${path.root}/base.json")),
  )
}
