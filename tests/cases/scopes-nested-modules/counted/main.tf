module "inner" {
  source = "../inner"
  count  = 2
  scopes = ["recording:session:write", count.index == 0 ? "recordingSession" : "users"]
  suffix = count.index == 0 ? " good counted" : " bad counted"
}
