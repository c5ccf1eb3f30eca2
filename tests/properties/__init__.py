"""Random histories against a plain model of what must be so."""
