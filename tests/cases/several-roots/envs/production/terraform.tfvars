scope = "recordingSession"
