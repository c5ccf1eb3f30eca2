"""Settings of the REST API and of its schema."""

import tomllib
from typing import Any

from rs_systems.environment import BASE_DIR

REST_FRAMEWORK: dict[str, Any] = {
    # What else differs from DRF's defaults stands in apps.api.base.ApiView.
    "DEFAULT_SCHEMA_CLASS": "apps.api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "apps.api.problems.handle",
    # The format is always JSON; "?format=" is an unknown parameter like any other.
    "URL_FORMAT_OVERRIDE": None,
}
PROJECT = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "RS Systems API",
    "DESCRIPTION": "Windshield Repair Management API",
    "VERSION": PROJECT["version"],
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "PATH_CONVERTER_OVERRIDES": {
        "id": {"type": "integer", "minimum": 0, "maximum": 10**18 - 1},
    },
    "ENUM_NAME_OVERRIDES": {
        "QueueStatusEnum": "apps.repairs.enums.QueueStatus",
        # Jobs and their tasks stand in the same ways.
        "WorkStatusEnum": "apps.jobs.enums.JobStatus",
        "VisitStatusEnum": "apps.scheduling.enums.VisitStatus",
        "PhotoKindEnum": "apps.repairs.enums.PhotoKind",
        "CustomerKindEnum": "core.enums.CustomerKind",
        "RewardKindEnum": "apps.rewards_referrals.enums.RewardKind",
        "EntryKindEnum": "apps.rewards_referrals.enums.EntryKind",
        "RedemptionStatusEnum": "apps.rewards_referrals.enums.RedemptionStatus",
        "ReferralStatusEnum": "apps.rewards_referrals.enums.ReferralStatus",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.api.schema.complete",
    ],
}
