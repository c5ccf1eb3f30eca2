"""What always holds for people and customers."""
