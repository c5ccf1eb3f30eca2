"""The guide's flow, walked through the real doors; ``test_system_flow`` runs it."""
