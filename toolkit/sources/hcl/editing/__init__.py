"""Edits of Terraform files: they touch the characters that they must, and keep the author's layout.

Nothing here evaluates, and nothing writes: an edit is a range of a file's text and what to put
there.
"""
