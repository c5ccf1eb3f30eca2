"""Makes the key by which push services know the shop."""

import base64

from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Prints a new key for the environment; nothing is stored."""

    help = "Print a new VAPID_PRIVATE_KEY. Whoever changes it ends all subscriptions."

    def handle(self, *args: object, **options: object) -> None:
        """Print the line for ``.env``."""
        number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
        key = base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")
        self.stdout.write(f"VAPID_PRIVATE_KEY={key}")
