"""Tests of the tools that build, run and check the house."""
