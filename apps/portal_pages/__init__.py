"""Pages that several portals show: each portal says who may, its addresses and its templates."""
