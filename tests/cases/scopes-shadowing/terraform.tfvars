# Sets the root's variable, never the module's.
scopes = ["recordingSession", "recording:session:write"]
