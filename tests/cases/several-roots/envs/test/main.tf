terraform {
  required_providers {
    genesyscloud = {
      source = "mypurecloud/genesyscloud"
    }
  }
}

provider "genesyscloud" {}

variable "scope" {
  type = string
}

module "bad_client" {
  source = "../../modules/client"
  scopes = ["recording:session:write", var.scope]
}
