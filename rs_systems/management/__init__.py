"""Commands that cross domains."""
