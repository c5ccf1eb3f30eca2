"""The customer portal: a fleet's own pages at ``/app/``."""
