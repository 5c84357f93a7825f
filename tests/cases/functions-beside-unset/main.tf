# One entry of the table has no value in HCL; the functions beside it are understood all the same.
variable "unset" {
  type = list(string)
}

locals {
  start  = "recording:session:write"
  scopes = ["other", "recording:session:write", "recordingSession"]
  clients = {
    undecided_good_variable = { scopes = var.unset }
    good_trimspace          = { scopes = [trimspace("  recording:session:write\n"), "recordingSession"] }
    good_format             = { scopes = [format("%s:session:%s", "recording", "write"), "recordingSession"] }
    good_replace            = { scopes = [replace("recording.session.write", ".", ":"), "recordingSession"] }
    good_jsondecode         = { scopes = jsondecode("[\"recording:session:write\", \"recordingSession\"]") }
    good_slice              = { scopes = slice(local.scopes, 1, 3) }
    good_reverse            = { scopes = reverse(local.scopes) }
    good_prefix             = { scopes = [trimprefix("x-recording:session:write", "x-"), trimsuffix("recordingSession.", ".")] }
    good_case               = { scopes = [lower("RECORDING:SESSION:WRITE"), "recordingSession"] }
    bad_trimspace           = { scopes = [trimspace("users "), "recordingSession"] }
    bad_format              = { scopes = [format("%s:%s", "users", "readonly")] }
    bad_replace             = { scopes = [replace("us-ers", "-", "")] }
    bad_regex               = { scopes = [replace("uuusers", "/u+/", "u")] }
    bad_jsondecode          = { scopes = jsondecode("[\"authorization\"]") }
    lacks_slice             = { scopes = slice(local.scopes, 0, 2) }
    lacks_case              = { scopes = [upper(local.start), "recordingSession"] }
  }
}

resource "genesyscloud_oauth_client" "this" {
  for_each              = local.clients
  name                  = each.key
  authorized_grant_type = "CODE"
  scopes                = each.value.scopes
}
