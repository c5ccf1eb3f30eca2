"""People, customers and the shop's settings: rules, reads and writes (DOMAIN, section 1)."""
