"""The ways out, all with one interface: ``send`` hands one message over, or raises."""

from apps.notifications.channels.base import Channel, Outgoing, Refused
from apps.notifications.channels.email import EmailChannel
from apps.notifications.channels.push import PushChannel
from apps.notifications.channels.sms import SmsChannel
from apps.notifications.enums import Way

CHANNELS: dict[str, Channel] = {
    Way.EMAIL: EmailChannel(),
    Way.SMS: SmsChannel(),
    Way.PUSH: PushChannel(),
}

__all__ = ["CHANNELS", "Channel", "Outgoing", "Refused"]
