"""What the script loadgen-conformance is made of; nothing but the standard library is imported by its own process."""
