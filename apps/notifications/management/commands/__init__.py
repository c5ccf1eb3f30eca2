"""Commands of the notifications package."""
