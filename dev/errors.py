"""Say what can go wrong with the development tools."""


class DevError(Exception):
    """Say in one sentence what went wrong."""


class SilentError(DevError):
    """Home Assistant did not answer at all."""


class RefusedError(DevError):
    """Home Assistant answered a request with an error."""

    def __init__(self, message: str, status: int) -> None:
        """Keep the status beside the sentence."""
        super().__init__(message)
        self.status = status
