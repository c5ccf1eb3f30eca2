"""Demonstration data of a development machine; ``create_test_data`` makes and removes it."""
