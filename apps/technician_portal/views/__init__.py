"""Views of the technician portal: parse, call a use case, respond."""
