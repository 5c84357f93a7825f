"""What the commands do, as plain functions that return a report: no Click, no output."""
