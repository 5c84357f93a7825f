variable "role" {
  type = string
}

module "client" {
  source = "./inner"
  id     = var.role
}
