"""The policy document: its shape, its loader, its JSON Schema."""
