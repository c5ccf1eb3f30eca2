from apps.notifications.models import Notification
from apps.notifications.queries import notifications_of, unread_count
from apps.notifications.services import mark_read, notify
from core.models import Customer, User


def test_own_notices_newest_first_and_how_many_are_unread(
    technician: User, fleet: Customer
) -> None:
    for key in ("first", "second"):
        notify(
            kind="join_accepted",
            recipients=[technician],
            target=fleet,
            fields={"company": key},
            key=key,
        )
    texts = [notice.text for notice in notifications_of(technician)]
    assert texts == ["You now belong to second", "You now belong to first"]
    mark_read(user=technician, notification_id=Notification.objects.get(key="first").pk)
    assert unread_count(technician) == 1
