"""Units, repairs, approvals, prices: the heart of the domain (DOMAIN, sections 2 and 3)."""
