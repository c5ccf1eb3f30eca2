"""Who may knock at the public pages."""

from apps.security.access import ADMIN, CUSTOMER, PUBLIC, SIGNED_IN, TECHNICIAN, Access

ROWS: list[Access] = [
    Access("home", GET={PUBLIC}),
    Access("login", GET={PUBLIC}, POST={PUBLIC}),
    Access("technician_login", GET={PUBLIC}),
    Access("customer_login", GET={PUBLIC}),
    Access("logout", POST={PUBLIC}),
    Access("register", GET={PUBLIC}, POST={PUBLIC}),
    Access("join", GET={CUSTOMER}, POST={CUSTOMER}),
    Access("invitation", GET={PUBLIC}, POST={PUBLIC}),
    Access("password_reset", GET={PUBLIC}, POST={PUBLIC}),
    Access("password_reset_confirm", GET={PUBLIC}, POST={PUBLIC}),
    Access("password_change", GET={SIGNED_IN}, POST={SIGNED_IN}),
    Access("account", GET={SIGNED_IN}, POST={SIGNED_IN}),
    Access("own_calendar", GET={SIGNED_IN}, POST={SIGNED_IN}),
    Access("own_messages", GET={SIGNED_IN}, POST={SIGNED_IN}),
    Access("own_browser", POST={SIGNED_IN}),
    Access("logout_everywhere", POST={SIGNED_IN}),
    Access("notices", GET={SIGNED_IN}, POST={SIGNED_IN}),
    Access("notice_open", GET={SIGNED_IN}),
    Access("calendar_feed", GET={PUBLIC}),
    Access("repair_link_done", GET={PUBLIC}),
    Access("repair_link", GET={PUBLIC}, POST={PUBLIC}),
    Access("repair_link_photo", GET={PUBLIC}),
    Access("repair_link_new", GET={TECHNICIAN, ADMIN}, POST={TECHNICIAN, ADMIN}),
    Access("unit_sticker_done", GET={PUBLIC}),
    Access("unit_sticker", GET={PUBLIC}, POST={PUBLIC}),
]
