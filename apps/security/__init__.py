"""Sign-in, sessions, lockout, throttles, and which role may knock at which URL."""
