"""Say what can go wrong inside the engine."""


class EngineError(Exception):
    """Base of every error that the engine raises on purpose."""


class SeriesError(EngineError):
    """Say why price intervals do not form a price series."""


class InputError(EngineError):
    """Name the field and the reason for which something given is refused.

    The reason is a translation key, so that a form can put the sentence of the
    user's language beside the field.
    """

    def __init__(self, field: str, reason: str, value: object = "") -> None:
        """Keep what a form needs to point at the mistake."""
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
        self.value = str(value)
