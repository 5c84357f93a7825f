# One module, two clients. The module decides which scopes a client gets from what it is used for,
# so neither the module nor the call says by itself what a client holds; the check evaluates both.

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
  description = "The sites with a recording client, and what each does with it."
  type        = map(set(string))
  default = {
    berlin = ["recording-session"]
    madrid = ["recording-session", "call-recording"]
  }
}

module "recorder" {
  source   = "../../modules/recording-client"
  for_each = var.sites

  name          = "recording-${each.key}"
  description   = "Starts recordings from the agents' desk in ${each.key}."
  uses          = each.value
  grant_type    = "CODE"
  redirect_uris = ["https://${each.key}.example.com/callback"]
}

output "client_ids" {
  description = "What the sites log in with."
  value       = { for site, client in module.recorder : site => client.client_id }
}
