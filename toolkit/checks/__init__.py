"""The built-in checks, one small file each, and their registry."""
