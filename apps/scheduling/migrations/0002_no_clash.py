"""What PostgreSQL itself refuses: two booked visits of one technician at the same time."""

from typing import Any

from django.db import migrations

ADD = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE scheduling_appointment
    ADD CONSTRAINT visit_no_clash
    EXCLUDE USING gist (technician_id WITH =, tstzrange(busy_from, ends_at) WITH &&)
    WHERE (status = 'booked'),
    ADD CONSTRAINT visit_not_longer
    CHECK (ends_at <= starts_at + interval '12 hours'),
    ADD CONSTRAINT visit_busy_agrees
    CHECK (busy_from = starts_at - make_interval(mins => travel_minutes + setup_minutes))
"""
REMOVE = """
ALTER TABLE scheduling_appointment
    DROP CONSTRAINT visit_no_clash,
    DROP CONSTRAINT visit_not_longer,
    DROP CONSTRAINT visit_busy_agrees
"""


def add(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(ADD)


def remove(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(REMOVE)


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0001_initial")]

    operations = [migrations.RunPython(add, remove)]
