"""Random numbers are a pure function of seed, number and path."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import Generator, Philox, SeedSequence

from askttell.seed import check_seed, draw_seed, uniforms

seeds = st.integers(0, 2**63 - 1)
words = st.integers(0, 2**32 - 1)


@given(seeds, words, st.lists(words, max_size=3), st.integers(0, 50))
def test_they_are_those_of_a_fresh_generator(seed, number, path, n):
    key = SeedSequence(seed, spawn_key=path).generate_state(2, np.uint64)
    fresh = Generator(Philox(key=key, counter=[0, number, 0, 0]))

    assert np.array_equal(uniforms(seed, number, n, *path), fresh.random(n))


def test_nothing_of_an_earlier_call_is_left():
    expected = uniforms(3, 7, 5)
    uniforms(3, 8, 3)
    uniforms(4, 7, 2, 9)

    assert np.array_equal(uniforms(3, 7, 5), expected)
    assert np.array_equal(uniforms(3, 7, 50)[:5], expected)


@given(seeds, words, words)
def test_streams_differ(seed, one, other):
    streams = [uniforms(seed, one, 2), uniforms(seed, one, 2, other), uniforms(seed, one, 2, other, 0)]
    streams += [uniforms(seed, other, 2)] if one != other else []

    assert len({tuple(stream) for stream in streams}) == len(streams)


def test_threads_do_not_disturb_one_another():
    expected = [uniforms(1, number, 20).tolist() for number in range(200)]
    found = {}

    def work(worker):
        found[worker] = [uniforms(1, number, 20).tolist() for number in range(200)]

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(found[worker] == expected for worker in range(4))


def test_a_drawn_seed_can_be_given_back():
    drawn = {draw_seed() for _ in range(20)}

    assert len(drawn) == 20
    assert all(check_seed(seed) == seed < 2**53 for seed in drawn)


@pytest.mark.parametrize("bad", [-1, 2**63, True])
def test_what_is_no_seed_is_refused(bad):
    with pytest.raises(ValueError, match="`seed` must be an integer from 0"):
        check_seed(bad)
