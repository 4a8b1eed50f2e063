"""Ctrl-C: the first one lets letters in hand be finished, the second one ends at once."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType
from typing import Any, Self


def no_more() -> None:
    """From now on Ctrl-C is not heard: the way out is not interrupted again."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class Stop:
    """Listens while it is entered. SIGTERM counts like the first Ctrl-C."""

    def __init__(self) -> None:
        self._asked = False
        self._before: dict[int, Any] = {}

    def asked(self) -> bool:
        """Whether somebody wants the run to end."""
        return self._asked

    def __enter__(self) -> Self:
        for name in (signal.SIGINT, signal.SIGTERM):
            self._before[name] = signal.signal(name, self._hear)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for name, before in self._before.items():
            signal.signal(name, before)

    def _hear(self, name: int, _frame: FrameType | None) -> None:
        if self._asked and name == signal.SIGINT:
            no_more()
            self._before.pop(signal.SIGINT)
            raise KeyboardInterrupt
        self._asked = True
