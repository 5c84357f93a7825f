locals {
  from_yaml = yamldecode(file("${path.module}/clients.yaml"))
  from_json = jsondecode(file("${path.root}/clients.json"))
  rows      = csvdecode(file("${path.module}/scopes.csv"))
}

resource "genesyscloud_oauth_client" "good_yaml" {
  name                  = "good yaml"
  authorized_grant_type = "CODE"
  scopes                = local.from_yaml.good
}

resource "genesyscloud_oauth_client" "bad_yaml" {
  name                  = "bad yaml"
  authorized_grant_type = "CODE"
  scopes                = local.from_yaml.bad
}

resource "genesyscloud_oauth_client" "good_inline" {
  name                  = "good inline"
  authorized_grant_type = "CODE"
  scopes                = yamldecode(file("${path.module}/clients.yaml"))["good"]
}

resource "genesyscloud_oauth_client" "bad_inline" {
  name                  = "bad inline"
  authorized_grant_type = "CODE"
  scopes                = yamldecode(file("${path.module}/clients.yaml"))["bad"]
}

resource "genesyscloud_oauth_client" "good_json" {
  name                  = "good json"
  authorized_grant_type = "CODE"
  scopes                = local.from_json.good
}

resource "genesyscloud_oauth_client" "bad_json" {
  name                  = "bad json"
  authorized_grant_type = "CODE"
  scopes                = jsondecode(file("clients.json")).bad
}

resource "genesyscloud_oauth_client" "good_lines" {
  name                  = "good lines"
  authorized_grant_type = "CODE"
  scopes                = split("\n", trimspace(file("${path.module}/good.txt")))
}

resource "genesyscloud_oauth_client" "bad_lines" {
  name                  = "bad lines"
  authorized_grant_type = "CODE"
  scopes                = compact(split("\n", file("${path.module}/bad.txt")))
}

resource "genesyscloud_oauth_client" "good_csv" {
  name                  = "good csv"
  authorized_grant_type = "CODE"
  scopes                = [for row in local.rows : row.scope if row.kind == "good"]
}

resource "genesyscloud_oauth_client" "bad_csv" {
  name                  = "bad csv"
  authorized_grant_type = "CODE"
  scopes                = [for row in local.rows : row.scope if row.kind == "bad"]
}

resource "genesyscloud_oauth_client" "good_template" {
  name                  = "good template"
  authorized_grant_type = "CODE"
  scopes                = jsondecode(templatefile("${path.module}/scopes.tftpl", { scopes = ["recordingSession"] }))
}

resource "genesyscloud_oauth_client" "bad_template" {
  name                  = "bad template"
  authorized_grant_type = "CODE"
  scopes                = jsondecode(templatefile("${path.module}/scopes.tftpl", { scopes = ["users"] }))
}

resource "genesyscloud_oauth_client" "each" {
  for_each              = { for client in local.from_yaml.clients : replace(client.name, " ", "_") => client }
  name                  = each.value.name
  authorized_grant_type = "CODE"
  scopes                = each.value.scopes
}

resource "genesyscloud_oauth_client" "by_file" {
  for_each              = fileset(path.module, "*.txt")
  name                  = "${trimsuffix(each.value, ".txt")} by file"
  authorized_grant_type = "CODE"
  scopes                = split("\n", chomp(file("${path.module}/${each.value}")))
}
