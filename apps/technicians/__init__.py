"""Technicians: skills, hours, time off (DOMAIN, section 1)."""
