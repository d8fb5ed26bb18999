"""Fixtures for the tests of the engine."""

import warnings

from hypothesis import given, strategies as st
from hypothesis.errors import HypothesisWarning
import pytest


@pytest.fixture(scope="session", autouse=True)
def hypothesis_is_ready() -> None:
    """Let hypothesis set itself up before any test can fail for it.

    On Python 3.14 its first example warns about a random generator of its own.
    """

    @given(st.none())
    def first_example(_: None) -> None:
        """Do nothing."""

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HypothesisWarning)
        first_example()
