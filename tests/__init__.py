"""Tests of the whole: end to end, of the house, of its tools."""
