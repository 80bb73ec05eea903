"""The store of kept pages: names, room, and pages that are purged while they are being made."""

from newsroom.web.stored_pages import EVERY_PAGE, OVERHEAD, Page, StoredPages

ROOM = 10 * (OVERHEAD + 1_000)


def page(*names, size=1_000):
    return Page(
        "200 OK",
        frozenset({EVERY_PAGE, *names}),
        tag="",
        made_at=0.0,
        modified_at=0.0,
        bodies={"": b"x" * size},
    )


def keep(pages, path, *names, **options):
    making, _is_own = pages.begin((path, ""))
    made = page(*names, **options)
    pages.end((path, ""), making, made, keep=True)
    return made


def paths(pages, count=20):
    return [number for number in range(count) if pages.get((str(number), "")) is not None]


def test_a_purge_removes_the_pages_of_that_name_alone():
    pages = StoredPages(ROOM)
    keep(pages, "0", "article:1", "lists")
    keep(pages, "1", "article:2", "lists")
    keep(pages, "2", "article:12")

    pages.purge(["article:1"])

    assert paths(pages) == [1, 2]


def test_a_purge_of_every_page_leaves_no_bytes():
    pages = StoredPages(ROOM)
    keep(pages, "0", "article:1")
    keep(pages, "1")

    pages.purge([EVERY_PAGE])

    assert (paths(pages), len(pages), pages.bytes) == ([], 0, 0)


def test_a_page_takes_the_place_of_the_one_before_with_its_names():
    pages = StoredPages(ROOM)
    keep(pages, "0", "article:1")
    keep(pages, "0", "article:2")

    pages.purge(["article:1"])

    assert (paths(pages), pages.bytes) == ([0], OVERHEAD + 1_000)


def test_what_was_kept_longest_makes_room():
    pages = StoredPages(ROOM)
    for number in range(12):
        keep(pages, str(number))

    assert (paths(pages), pages.bytes) == (list(range(2, 12)), ROOM)


def test_a_flood_of_pages_that_nobody_asks_for_twice_leaves_the_others():
    pages = StoredPages(ROOM)
    wanted = keep(pages, "wanted")
    for number in range(1_000):
        wanted.was_used = True
        keep(pages, str(number))

    assert pages.get(("wanted", "")) is wanted


def test_a_page_larger_than_the_room_is_not_kept():
    pages = StoredPages(ROOM)
    making, _is_own = pages.begin(("0", ""))

    is_kept = pages.end(("0", ""), making, page(size=2 * ROOM), keep=True)

    assert (is_kept, pages.bytes) == (False, 0)


def test_a_page_that_had_to_go_is_purged_no_more_and_comes_back_with_its_names():
    pages = StoredPages(ROOM)
    for number in range(12):
        keep(pages, str(number), f"article:{number}")
    pages.purge(["article:0"])
    keep(pages, "0", "article:0")

    pages.purge(["article:0"])

    assert paths(pages) == list(range(3, 12))


def test_a_page_of_which_a_name_is_purged_while_it_is_made_is_not_kept():
    pages = StoredPages(ROOM)
    making, _is_own = pages.begin(("0", ""))
    pages.purge(["article:1"])

    is_kept = pages.end(("0", ""), making, page("article:1"), keep=True)

    assert (is_kept, paths(pages)) == (False, [])


def test_a_page_that_is_made_while_others_are_purged_is_kept():
    pages = StoredPages(ROOM)
    making, _is_own = pages.begin(("0", ""))
    pages.purge(["article:2"])

    pages.end(("0", ""), making, page("article:1"), keep=True)

    assert paths(pages) == [0]


def test_a_page_that_is_made_while_all_become_old_is_not_kept():
    pages = StoredPages(ROOM)
    making, _is_own = pages.begin(("0", ""))
    pages.outdate()

    pages.end(("0", ""), making, page("article:1"), keep=True)

    assert paths(pages) == []


def test_who_comes_after_the_purge_does_not_take_what_was_begun_before():
    pages = StoredPages(ROOM)
    making, _is_own = pages.begin(("0", ""))
    before = pages.purges
    pages.purge(["article:1"])
    after = pages.purges
    pages.purge(["article:1"])
    pages.end(("0", ""), making, page("article:1"), keep=True)

    assert (making.is_old_for(before), making.is_old_for(after)) == (False, True)


def test_who_asks_for_a_page_that_is_being_made_waits_for_it():
    pages = StoredPages(ROOM)
    first, first_makes = pages.begin(("0", ""))
    second, second_makes = pages.begin(("0", ""))
    made = page()
    pages.end(("0", ""), first, made, keep=True)

    assert (first_makes, second_makes, second.page) == (True, False, made)
    assert second.done.is_set()
