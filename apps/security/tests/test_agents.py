"""Browsers and programs in words; nothing of what a stranger sends but plain names."""

import pytest

from apps.security.agents import in_words

CHROME = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 {}Safari/537.36"
APPLE = "Mozilla/5.0 ({}) AppleWebKit/605.1.15 (KHTML, like Gecko) {} Mobile/15E148 Safari/604.1"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0",
            "Firefox on Linux",
        ),
        (CHROME.format("Windows NT 10.0; Win64; x64", ""), "Chrome on Windows"),
        (CHROME.format("Windows NT 10.0", "Edg/140.0 "), "Edge on Windows"),
        (
            CHROME.format("Linux; Android 14", "SamsungBrowser/25 "),
            "Samsung Internet on Android",
        ),
        (CHROME.format("X11; CrOS x86_64", "OPR/120 "), "Opera on ChromeOS"),
        (CHROME.format("Macintosh; Intel Mac OS X", ""), "Chrome on a Mac"),
        (
            APPLE.format("iPhone; CPU like Mac OS X", "Version/18.0"),
            "Safari on an iPhone",
        ),
        (APPLE.format("iPad; CPU like Mac OS X", "CriOS/140.0"), "Chrome on an iPad"),
        ("Firefox/140.0", "Firefox"),
        ("curl/8.5.0", "The program curl"),
        ("python-requests/2.32", "The program python-requests"),
        ("okhttp", "The program okhttp"),
        ("", "An unknown program"),
        ("evil.example/1.0 see https://evil.example", "An unknown program"),
        ("<b>x</b>", "An unknown program"),
        ("a" * 500, "An unknown program"),
    ],
)
def test_what_is_sent_becomes_words(sent: str, words: str) -> None:
    assert in_words(sent) == words
