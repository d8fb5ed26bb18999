"""Test the moments that are drawn for kills."""

from random import Random

from dev.chaos.aims import Aim, next_kill


def test_every_kind_of_moment_is_drawn() -> None:
    """Two hundred kills hit each kind often, and what they need can happen."""
    random = Random(7)
    kills = [next_kill(random, start=2.0) for _ in range(200)]
    for aim in Aim:
        assert sum(it.aim is aim for it in kills) > 10
    for kill in kills:
        assert kill.count >= 1
        assert kill.outage > 0
        assert 0 <= kill.delay <= 1.3 * 2.0
        if kill.aim is Aim.ANSWER:
            assert kill.count <= len(kill.asks)
            assert max(kill.asks) < kill.at_latest


def test_a_seed_draws_the_same_kills() -> None:
    """Whoever has the seed can try again."""
    first, second = Random(3), Random(3)
    assert [next_kill(first, 1.0) for _ in range(20)] == [
        next_kill(second, 1.0) for _ in range(20)
    ]
