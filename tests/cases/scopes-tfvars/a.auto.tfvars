auto_good = ["authorization"]
auto_bad  = ["recording:session:write", "recordingSession"]

auto_json_good = ["authorization"]
auto_json_bad  = ["recording:session:write", "recordingSession"]
