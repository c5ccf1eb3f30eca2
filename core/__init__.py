"""The kernel: identity, shop settings, errors, clock, money, keys, outbox, invariants."""
