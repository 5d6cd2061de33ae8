"""Signals that end a run from outside: each is taken as Ctrl-C is, once, so that what is whole is committed.

A terminal that is closed sends SIGHUP, often twice (the system, then the shell); whoever stops a service sends SIGTERM. The
first signal interrupts the run; further ones than Ctrl-C change nothing, for the run ends within seconds anyway.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from searchidx.cli.streams import SIGNAL_BASE, say

# SIGBREAK is what Windows sends for a window that is closed.
_NAMES = ("SIGTERM", "SIGHUP", "SIGBREAK")


class _Interruption:
    """State of the signals of one run.

    Attributes:
        signal: The signal that interrupted the run, or None.
    """

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None
        self._is_interrupted = False

    def end(self, number: int, _frame: FrameType | None) -> None:
        """Interrupt the run by a signal from outside, unless it is interrupted already."""
        if not self._is_interrupted:
            self._is_interrupted = True
            self.signal = signal.Signals(number)
            raise KeyboardInterrupt

    def ctrl_c(self, _number: int, _frame: FrameType | None) -> None:
        """Interrupt the run by Ctrl-C, each time it is pressed."""
        self._is_interrupted = True
        raise KeyboardInterrupt


@contextmanager
def stoppable() -> Iterator[None]:
    """Take the signals that end a run as Ctrl-C; what ignores them (nohup) goes on ignoring them.

    Raises:
        SystemExit: A signal other than Ctrl-C interrupted the run; with the exit code a shell gives for it.
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
