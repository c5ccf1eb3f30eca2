"""Messages to people: notices in the app and e-mail (DOMAIN, section 8)."""
