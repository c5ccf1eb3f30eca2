"""The technician portal: the day's work at ``/tech/``."""
