"""One module per format: `render(report)` returns text and has no side effects."""
