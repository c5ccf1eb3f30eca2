"""What a worker process of `manage.py serve` loads: the application, and its own end."""

from rs_systems.parents import die_with_parent

die_with_parent()

from rs_systems.wsgi import application  # noqa: E402, F401  # loaded only while the parent lives
