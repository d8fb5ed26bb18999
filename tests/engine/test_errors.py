"""Test what errors tell."""

from custom_components.spot_planner.engine.errors import EngineError, InputError


def test_input_error_names_the_field_the_reason_and_the_value() -> None:
    """A form finds beside which field to put which sentence."""
    error = InputError("duration", "duration_not_positive", 0)
    assert isinstance(error, EngineError)
    assert (error.field, error.reason, error.value) == (
        "duration",
        "duration_not_positive",
        "0",
    )
    assert str(error) == "duration: duration_not_positive"
