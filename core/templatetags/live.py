"""What a page needs in order to change while one looks (``static/js/live.js``)."""

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html

from core.clock import now

register = template.Library()


@register.simple_tag
def live_attributes() -> str:
    """When the page was made, and the stream's address where there is one."""
    stream = reverse("api:event-list") if settings.EVENT_STREAM else ""
    return format_html(' data-live-since="{}" data-stream="{}"', now().isoformat(), stream)
