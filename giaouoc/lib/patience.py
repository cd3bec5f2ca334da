"""How long somebody else may take: the whole of a conversation, not each piece of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def within(seconds: float, work: Callable[[], T]) -> T:
    """What ``work`` gives. Raises TimeoutError when it takes longer, else what it raises.

    A socket's own limit counts from the last byte, so a service that dribbles holds its caller for ever. The work goes on in
    a thread of its own, which nobody waits for; it must touch neither database nor request."""
    answers: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(work())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not answers:
        raise TimeoutError("the answer came too slowly")
    return answers[0]
