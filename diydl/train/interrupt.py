"""Ctrl-C that waits until a step is done: in its middle, half of the parameters would be new."""

import signal
import threading


class Interrupt:
    """A block in which the first Ctrl-C is only noted, and the second one ends it at once.

    Elsewhere than in the main thread, or where a program has a handler of its own, nothing changes.

    Examples
    --------
    >>> import signal
    >>> with Interrupt() as interrupt:
    ...     signal.raise_signal(signal.SIGINT)
    ...     interrupt.asked
    True
    """

    def __init__(self):
        self.asked, self._before = False, None

    def __enter__(self):
        self.asked, self._before = False, None
        if threading.current_thread() is not threading.main_thread():
            return self
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *_):
        self.asked = False
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _note(self, number, frame):
        if self.asked:
            signal.default_int_handler(number, frame)
        self.asked = True
