from gansmith.runs.protocols import differences

ONE = {
    "extractor": "inception",
    "digest": "6726825d" * 8,
    "resize": "clean",
    "real": 5000,
    "fake": 5000,
    "seed": 0,
    "version": "0.1.0",
    "metrics": {"frechet_distance": {}, "prdc": {"k": 5}},
}


def test_numbers_of_one_protocol_may_be_ranked_whatever_seed_and_version():
    assert differences([ONE, {**ONE, "seed": 1, "version": "0.2.0"}]) == []
    assert differences([ONE]) == []


def test_what_differs_is_said_in_words():
    other = {**ONE, "resize": "pytorch", "digest": "", "metrics": {"prdc": {"k": 3}}}
    assert differences([ONE, other, ONE]) == [
        "weights of the features: 6726825d6726 against none",
        "resize: clean against pytorch",
        "metrics or their options: frechet_distance, prdc {'k': 5} against prdc {'k': 3}",
    ]
