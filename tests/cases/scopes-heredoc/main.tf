locals {
  session = "recordingSession"
  lines   = <<EOT
recording:session:write
recordingSession
EOT
}

resource "genesyscloud_oauth_client" "good_json" {
  name                  = "good json"
  authorized_grant_type = "CODE"
  scopes = jsondecode(<<EOT
["recording:session:write", "recordingSession"]
EOT
  )
}

resource "genesyscloud_oauth_client" "bad_json" {
  name                  = "bad json"
  authorized_grant_type = "CODE"
  scopes = jsondecode(<<-EOT
    [
      "recording:session:write",
      "users"
    ]
  EOT
  )
}

resource "genesyscloud_oauth_client" "good_yaml" {
  name                  = "good yaml"
  authorized_grant_type = "CODE"
  scopes = yamldecode(<<-EOT
    - recording:session:write
    - ${local.session}
  EOT
  )
}

resource "genesyscloud_oauth_client" "bad_yaml" {
  name                  = "bad yaml"
  authorized_grant_type = "CODE"
  scopes = yamldecode(<<-EOT
    - recording:session:write
    - users # and not ${local.session}
  EOT
  )
}

resource "genesyscloud_oauth_client" "good_lines" {
  name                  = "good lines"
  authorized_grant_type = "CODE"
  scopes                = split("\n", chomp(local.lines))
}

resource "genesyscloud_oauth_client" "bad_lines" {
  name                  = "bad lines"
  authorized_grant_type = "CODE"
  scopes = compact(split("\n", <<-EOT
    recording:session:write
    %{if local.session == "recordingSession"}users%{else}recordingSession%{endif}
  EOT
  ))
}

resource "genesyscloud_oauth_client" "good_description" {
  name                  = "good description"
  description           = <<-EOT
    scopes = ["users"]
  EOT
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}
