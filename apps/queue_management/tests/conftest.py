"""Technicians with hours, and work that a visit may be booked for."""

import pytest

from apps.jobs.models import Job
from apps.repairs.models import Repair
from apps.technicians.models import Technician
from tests import factories
from tests.cast import Cast


@pytest.fixture
def tom(cast: Cast) -> Technician:
    factories.set_hours(cast.technician_record)
    return cast.technician_record


@pytest.fixture
def uma(cast: Cast) -> Technician:
    factories.set_hours(cast.other_technician_record)
    return cast.other_technician_record


@pytest.fixture
def repair(cast: Cast) -> Repair:
    return factories.request(customer=cast.fleet, actor=cast.primary)


@pytest.fixture
def job(cast: Cast) -> Job:
    return factories.make_job("Measure", customer=cast.fleet, actor=cast.sales_agent, title="Yard")
