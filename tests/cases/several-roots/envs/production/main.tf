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

module "good_client" {
  source = "../../modules/client"
  scopes = ["recording:session:write", var.scope]
}

module "bad_client" {
  source = "../../modules/client"
  scopes = ["recording:session:write", "users"]
}
