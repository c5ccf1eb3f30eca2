"""The office: repairs, assignment, customers, people, settings (`/office/`)."""
