"""What templates may say: see docs/frontend.md."""
