"""Views of the office portal."""
