"""Which addresses lead to something that a card can show."""

import pytest

from newsroom.text.embeds import FRAME_ORIGINS, MAX_LETTERS, parse_embed

FILM = ("youtube", "dQw4w9WgXcQ")
POST = ("x", "1780000000000000000")
PICTURE = ("instagram", "C5x_Ab-12")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", FILM),
        ("https://m.youtube.com/watch?feature=share&v=dQw4w9WgXcQ&t=30s", FILM),
        ("https://youtu.be/dQw4w9WgXcQ?si=abc", FILM),
        ("http://youtube.com/shorts/dQw4w9WgXcQ", FILM),
        ("https://www.youtube.com/live/dQw4w9WgXcQ?feature=share", FILM),
        ("HTTPS://WWW.YOUTUBE-NOCOOKIE.COM/embed/dQw4w9WgXcQ", FILM),
        ("https://x.com/OpenAI/status/1780000000000000000", POST),
        ("https://twitter.com/OpenAI/status/1780000000000000000?s=20", POST),
        ("https://mobile.twitter.com/i/web/status/1780000000000000000/", POST),
        ("https://www.instagram.com/p/C5x_Ab-12/", PICTURE),
        ("https://instagram.com/openai/reel/C5x_Ab-12/?igsh=1#x", PICTURE),
    ],
)
def test_an_address_names_provider_and_number(url, expected):
    found = parse_embed(url)

    assert (found.provider.key, found.identifier) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:https://youtu.be/dQw4w9WgXcQ",
        "//youtu.be/dQw4w9WgXcQ",
        " https://youtu.be/dQw4w9WgXcQ",
        "https://youtu.be/dQw4w9WgXcQ\n",
        "https://youtu.be/dQw4w9WgXcQ onload=alert(1)",
        'https://youtu.be/dQw4w9WgXcQ?"><script>',
        "https://youtu.be/dQw4w9WgXc",
        "https://youtu.be/dQw4w9WgXcQQ",
        "https://youtu.be/dQw4w9WgXcK"[:-1] + "\u212a",
        "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
        "https://evil.example/youtube.com/watch?v=dQw4w9WgXcQ",
        "https://editor@youtube.com/watch?v=dQw4w9WgXcQ",
        "https://youtube.com:8080/watch?v=dQw4w9WgXcQ",
        "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv",
        "https://www.youtube.com/redirect?q=https://evil.example/&v=dQw4w9WgXcQ",
        "https://x.com/OpenAI",
        "https://x.com/OpenAI/status/١٢٣",
        "https://x.com/OpenAI/status/123/../../evil",
        "https://instagram.com/p/../embed/",
        "https://youtu.be/dQw4w9WgXcQ?" + "x" * MAX_LETTERS,
    ],
)
def test_any_other_address_is_none(url):
    assert parse_embed(url) is None


@pytest.mark.parametrize(
    ("url", "address", "frame"),
    [
        (
            "https://youtu.be/dQw4w9WgXcQ?t=3",
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
        ),
        (
            "https://twitter.com/a/status/123",
            "https://x.com/i/status/123",
            "https://platform.twitter.com/embed/Tweet.html?id=123",
        ),
        (
            "https://instagram.com/reel/C5x_Ab-12",
            "https://www.instagram.com/p/C5x_Ab-12/",
            "https://www.instagram.com/p/C5x_Ab-12/embed",
        ),
    ],
    ids=["YouTube", "X", "Instagram"],
)
def test_one_address_is_stored_and_its_frame_may_be_loaded(url, address, frame):
    found = parse_embed(url)

    assert (found.address, found.frame) == (address, frame)
    assert parse_embed(address) == found
    assert frame.startswith(tuple(f"{origin}/" for origin in FRAME_ORIGINS))
