"""What API operations need: OpenAPI documents, and the one reader of them."""
