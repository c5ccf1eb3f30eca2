"""Indexes for the search of entries; the one over words is PostgreSQL's."""

from typing import Any

from django.db import migrations, models

ADD = """
CREATE INDEX audit_words_idx ON audit_auditentry
USING gin (to_tsvector('simple', target_label || ' ' || note))
"""
REMOVE = "DROP INDEX audit_words_idx"


def add(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(ADD)


def remove(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(REMOVE)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["target_type", "position"], name="audit_kind_idx"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["verb", "position"], name="audit_verb_idx"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["at", "position"], name="audit_at_idx"),
        ),
        migrations.RunPython(add, remove),
    ]
