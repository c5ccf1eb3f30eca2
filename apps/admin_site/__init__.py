"""The Django admin, all of it: read-only views of the data (ARCHITECTURE)."""
