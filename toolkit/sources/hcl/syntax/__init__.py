"""HCL's two syntaxes as one tree, with the range of everything in it. It knows no Terraform."""
