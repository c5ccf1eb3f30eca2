"""A list as somebody likes to see it."""

from typing import ClassVar

from django.conf import settings
from django.db import models

NAME_LENGTH, QUERY_LENGTH = 60, 500


class SavedView(models.Model):
    """A name for the filters of a list, of one person; one of a list may be what it opens with."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    page = models.CharField(max_length=60, help_text="Name of the list's address")
    name = models.CharField(max_length=NAME_LENGTH)
    query = models.CharField(
        max_length=QUERY_LENGTH, blank=True, help_text="The filters, as the address has them"
    )
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "page", "name"], name="view_name_once"),
            models.UniqueConstraint(
                fields=["owner", "page"],
                condition=models.Q(is_default=True),
                name="view_one_default",
            ),
        ]

    def __str__(self) -> str:
        return self.name
