# A service that starts recordings by itself. Nobody logs in, so scopes have no effect: what the
# client may do comes from its role, in the division in which it is granted. The module makes a role
# with the one permission that the start call needs; without a division_id it is granted in the home
# division.

terraform {
  required_version = ">= 1.5"
  required_providers {
    genesyscloud = {
      source  = "mypurecloud/genesyscloud"
      version = "~> 1.84"
    }
  }
}

module "recorder" {
  source = "../../modules/recording-client"

  name        = "recording-service"
  description = "Starts recordings for the compliance team."
}

output "client_id" {
  description = "What the service logs in with."
  value       = module.recorder.client_id
}
