# One module, two clients. The module adds the scopes that every recording client needs to those
# that each caller asks for, so neither the module nor the call says by itself what a client holds;
# the check evaluates both.

terraform {
  required_version = ">= 1.5"
  required_providers {
    genesyscloud = {
      source  = "mypurecloud/genesyscloud"
      version = "~> 1.84"
    }
  }
}

variable "sites" {
  description = "The sites with a recording client, and the scopes that each needs besides."
  type        = map(list(string))
  default = {
    berlin = []
    madrid = ["conversations:readonly"]
  }
}

module "recorder" {
  source   = "./modules/recording-client"
  for_each = var.sites

  name         = "recording-${each.key}"
  extra_scopes = each.value
}

output "client_ids" {
  description = "What the sites log in with."
  value       = { for site, client in module.recorder : site => client.client_id }
}
