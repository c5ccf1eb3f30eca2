"""Settings of the processes that are killed: the suite's, with a mail server."""

import os

from rs_systems.settings_test import *

EMAIL_BACKEND = "rs_systems.mail.PunctualSmtpBackend"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ.get("FAULTS_MAIL_PORT", "0"))
EMAIL_USE_TLS = False
CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL", "")
