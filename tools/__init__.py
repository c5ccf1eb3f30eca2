"""Programs behind make."""
