"""Forms of the office portal."""
