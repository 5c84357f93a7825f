locals {
  base = {
    write = "recording:session:write"
    extra = "users"
  }
  fixed    = { extra = "recordingSession" }
  empty    = []
  profiles = { start = ["recording:session:write", "recordingSession"], read = ["users"] }
}

resource "genesyscloud_oauth_client" "good_merge" {
  name                  = "good merge"
  authorized_grant_type = "CODE"
  scopes                = values(merge(local.base, local.fixed))
}

resource "genesyscloud_oauth_client" "bad_merge" {
  name                  = "bad merge"
  authorized_grant_type = "CODE"
  scopes                = values(merge(local.fixed, local.base))
}

resource "genesyscloud_oauth_client" "good_lookup" {
  name                  = "good lookup"
  authorized_grant_type = "CODE"
  scopes                = lookup(local.profiles, "start", ["users"])
}

resource "genesyscloud_oauth_client" "bad_lookup" {
  name                  = "bad lookup"
  authorized_grant_type = "CODE"
  scopes                = lookup(local.profiles, "other", ["users"])
}

resource "genesyscloud_oauth_client" "good_try" {
  name                  = "good try"
  authorized_grant_type = "CODE"
  scopes                = try(local.profiles.missing, local.profiles["start"])
}

resource "genesyscloud_oauth_client" "bad_try" {
  name                  = "bad try"
  authorized_grant_type = "CODE"
  scopes                = try(local.profiles.read, local.profiles.start)
}

resource "genesyscloud_oauth_client" "good_can" {
  name                  = "good can"
  authorized_grant_type = "CODE"
  scopes                = can(local.profiles.missing) ? local.profiles.read : local.profiles.start
}

resource "genesyscloud_oauth_client" "bad_can" {
  name                  = "bad can"
  authorized_grant_type = "CODE"
  scopes                = can(local.profiles.read) ? local.profiles.read : local.profiles.start
}

resource "genesyscloud_oauth_client" "good_coalescelist" {
  name                  = "good coalescelist"
  authorized_grant_type = "CODE"
  scopes                = coalescelist(local.empty, local.profiles.start, ["users"])
}

resource "genesyscloud_oauth_client" "bad_coalescelist" {
  name                  = "bad coalescelist"
  authorized_grant_type = "CODE"
  scopes                = coalescelist(["users"], local.profiles.start)
}

resource "genesyscloud_oauth_client" "good_coalesce" {
  name                  = "good coalesce"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", coalesce(null, "", "recordingSession")]
}

resource "genesyscloud_oauth_client" "bad_coalesce" {
  name                  = "bad coalesce"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", coalesce("users", "recordingSession")]
}

resource "genesyscloud_oauth_client" "good_setunion" {
  name                  = "good setunion"
  authorized_grant_type = "CODE"
  scopes                = setunion(["recording:session:write"], toset(["recordingSession"]), [])
}

resource "genesyscloud_oauth_client" "bad_setunion" {
  name                  = "bad setunion"
  authorized_grant_type = "CODE"
  scopes                = setunion(["recording:session:write"], ["users"])
}

resource "genesyscloud_oauth_client" "good_setsubtract" {
  name                  = "good setsubtract"
  authorized_grant_type = "CODE"
  scopes                = setsubtract(["recording:session:write", "recordingSession", "users"], ["users"])
}

resource "genesyscloud_oauth_client" "bad_setsubtract" {
  name                  = "bad setsubtract"
  authorized_grant_type = "CODE"
  scopes                = setsubtract(["recording:session:write", "recordingSession", "users"], ["recordingSession"])
}

resource "genesyscloud_oauth_client" "good_setintersection" {
  name                  = "good setintersection"
  authorized_grant_type = "CODE"
  scopes                = setintersection(["recording:session:write", "recordingSession", "users"], local.profiles.start)
}

resource "genesyscloud_oauth_client" "bad_setintersection" {
  name                  = "bad setintersection"
  authorized_grant_type = "CODE"
  scopes                = setintersection(["recording:session:write", "users"], ["users", "routing"])
}

resource "genesyscloud_oauth_client" "good_toset" {
  name                  = "good toset"
  authorized_grant_type = "CODE"
  scopes                = toset(concat(local.profiles.start, local.profiles.start))
}

resource "genesyscloud_oauth_client" "bad_toset" {
  name                  = "bad toset"
  authorized_grant_type = "CODE"
  scopes                = tolist(toset(local.profiles.read))
}

resource "genesyscloud_oauth_client" "good_flatten" {
  name                  = "good flatten"
  authorized_grant_type = "CODE"
  scopes                = flatten([["recording:session:write"], [["recordingSession"], []]])
}

resource "genesyscloud_oauth_client" "bad_flatten" {
  name                  = "bad flatten"
  authorized_grant_type = "CODE"
  scopes                = flatten(["recording:session:write", ["users"], []])
}

resource "genesyscloud_oauth_client" "good_compact" {
  name                  = "good compact"
  authorized_grant_type = "CODE"
  scopes                = compact(["recording:session:write", "", null, "recordingSession"])
}

resource "genesyscloud_oauth_client" "bad_compact" {
  name                  = "bad compact"
  authorized_grant_type = "CODE"
  scopes                = compact(["", "users", "recording:session:write"])
}

resource "genesyscloud_oauth_client" "good_distinct" {
  name                  = "good distinct"
  authorized_grant_type = "CODE"
  scopes                = distinct(["recordingSession", "recording:session:write", "recordingSession"])
}

resource "genesyscloud_oauth_client" "bad_distinct" {
  name                  = "bad distinct"
  authorized_grant_type = "CODE"
  scopes                = distinct(["users", "recording:session:write", "users"])
}

resource "genesyscloud_oauth_client" "good_slice" {
  name                  = "good slice"
  authorized_grant_type = "CODE"
  scopes                = slice(["users", "recording:session:write", "recordingSession"], 1, 3)
}

resource "genesyscloud_oauth_client" "bad_slice" {
  name                  = "bad slice"
  authorized_grant_type = "CODE"
  scopes                = slice(["users", "recording:session:write", "recordingSession"], 0, 2)
}

resource "genesyscloud_oauth_client" "good_sort" {
  name                  = "good sort"
  authorized_grant_type = "CODE"
  scopes                = slice(reverse(sort(["users", "recordingSession", "recording:session:write"])), 1, 3)
}

resource "genesyscloud_oauth_client" "bad_sort" {
  name                  = "bad sort"
  authorized_grant_type = "CODE"
  scopes                = slice(reverse(sort(["users", "recordingSession", "recording:session:write"])), 0, 2)
}

resource "genesyscloud_oauth_client" "good_split" {
  name                  = "good split"
  authorized_grant_type = "CODE"
  scopes                = split(" ", "recording:session:write recordingSession")
}

resource "genesyscloud_oauth_client" "bad_split" {
  name                  = "bad split"
  authorized_grant_type = "CODE"
  scopes                = [for s in split(",", "recording:session:write, users") : trimspace(s)]
}

resource "genesyscloud_oauth_client" "good_format" {
  name                  = "good format"
  authorized_grant_type = "CODE"
  scopes                = [format("%s:%s:%s", "recording", "session", "write"), join("", ["recording", "Session"])]
}

resource "genesyscloud_oauth_client" "bad_format" {
  name                  = "bad format"
  authorized_grant_type = "CODE"
  scopes                = formatlist("%s:%s", ["recording:session", "users"], ["write", "readonly"])
}

resource "genesyscloud_oauth_client" "good_replace" {
  name                  = "good replace"
  authorized_grant_type = "CODE"
  scopes                = [replace("recording.session.write", ".", ":"), replace("recordingX", "/X$/", "Session")]
}

resource "genesyscloud_oauth_client" "bad_replace" {
  name                  = "bad replace"
  authorized_grant_type = "CODE"
  scopes                = [lower("USERS"), trimsuffix("recording:session:write;", ";")]
}

resource "genesyscloud_oauth_client" "good_zipmap" {
  name                  = "good zipmap"
  authorized_grant_type = "CODE"
  scopes                = keys(zipmap(["recording:session:write", "recordingSession"], [1, 2]))
}

resource "genesyscloud_oauth_client" "bad_zipmap" {
  name                  = "bad zipmap"
  authorized_grant_type = "CODE"
  scopes                = [zipmap(["a", "b"], ["users", "recordingSession"])["a"]]
}

resource "genesyscloud_oauth_client" "good_element" {
  name                  = "good element"
  authorized_grant_type = "CODE"
  scopes                = element([local.profiles.read, local.profiles.start], 3)
}

resource "genesyscloud_oauth_client" "bad_element" {
  name                  = "bad element"
  authorized_grant_type = "CODE"
  scopes                = element([local.profiles.read, local.profiles.start], 2)
}

resource "genesyscloud_oauth_client" "good_one" {
  name                  = "good one"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", one(["recordingSession"])]
}

resource "genesyscloud_oauth_client" "bad_one" {
  name                  = "bad one"
  authorized_grant_type = "CODE"
  scopes                = one([["recording:session:write", "users"]])
}

resource "genesyscloud_oauth_client" "good_chunklist" {
  name                  = "good chunklist"
  authorized_grant_type = "CODE"
  scopes                = chunklist(["recording:session:write", "recordingSession", "users"], 2)[0]
}

resource "genesyscloud_oauth_client" "bad_chunklist" {
  name                  = "bad chunklist"
  authorized_grant_type = "CODE"
  scopes                = chunklist(["recording:session:write", "recordingSession", "users"], 2)[1]
}

resource "genesyscloud_oauth_client" "good_regexall" {
  name                  = "good regexall"
  authorized_grant_type = "CODE"
  scopes                = regexall("[a-zA-Z:]+", "recording:session:write, recordingSession")
}

resource "genesyscloud_oauth_client" "bad_regexall" {
  name                  = "bad regexall"
  authorized_grant_type = "CODE"
  scopes                = regexall("[a-z:]+", "recording:session:write, users")
}

resource "genesyscloud_oauth_client" "good_jsonencode" {
  name                  = "good jsonencode"
  authorized_grant_type = "CODE"
  scopes                = jsondecode(jsonencode(local.profiles.start))
}

resource "genesyscloud_oauth_client" "bad_jsonencode" {
  name                  = "bad jsonencode"
  authorized_grant_type = "CODE"
  scopes                = yamldecode(yamlencode(local.profiles)).read
}

resource "genesyscloud_oauth_client" "good_sensitive" {
  name                  = "good sensitive"
  authorized_grant_type = "CODE"
  scopes                = nonsensitive(sensitive(local.profiles.start))
}

resource "genesyscloud_oauth_client" "bad_sensitive" {
  name                  = "bad sensitive"
  authorized_grant_type = "CODE"
  scopes                = nonsensitive(sensitive(local.profiles.read))
}

resource "genesyscloud_oauth_client" "good_setproduct" {
  name                  = "good setproduct"
  authorized_grant_type = "CODE"
  scopes                = concat([for pair in setproduct(["recording"], ["session", "other"]) : "${pair[0]}:${pair[1]}:write"], ["recordingSession"])
}

resource "genesyscloud_oauth_client" "bad_setproduct" {
  name                  = "bad setproduct"
  authorized_grant_type = "CODE"
  scopes                = [for pair in setproduct(["users", "routing"], ["readonly"]) : join(":", pair)]
}

resource "genesyscloud_oauth_client" "good_range" {
  name                  = "good range"
  authorized_grant_type = "CODE"
  scopes                = [for i in range(2) : local.profiles.start[i]]
}

resource "genesyscloud_oauth_client" "bad_range" {
  name                  = "bad range"
  authorized_grant_type = "CODE"
  scopes                = [for i in range(1, 2) : ["recordingSession", "users"][i]]
}

# A list that was a set: its `for` sees positions, not members.
resource "genesyscloud_oauth_client" "lacks_positions" {
  name                  = "lacks positions"
  authorized_grant_type = "CODE"
  scopes                = [for i, s in tolist(toset(["recordingSession", "recording:session:write"])) : "users:${i}"]
}
