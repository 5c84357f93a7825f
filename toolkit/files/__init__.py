"""What a run may open: a tree of files, and nothing that a link in it leads to outside."""
