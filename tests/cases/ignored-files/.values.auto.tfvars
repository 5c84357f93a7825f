hidden = ["recording:session:write", "recordingSession"]
