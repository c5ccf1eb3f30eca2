"""Real threads against each other on PostgreSQL, each race with its negative control."""
