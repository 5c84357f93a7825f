"""Edit Terraform files: change only the characters that must change and keep the author's layout.

This package neither evaluates nor writes files: an edit is a range of the text and its new text.
"""
