"""Web push (RFC 8030, 8291, 8292) to each browser that the person subscribed."""

import json

from django.conf import settings

from apps.notifications.channels.base import Outgoing, Refused
from apps.notifications.models import PushSubscription
from apps.notifications.subscribing import end_subscription

# For each browser: ten of a person are still told within the lease of the row.
TIMEOUT = 5
# A browser that is off for longer finds the notice on the pages.
DAY_SECONDS = 24 * 60 * 60
GONE = (404, 410)


class NotNow(Exception):
    """The push service cannot take it now; it names no endpoint, which is a secret."""


class PushChannel:
    """Messages to browsers; ``to`` is the person's id."""

    def send(self, message: Outgoing) -> None:
        """Hand it to every browser of the person; one that takes it is enough."""
        reached, fault = 0, None
        for browser in PushSubscription.objects.filter(user=int(message.to)).order_by("pk"):
            try:
                reached += _is_taken(browser, message)
            except NotNow as error:
                fault = error
        if not reached and fault is not None:
            raise fault
        if not reached:
            raise Refused("No browser of theirs is subscribed any more")


def _is_taken(browser: PushSubscription, message: Outgoing) -> bool:
    # No start of the product should wait for these.
    import requests  # noqa: PLC0415 - see above
    from pywebpush import WebPushException, webpush  # noqa: PLC0415 - see above

    told = {"title": message.subject, "body": message.text, "url": message.link, "tag": message.id}
    try:
        webpush(
            subscription_info={
                "endpoint": browser.endpoint,
                "keys": {"p256dh": browser.p256dh, "auth": browser.auth},
            },
            data=json.dumps(told),
            vapid_private_key=settings.VAPID_PRIVATE_KEY,
            vapid_claims={"sub": settings.VAPID_SUBJECT},
            ttl=DAY_SECONDS,
            timeout=TIMEOUT,
            # A repetition takes the place of the first one while the browser is off.
            headers={"Topic": message.id[:32]},
        )
    except WebPushException as error:
        if error.response is None or error.response.status_code not in GONE:
            raise NotNow("The push service cannot take it now") from None
        end_subscription(subscription_id=browser.pk)
        return False
    except requests.RequestException:
        raise NotNow("The push service cannot be reached") from None
    return True
