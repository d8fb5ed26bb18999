"""Tables whose rows are all tried in one home, where no row leaves anything behind."""

from collections.abc import Awaitable, Callable, Iterable
import functools
import inspect
from typing import Any

type Test = Callable[..., Awaitable[None]]


def table(names: str, rows: Iterable[Any]) -> Callable[[Test], Test]:
    """Give a test one row after the other; a row that fails is named beside its error.

    Setting up a home takes longer than most of what is tested in it, so this stands
    where `pytest.mark.parametrize` would set up a home for each row.
    """
    wanted = [name.strip() for name in names.split(",")]

    def with_all_rows(test: Test) -> Test:
        signature = inspect.signature(test)

        @functools.wraps(test)
        async def all_rows(*args: Any, **fixtures: Any) -> None:
            for row in rows:
                values = row if len(wanted) > 1 else (row,)
                try:
                    await test(
                        *args, **fixtures, **dict(zip(wanted, values, strict=True))
                    )
                # What pytest raises when something has not failed is no Exception.
                except BaseException as err:
                    err.add_note(f"in the row of {names}: {str(row)[:200]}")
                    raise

        kept = [it for name, it in signature.parameters.items() if name not in wanted]
        all_rows.__signature__ = signature.replace(  # type: ignore[attr-defined]
            parameters=kept
        )
        return all_rows

    return with_all_rows
