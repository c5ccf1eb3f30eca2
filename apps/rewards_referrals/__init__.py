"""Points, what they buy, and who brought whom: a ledger for each customer."""
