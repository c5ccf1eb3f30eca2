"""Composition: settings, root addresses, servers, commands that cross domains."""
