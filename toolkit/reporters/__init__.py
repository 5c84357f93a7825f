"""One file per format: `render(report)` returns text and touches nothing else."""
