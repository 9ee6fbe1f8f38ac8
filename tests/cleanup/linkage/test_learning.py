"""Learning from reviewed pairs: refused for few labels, never worse than before, and equal after JSON."""

import numpy as np
import pandas as pd
import pytest

from pb2b_notebook import cleanup
from pb2b_notebook.cleanup.linkage import levels
from pb2b_notebook.cleanup.linkage.learning import FEWEST
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


@pytest.mark.parametrize("n", [0, 1, FEWEST - 1])
def test_too_few_labels_are_refused(n):
    with pytest.raises(CleanupError, match="too few to learn from: 200 are needed"):
        cleanup.learn(labels(n) if n else pd.DataFrame({"pattern": [], "same": []}))


def test_labels_of_one_kind_only_are_refused():
    with pytest.raises(CleanupError, match="25 of each kind"):
        cleanup.learn(labels(600).assign(same=True))


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
