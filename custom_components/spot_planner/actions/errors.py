"""Say in the user's language why an action is refused."""

from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.exceptions import ServiceValidationError

from ..const import DOMAIN
from ..engine.errors import InputError
from ..engine.planning.model import InfeasibleError


def refusal(key: str, **placeholders: str) -> ServiceValidationError:
    """Return the error that tells a user why something is refused."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )


@contextmanager
def engine_refusals() -> Iterator[None]:
    """Turn what the engine refuses into errors that users understand.

    Raises:
        ServiceValidationError: The engine has refused something.
    """
    try:
        yield
    except (InputError, InfeasibleError) as err:
        key: str = err.reason
        raise refusal(key) from err
