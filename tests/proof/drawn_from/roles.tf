resource "genesyscloud_auth_role" "a" {
  name = "a"
}
resource "genesyscloud_auth_role" "b" {
  name = "b"
}
resource "genesyscloud_auth_role" "c" {
  name = "c"
}
resource "genesyscloud_auth_role" "e" {
  for_each = toset(["p", "q"])
  name     = each.key
}
resource "genesyscloud_auth_role" "n" {
  count = 2
  name  = "n${count.index}"
}
