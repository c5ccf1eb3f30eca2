"""What a browser or program calls itself, in words for its owner.

Whoever signs in chooses what is sent: nothing of it is told but names that we know, and a
program's own where it is a plain word.
"""

import re

# The first that is found counts: most browsers also name those that they descend from.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "a Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
PROGRAM = re.compile(r"([A-Za-z][A-Za-z_-]{1,29})(?=/|\s|$)")
UNKNOWN = "An unknown program"


def in_words(user_agent: str) -> str:
    """Such as "Firefox on Windows", or "The program curl"."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    if browser:
        return f"{browser} on {system}" if system else browser
    program = PROGRAM.match(user_agent)
    return f"The program {program[1]}" if program else UNKNOWN
