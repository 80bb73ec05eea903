"""How far an import is, as whoever runs it sees it."""

from newsroom.wordpress.running import Progress


def test_a_terminal_gets_a_bar_with_the_time_that_is_left():
    drawn = []
    progress = Progress(lambda _line: None, drawn.append, iter([0.0, 60.0]).__next__)

    progress("import", 0, 100)
    progress("import", 40, 100)
    progress.end()

    assert drawn == ["\r" + "█" * 12 + "░" * 18 + " Importing: 40%, 1 min 30 s left  ", "\n"]


def test_a_log_gets_a_line_now_and_then():
    said = []
    progress = Progress(said.append, None, iter(range(0, 33, 3)).__next__)

    for done in range(0, 101, 10):
        progress("survey", done, 100)

    assert said == [
        "Reading ahead: 40%, 18 s left",
        "Reading ahead: 80%, 6 s left",
        "Reading ahead: 100%, 0 s left",
    ]
