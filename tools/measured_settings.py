"""The settings that pages are measured under: development's, with production's static files."""

import os
from pathlib import Path

from rs_systems.settings import *  # noqa: F403 - the product as it is
from rs_systems.settings import STORAGES

STATIC_ROOT = Path(os.environ["MEASURED_FOLDER"]) / "static"
WHITENOISE_USE_FINDERS = False
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
