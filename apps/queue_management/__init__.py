"""Use cases that cross domains, and load-balanced assignment (ARCHITECTURE)."""
