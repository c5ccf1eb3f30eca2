"""Writes about people and customers: every function is one use case."""
