"""Commands of the jobs package."""
