"""Tests that hold the house of docs/architecture.md in its shape."""
