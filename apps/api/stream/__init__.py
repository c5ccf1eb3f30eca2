"""The process that keeps `/api/events/` open (decision 14)."""
