"""Photos as files: checked, cleaned, stored and answered with. Knows no repair."""
