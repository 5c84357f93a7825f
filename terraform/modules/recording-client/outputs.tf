output "client_id" {
  description = "What the client logs in with; no secret."
  value       = one(concat(genesyscloud_oauth_client.service[*].client_id, genesyscloud_oauth_client.person[*].client_id))
}

output "client_secret" {
  description = "The client's secret, where expose_client_secret is true; else null."
  value       = var.expose_client_secret ? one(concat(genesyscloud_oauth_client.service[*].client_secret, genesyscloud_oauth_client.person[*].client_secret)) : null
  sensitive   = true
}

output "scopes" {
  description = "The scopes of the client; none with CLIENT-CREDENTIALS, where they would have no effect."
  value       = local.logs_in_by_itself ? toset([]) : toset(local.scopes)
}

output "permissions" {
  description = "The permissions of the client's role as domain:entity:action; none where a person logs in with their own."
  value       = toset([for each in local.permissions : "${each.domain}:${each.entity}:${each.action}" if local.logs_in_by_itself])
}

output "role_id" {
  description = "The id of the client's role; null where a person logs in."
  value       = one(genesyscloud_auth_role.this[*].id)
}
