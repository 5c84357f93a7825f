tfvars_good = ["recording:session:write", "recordingSession"]
tfvars_bad  = ["recording:session:write", "users"]
json_good   = ["users"]
json_bad    = ["recording:session:write", "recordingSession"]
auto_good   = ["users"]
auto_bad    = ["recording:session:write", "recordingSession"]

required_good = [
  "recording:session:write", # a comment
  "recordingSession",
]
required_bad = [
  "recording:session:write",
  "users",
]
text_good = "recordingSession"
text_bad  = "users"
