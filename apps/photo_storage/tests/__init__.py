"""Tests of photo storage, with real pictures and real processes."""
