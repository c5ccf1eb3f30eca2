"""The packages of the product; see docs/architecture.md for their rows."""
