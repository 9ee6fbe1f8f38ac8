"""Learning from reviewed pairs: refused for few labels, no worse than before, and equal after JSON."""

import numpy as np
import pandas as pd
import pytest

from pb2b_notebook import cleanup
from pb2b_notebook.cleanup.linkage.learning import FEWEST
from pb2b_notebook.cleanup.linkage.pairs import levels
from pb2b_notebook.errors import CleanupError

# Name, company and email levels in the lowest sixteen bits: same name at one company, other addresses at its domain.
COLLEAGUES = 1 | 5 << 7 | 8 << 11
SURE, OTHER = 1 | 5 << 7 | 1 << 11, 15 | 15 << 7 | 12 << 11


def labels(n, share=0.95, seed=1):
    """A list on which namesakes at one company are one person as often as ``share``, whatever the package believes."""
    rng = np.random.default_rng(seed)
    patterns = rng.choice([COLLEAGUES, SURE, OTHER], n)
    same = np.where(patterns == COLLEAGUES, rng.random(n) < share, patterns == SURE)
    return pd.DataFrame({"pattern": patterns, "same": same})


@pytest.mark.parametrize(
    ("same", "different", "repair"),
    [
        (0, 0, "label 5 more of one person, 5 more of two people, 50 more in all"),
        (0, 48, "label 5 more of one person: "),
        (3000, 0, "label 5 more of two people: "),
        (3000, 3, "label 2 more of two people: "),
        (20, 10, "label 20 more in all: "),
    ],
)
def test_a_refusal_counts_each_kind_and_says_what_is_missing(same, different, repair):
    given = pd.DataFrame({"pattern": [SURE] * same + [OTHER] * different, "same": [True] * same + [False] * different})
    with pytest.raises(CleanupError, match=f"{same:,} pairs of one person and {different:,} of two people") as refused:
        cleanup.learn(given)
    assert refused.value.repair.startswith(repair)


def test_fifty_labels_are_enough_and_the_weights_say_what_they_changed():
    """On a list where few namesakes at one company are one person."""
    patterns, same = [COLLEAGUES] * 40 + [SURE] * 10, [False] * 35 + [True] * 15
    learned = cleanup.learn(pd.DataFrame({"pattern": patterns, "same": same}))
    assert learned.learned_from == FEWEST
    assert "50 labels, of which 15 say the same person: labels held out are predicted" in learned.notes[0]
    assert learned.notes[1].startswith("all pairs: -")


def test_labels_that_show_no_better_weights_change_nothing_and_say_so():
    given = pd.DataFrame({"pattern": [SURE] * 30 + [OTHER] * 30, "same": [True] * 30 + [False] * 30})
    unchanged = cleanup.learn(given)
    assert np.array_equal(unchanged.values, cleanup.Weights.shipped().values)
    assert unchanged.notes == (
        "60 labels, of which 30 say the same person, do not show better weights: nothing was changed",
    )


def test_many_labels_of_improbable_pairs_cost_no_link():
    shipped = cleanup.Weights.shipped()
    chance, title = (sum(one.bits for one in levels.COMPARISONS[:n]) for n in (8, 5))
    patterns = np.array([1 | level << title | rarity << chance for level in range(4) for rarity in range(10, 32)])
    logits = shipped.logits(patterns)
    linked, improbable = patterns[(logits > 1.2) & (logits < 1.8)][:8], patterns[(logits > -1) & (logits < 1)]
    given = pd.DataFrame({"pattern": [*linked, *np.tile(improbable, 15)]}).assign(
        same=lambda frame: frame.index < len(linked)
    )
    assert (cleanup.learn(given).logits(linked) > np.log(3)).all()


def test_pairs_that_are_for_review_whatever_the_weights_teach_nothing():
    """Different given names behind one address and phone: a person decides, and the answers do not move the weights."""
    limited = 12 | 7 << 4 | 5 << 7 | 1 << 11 | 1 << 16
    assert cleanup.Weights.shipped().logits(np.array([limited])) > 0
    given = labels(200)
    more = pd.DataFrame({"pattern": [limited] * 40, "same": [False] * 40})
    alone, learned = cleanup.learn(given), cleanup.learn(pd.concat([given, more], ignore_index=True))
    assert np.array_equal(learned.values, alone.values)
    assert "240 labels" in learned.notes[0]
    assert "40 are for review" in learned.notes[0]
    unchanged = cleanup.learn(pd.DataFrame({"pattern": [limited] * 60, "same": [True] * 30 + [False] * 30}))
    assert unchanged.notes[0].endswith("nothing was changed")


def test_a_sample_has_pairs_of_every_band_also_those_that_were_missed():
    rng = np.random.default_rng(0)
    first, last = (
        rng.choice(["Ada", "Jo", "Kim", "Lea", "Max"], 400),
        rng.choice(["Berg", "Quist", "Vosk", "Zell"], 400),
    )
    company = rng.choice(["Acme", "Birken", "Nord", "Sued"], 400)
    leads = pd.DataFrame({"first_name": first, "last_name": last, "company_name": company, "email": [
        f"{name.lower()}{n % 90}@firm.example" for n, name in enumerate(last)
    ]})  # fmt: skip
    found = cleanup.duplicates(leads)
    sample = found.sample(60)
    assert len(sample) == 60
    assert (sample["probability"] < 0.2).any()
    assert (found.pairs["probability"] >= 0.2).all() or (found.pairs["decision"] == "same").any()
    assert sample.equals(found.sample(60))
    assert list(sample.columns) == list(found.pairs.columns)


def test_two_levels_that_are_scored_as_one_are_learned_as_one():
    """A domain that spells the longer name weighs what the same domain does."""
    same_domain, of_the_longer_name = 7 | 1 << 7 | 1 << 13, 7 | 7 << 7 | 1 << 13
    shipped = cleanup.Weights.shipped("companies")
    answers = {"same": [False] * 45 + [True] * 5}
    one, other = (
        cleanup.learn(pd.DataFrame({"pattern": [pattern] * 50, **answers}), weights=shipped)
        for pattern in (same_domain, of_the_longer_name)
    )
    assert one.learned_from == 50
    assert np.array_equal(one.values, other.values)


def test_labels_of_pairs_with_further_columns_need_the_weights_of_their_list():
    """What a birth date adds is not credited to the name."""
    given = pd.DataFrame({"pattern": [SURE] * 30 + [1] * 30, "further": 1, "same": [True] * 50 + [False] * 10})
    fitted = cleanup.duplicates(pd.DataFrame({"email": ["a@b.example"]})).weights
    named = fitted.logits(np.array([1]))[0]
    born = [1 / (1 + np.exp(-logit)) for logit in [5.0] * 50 + [named] * 10]
    with pytest.raises(CleanupError, match="further columns"):
        cleanup.learn(given.assign(probability=born))
    learned = cleanup.learn(given.assign(probability=born), weights=fitted)
    assert learned.logits(np.array([1]))[0] < named + 0.1


def test_fitted_weights_are_used_as_they_are_also_after_json():
    fitted = cleanup.Weights(cleanup.Weights.shipped().values, fitted=True)
    again = cleanup.Weights.from_json(fitted.to_json())
    assert repr(again) == "Weights(fitted to a list)"
    used = cleanup.duplicates(pd.DataFrame({"email": ["a@b.example"]}), weights=again)
    assert used.refinement == ("the given weights are fitted already, and are used as they are",)


def test_labels_move_the_weights_towards_them():
    pattern = np.array([COLLEAGUES])
    before = cleanup.Weights.shipped().probabilities(pattern)[0]
    learned = cleanup.learn(labels(800, share=0.3))
    assert abs(learned.probabilities(pattern)[0] - 0.3) < abs(before - 0.3) / 2
    assert learned.learned_from == 800
    assert repr(learned) == "Weights(adjusted by 800 labels)"


def test_labels_that_agree_with_the_weights_leave_them():
    shipped = cleanup.Weights.shipped()
    rng = np.random.default_rng(2)
    patterns = rng.integers(0, 1 << 12, 500)
    noise = pd.DataFrame({"pattern": patterns, "same": rng.random(500) < shipped.probabilities(patterns)})
    learned = cleanup.learn(noise)
    assert np.abs(learned.probabilities(patterns) - shipped.probabilities(patterns)).mean() < 0.1


def test_learned_weights_survive_json_and_a_recipe():
    learned = cleanup.learn(labels(400))
    again = cleanup.Weights.from_json(learned.to_json())
    patterns = np.arange(1 << 12)
    assert np.allclose(again.logits(patterns), learned.logits(patterns), atol=0.05)
    leads = pd.DataFrame({"full_name": ["Ada Berg", "Ada Berg"], "email": ["ada@b.example", "a.berg@b.example"]})
    found = cleanup.duplicates(leads, weights=learned)
    recipe = cleanup.Recipe.from_json(cleanup.Recipe.of(found).to_json())
    assert recipe.run(leads).frame["cluster_id"].tolist() == found.frame["cluster_id"].tolist()


def test_labels_without_the_columns_are_refused():
    with pytest.raises(CleanupError, match="labels= has no column 'same'"):
        cleanup.learn(pd.DataFrame({"pattern": [1]}))
    with pytest.raises(CleanupError, match="true, false or null"):
        cleanup.learn(pd.DataFrame({"pattern": [1], "same": ["perhaps"]}))


def test_text_that_holds_no_weights_is_refused():
    for text in ("", "[]", '{"weights": {}}', '{"learned_from": 1, "weights": {"constant": 0, "name": {"99": 1}}}'):
        with pytest.raises(CleanupError, match="not the JSON of weights"):
            cleanup.duplicates(pd.DataFrame({"email": ["a@b.example"]}), weights=text)


def test_weights_of_another_release_are_refused():
    """Their levels have another meaning."""
    text = cleanup.learn(labels(400)).to_json()
    for edition in ('"edition": 1,', ""):
        old = text.replace(f'"edition": {levels.EDITION},', edition)
        assert old != text
        with pytest.raises(CleanupError, match="learned with another release"):
            cleanup.duplicates(pd.DataFrame({"email": ["a@b.example"]}), weights=old)
