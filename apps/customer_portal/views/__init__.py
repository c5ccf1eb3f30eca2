"""Views of the customer portal: parse, call a use case, respond."""
