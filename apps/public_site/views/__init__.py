"""The public pages, a module a subject."""
