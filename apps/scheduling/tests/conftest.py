"""Demo Fleet's technicians with hours, and work that a visit may be booked for."""

import pytest

from apps.jobs.models import Job
from apps.repairs.models import Repair
from apps.technicians.models import Technician
from tests import factories
from tests.cast import Cast


@pytest.fixture
def tom(cast: Cast) -> Technician:
    """The technician, who works from eight to six every day."""
    factories.set_hours(cast.technician_record)
    return cast.technician_record


@pytest.fixture
def uma(cast: Cast) -> Technician:
    """The other technician, with the same hours."""
    factories.set_hours(cast.other_technician_record)
    return cast.other_technician_record


@pytest.fixture
def repair(cast: Cast) -> Repair:
    """A request of Demo Fleet."""
    return factories.request(customer=cast.fleet, actor=cast.primary)


@pytest.fixture
def job(cast: Cast) -> Job:
    """A job of Demo Fleet with two tasks, nobody's yet."""
    return factories.make_job("Measure", "Cut", customer=cast.fleet, actor=cast.sales_agent)
