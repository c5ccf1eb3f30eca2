"""Append-only, hash-chained record of every change (DOMAIN, section 7)."""
