"""Commands of photo storage."""
