"""Pages for everybody: landing, sign-in, registration, invitation, password, account."""
