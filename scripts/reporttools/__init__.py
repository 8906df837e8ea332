"""What scripts/check-report is made of: a browser over a pipe, and what it looks at in a page."""
