"""Path converters: what an address may hold."""

from django.urls.converters import IntConverter


class IdConverter(IntConverter):
    """An id that every database takes: longer numbers are no address of anything."""

    regex = "[0-9]{1,18}"
