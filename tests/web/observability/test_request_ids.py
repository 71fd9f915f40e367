"""Names of requests: unlike each other, cheap, and nothing to foretell others by."""

import multiprocessing
import os
import random
from multiprocessing.queues import Queue

import pytest

from app.web.http.headers import new_request_id

IDS_THAT_GIVE_MT19937_AWAY = 208
"""624 words of 32 bits, three to an id: the whole state of Python's generator."""


def _predicted(ids: list[str]) -> str:
    """The id that Python's `random` would give after these, if they came from it."""
    words = []
    for id_ in ids:
        number = int(id_.removeprefix("req_"), 16)
        words += [(number >> shift) & 0xFFFFFFFF for shift in (0, 32, 64)]
    generator = random.Random()
    generator.setstate((3, (*map(_untempered, words), 624), None))
    return f"req_{generator.getrandbits(96):024x}"


def _untempered(word: int) -> int:
    word ^= word >> 18
    word ^= (word << 15) & 0xEFC60000
    kept = word
    for _ in range(5):
        word = kept ^ ((word << 7) & 0x9D2C5680)
    kept = word
    for _ in range(3):
        word = kept ^ (word >> 11)
    return word


def test_the_attack_works_on_a_predictable_generator() -> None:
    generator = random.Random(95)
    ids = [f"req_{generator.getrandbits(96):024x}" for _ in range(IDS_THAT_GIVE_MT19937_AWAY)]

    assert _predicted(ids) == f"req_{generator.getrandbits(96):024x}"


def test_no_id_follows_from_those_before() -> None:
    ids = [new_request_id() for _ in range(IDS_THAT_GIVE_MT19937_AWAY)]

    foretold = _predicted(ids)

    assert foretold != new_request_id()


def test_ids_are_unlike_each_other_and_shaped_alike() -> None:
    ids = [new_request_id() for _ in range(5_000)]

    assert len(set(ids)) == 5_000
    assert all(len(id_) == 28 and id_.startswith("req_") for id_ in ids)
    assert all(int(id_[4:], 16) >= 0 for id_ in ids)


def test_the_system_is_asked_for_many_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    urandom = os.urandom

    def counting(size: int) -> bytes:
        asked.append(size)
        return urandom(size)

    monkeypatch.setattr("os.urandom", counting)
    for _ in range(1_024):
        new_request_id()

    assert asked == [6_144] * 2


def _put_id(found: "Queue[str]") -> None:
    found.put(new_request_id())


@pytest.mark.end_to_end
def test_a_forked_process_has_ids_of_its_own() -> None:
    new_request_id()
    context = multiprocessing.get_context("fork")
    found: Queue[str] = context.Queue()
    children = [context.Process(target=_put_id, args=(found,)) for _ in range(2)]
    for child in children:
        child.start()
    ids = {found.get(timeout=30) for _ in children}
    for child in children:
        child.join(30)

    assert len({*ids, new_request_id()}) == 3
