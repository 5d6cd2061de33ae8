"""Termination signals, handled once and like Ctrl-C, so that an indexing run commits its complete documents.

A closed terminal sends SIGHUP, often twice (the system, then the shell); a service manager sends SIGTERM. The first signal
interrupts the run; later ones are ignored except Ctrl-C, because the run ends within seconds.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from searchidx.cli.streams import SIGNAL_BASE, say

# SIGBREAK is what Windows sends for a window that is closed.
_NAMES = ("SIGTERM", "SIGHUP", "SIGBREAK")


class _Interruption:
    """Interruption state of one run.

    Attributes:
        signal: Signal that interrupted the run, or None.
    """

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None
        self._is_interrupted = False

    def end(self, number: int, _frame: FrameType | None) -> None:
        """Interrupt the run on the first termination signal."""
        if not self._is_interrupted:
            self._is_interrupted = True
            self.signal = signal.Signals(number)
            raise KeyboardInterrupt

    def ctrl_c(self, _number: int, _frame: FrameType | None) -> None:
        """Interrupt the run on every Ctrl-C."""
        self._is_interrupted = True
        raise KeyboardInterrupt


@contextmanager
def stoppable() -> Iterator[None]:
    """Handle termination signals like Ctrl-C; ignored signals (nohup) stay ignored.

    Raises:
        SystemExit: A signal other than Ctrl-C interrupted the run; the exit code is 128 + its number.
    """
    interruption = _Interruption()
    handlers: dict[signal.Signals, Callable[[int, FrameType | None], None]] = {
        number: interruption.end
        for number in (getattr(signal, name) for name in _NAMES if hasattr(signal, name))
        if signal.getsignal(number) == signal.SIG_DFL
    }
    if signal.getsignal(signal.SIGINT) == signal.default_int_handler:
        handlers[signal.SIGINT] = interruption.ctrl_c
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    except KeyboardInterrupt:
        if interruption.signal is None:
            raise
        say(f"interrupted by {interruption.signal.name}")
        raise SystemExit(SIGNAL_BASE + interruption.signal) from None
    finally:
        for number, handler in before.items():
            # The process is about to end: the same signal once more would change the exit code.
            is_ending = interruption.signal is not None and number != signal.SIGINT
            signal.signal(number, signal.SIG_IGN if is_ending else handler)
