locals {
  enough = ["recording:session:write", "recordingSession"]
  odd = {
    "$${dollar}"  = "a"
    "%%{percent}" = "b"
    "quo\"te"     = "c"
    "back\\slash" = "d"
    "dot.ted[0]"  = "e"
    "tab\tbed"    = "f"
    "line\nfeed"  = "g"
    "schlüssel"   = "h"
    "鍵"           = "i"
    "a b"         = "j"
  }
}

resource "genesyscloud_oauth_client" "good_key" {
  for_each              = local.odd
  name                  = "good key ${each.value}"
  authorized_grant_type = "CODE"
  scopes                = concat(local.enough, [each.key])
}

resource "genesyscloud_oauth_client" "bad_key" {
  for_each              = local.odd
  name                  = "bad key ${each.value}"
  authorized_grant_type = "CODE"
  scopes                = ["users", each.key]
}

module "lacks_module" {
  source   = "./module"
  for_each = local.odd
  scopes   = [each.key]
}
