"""What scripts/check-exports is made of: readers of each format, figures of their own, and files that are broken on purpose."""
