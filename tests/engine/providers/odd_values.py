"""Odd values: whatever JSON may hold in the place of what a provider documents."""

from hypothesis import strategies as st


def odd_values(*known: object) -> st.SearchStrategy[object]:
    """Return any values, and some that look like what a provider may send.

    Args:
        known: Values that are odd in the answers of one provider.
    """
    return st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=8),
        st.sampled_from(known),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=3),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.text(max_size=9), inner, max_size=3)
            ),
            max_leaves=6,
        ),
    )
