"""Metrics of texts against values worked out by hand."""

import math

import numpy as np
import pytest
import torch

from gansmith.kinds.text import codes, strings
from gansmith.kinds.words import sentence, words
from gansmith.metrics.maths.bleu_scores import References
from gansmith.metrics.maths.ngrams import tokens_of
from gansmith.metrics.text.bleu import bleu
from gansmith.metrics.text.distinct import distinct
from gansmith.metrics.text.ngram_divergence import ngram_divergence
from gansmith.metrics.text.ngram_nll import ngram_nll
from gansmith.metrics.text.self_bleu import self_bleu

FOUR = "a b c d"


def test_words_and_signs_stand_apart_and_go_together_again():
    told = "it's a man-made sink, (the 2nd) don't ask!"
    assert words(told) == [
        *("it", "'s", "a", "man-made", "sink", ",", "(", "the", "2nd", ")"),
        *("do", "n't", "ask", "!"),
    ]
    assert sentence(words(told)) == told


def test_texts_are_code_points_and_back_whatever_the_script():
    texts = ["naïve", "", "日本語 🙂", "a b"]
    assert strings(codes(texts)) == texts


def test_lines_of_four_words_are_compared_by_words_and_shorter_ones_by_characters():
    assert tokens_of("bleu", codes([FOUR, FOUR]), codes(["ab", "c"])) == [
        [FOUR.split()] * 2,
        [["ab"], ["c"]],
    ]
    assert tokens_of("bleu", codes(["ab", "cd"]))[0][0] == ["a", "b"]


def test_bleu_of_a_text_that_shares_half_is_the_value_by_hand():
    against = References([FOUR.split(), ["a", "b", "x", "y", "z"]])
    found = against.scores(["a", "b", "c", "y"])
    # unigrams 4 of 4, bigrams "a b" and "b c" of three, trigrams "a b c" of two, then 0.1 of 1
    by_hand = [1.0, (2 / 3) ** (1 / 2), (2 / 3 * 1 / 2) ** (1 / 3)]
    by_hand += [(2 / 3 * 1 / 2 * 0.1) ** (1 / 4), (2 / 3 * 1 / 2 * 0.1 * 0.1) ** (1 / 5)]
    assert found == pytest.approx(by_hand)


def test_a_text_shorter_than_every_reference_is_punished_by_its_length():
    against = References([["a", "b", "c", "d", "e"], ["a", "b", "c", "d"]])
    assert against.scores(["a", "b"])[1] == pytest.approx(math.exp(1 - 4 / 2))
    assert against.scores([])[0] == 0.0
    assert against.scores(["q"]) == [0.0] * 5


def test_counts_beyond_the_most_of_any_one_reference_do_not_match():
    against = References([["a", "a", "b"], ["a", "c"]])
    assert against.scores(["a", "a", "a"])[0] == pytest.approx(2 / 3)


def test_self_bleu_leaves_the_text_itself_out():
    apart = codes(["one two three four", "five six seven eight", "nine ten eleven twelve"])
    assert self_bleu(apart, apart)["self_bleu_2"] == 0.0
    twice = codes([FOUR, FOUR, "five six seven eight"])
    found = self_bleu(twice, twice)
    assert found["self_bleu_3"] == pytest.approx(2 / 3)
    one = self_bleu(twice, codes(["a b", "a c", "q r"]))["self_bleu_2"]
    # "a b" against the other two: one of two unigrams, no bigram; so is "a c"; "q r" has nothing
    assert one == pytest.approx(2 * math.sqrt(0.5 * 0.1) / 3)


def test_bleu_of_the_reals_themselves_is_one_and_of_noise_zero():
    reals = codes([f"{FOUR} {n} e f" for n in "uvw"])
    assert bleu(reals, reals)["bleu_5"] == pytest.approx(1)
    assert bleu(reals, codes(["q q q q q", "z z z z z"]))["bleu_2"] == 0.0


def test_the_divergence_is_zero_for_equal_texts_and_one_bit_without_a_common_ngram():
    some = codes(["ab", "ba"])
    assert ngram_divergence(some, some) == pytest.approx(0)
    assert ngram_divergence(some, codes(["xy", "yz"]), size=1) < 1  # they end alike
    assert ngram_divergence(some, codes(["xy", "yz"]), size=3) == pytest.approx(1)
    # tokens and ends: a, b, end twice each against a four times and the end twice
    middle = (2 / 6, 2 / 6, 2 / 6), (4 / 6, 0, 2 / 6)
    by_hand = 0.5 * sum(
        x * math.log2(2 * x / (p + q))
        for p, q in zip(*middle, strict=True)
        for x in (p, q)
        if x > 0
    )
    assert ngram_divergence(some, codes(["aa", "aa"]), size=1) == pytest.approx(by_hand)


def test_distinct_and_new_are_shares_of_the_texts():
    found = distinct(codes(["x", "y"]), codes(["a", "a", "b", "c"]), codes(["b", "q"]))
    assert found == {"distinct_share": 0.75, "new_share": 0.75}


def test_the_ngram_model_gives_the_interpolated_chances_by_hand():
    found = ngram_nll(codes(["a", "a"]), codes(["a", "a"]), size=1)
    # unigrams of a and the end, 2 each of 4 with 2 kinds, and 1/3 for any token before that
    chance = (2 + 2 * (1 / 3)) / (4 + 2)
    assert found == pytest.approx(-math.log(chance))


def test_usual_texts_are_likelier_than_scrambled_ones():
    reals = codes(["the cat sat on a mat"] * 3 + ["the dog sat on a log"] * 3)
    good, bad = codes(["the cat sat on a log"] * 2), codes(["log a on sat cat the"] * 2)
    assert ngram_nll(reals, good) < ngram_nll(reals, bad) / 2


def test_a_side_that_is_no_text_is_refused():
    with pytest.raises(ValueError, match="two texts or more"):
        bleu(torch.zeros(1, 4), torch.zeros(5, 4))


def test_bleu_is_that_of_nltk_with_its_first_smoothing():
    score = pytest.importorskip("nltk.translate.bleu_score")
    draws = np.random.default_rng(0)
    texts = [[str(word) for word in draws.integers(0, 9, draws.integers(1, 9))] for _ in range(30)]
    against, smooth = References(texts[:20]), score.SmoothingFunction().method1
    for text in texts[20:]:
        found = against.scores(text)
        for size in (2, 3, 4, 5):
            weights = [1 / size] * size
            theirs = score.sentence_bleu(texts[:20], text, weights, smoothing_function=smooth)
            assert found[size - 1] == pytest.approx(theirs)
