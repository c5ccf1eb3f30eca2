"""Scheduling: appointments that cannot clash, when somebody is free, the technician's day."""
