"""Jobs: ordered tasks with equipment, one aggregate."""
