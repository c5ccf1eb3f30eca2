"""REST under /api/: one module a resource, on the conventions of ``apps.api.base``."""
