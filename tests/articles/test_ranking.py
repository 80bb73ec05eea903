import pytest

from articles import ranking


def terms(**counts):
    return {name: float(count) for name, count in counts.items()}


def ordered(words, texts, frequencies=None, total=3, *, score=1.0, ages=None):
    """The numbers of these texts, best first, with their scores."""
    weights = ranking.weights_of(words, frequencies or {}, total)
    asked = ranking.asked(words, weights)
    candidates = [
        ranking.Candidate(number, score, ranking.count(text, asked), (ages or {}).get(number, 0.0))
        for number, text in texts.items()
    ]
    return ranking.order(asked, weights, candidates)


def numbers(places):
    return [number for _score, number in places]


def test_a_term_that_is_more_of_an_article_has_a_higher_level():
    short = ranking.keys_of(terms(sea=5, harbor=1))
    long = ranking.keys_of(terms(sea=1, harbor=900))

    def level(keys, term):
        return [number for number, key in enumerate(ranking.keys_of_term(term)) if key in keys]

    assert level(short, "sea") > level(long, "sea")
    assert len(level(short, "sea")) == 1


def test_of_a_term_that_many_hold_the_highest_levels_are_read():
    counts = {ranking.EVERY: 1_000_000}
    counts |= dict(
        zip(ranking.keys_of_term("common"), [400_000, 80_000, 9_000, 800, 100, 10, 0, 0], strict=True)
    )
    counts |= dict(zip(ranking.keys_of_term("rare"), [5, 4, 3, 0, 0, 0, 0, 0], strict=True))

    plan = ranking.plan({"common": 1.0, "rare": 1.0}, counts, budget=10_000)

    assert set(plan.keys) == {*ranking.keys_of_term("rare"), *ranking.keys_of_term("common")[1:]}
    assert dict(zip(plan.keys, plan.limits, strict=True))[ranking.keys_of_term("common")[1]] == 78


def test_words_in_their_order_come_before_words_apart():
    texts = {1: " ميناء قديم قرب الساحل ", 2: " الساحل قديم قرب ميناء ", 3: " قطار سريع قرب الجبال "}

    assert numbers(ordered(["ميناء", "قديم"], texts)) == [1, 2, 3]


def test_of_equals_the_fresh_one_comes_first():
    assert numbers(ordered(["ميناء"], {2: " ميناء ", 1: " ميناء "}, ages={2: 900.0})) == [1, 2]


def test_a_fresh_article_does_not_pass_one_that_says_much_more():
    texts = {2: " ميناء قديم ", 1: " ميناء "}

    assert numbers(ordered(["ميناء", "قديم"], texts, ages={2: 9000.0})) == [2, 1]


def test_pieces_and_pairs_are_counted_as_they_stand_in_the_text():
    text = " ههههه في في المينا  المينا القديم مينا "
    words = ["المينا", "القديم", "في", "هههه", "قطار"]
    asked = ranking.asked(words, ranking.weights_of(words, {}, 1))

    counts = ranking.count(text, asked)

    assert counts.letters == len(text)
    assert dict(zip(asked.pieces, counts.pieces, strict=True)) == {
        piece: text.count(piece) for word in words for piece in ranking.pieces_of(word)
    }
    assert (counts.pairs, len(asked.pairs)) == (1, 4)


def test_what_is_counted_does_not_depend_on_what_the_pieces_weigh():
    words = ["ميناء", "قديم"]
    common = dict.fromkeys(ranking.pieces_of("ميناء"), 900)

    assert ranking.asked(words, ranking.weights_of(words, {}, 1_000)) == ranking.asked(
        words, ranking.weights_of(words, common, 1_000)
    )


@pytest.mark.parametrize("lowest", [12.5, 0.3, 0.0001])
def test_what_is_not_ordered_stands_behind_in_its_own_order(lowest):
    ordered = [(20.0, 8), (lowest, 5)]

    behind = ranking.behind(ordered, [(9, 1.0), (3, 0.5), (4, 0.25)])

    places = ordered + behind
    assert places == sorted(places, reverse=True)
    assert {number for _score, number in behind} == {9, 3, 4}
    assert all(0 <= score < lowest for score, _number in behind)


def test_what_is_ordered_has_a_score_whatever_it_tells():
    everywhere = dict.fromkeys(ranking.pieces_of("ميناء"), 10_000_000)

    assert ordered(["ميناء"], {1: " ميناء "}, everywhere, 10_000_000, score=0.0) == [(0.0001, 1)]
