output "good" {
  value = ["recording:session:write", "recordingSession"]
}

output "bad" {
  value = concat(["recording:session:write"], ["users"])
}

output "all" {
  value = {
    base    = ["recording:session:write"]
    session = "recordingSession"
    extra   = "users"
  }
}
