"""Ctrl-C, `kill` and a closed terminal all end the program the same tidy way."""

import signal
from contextlib import contextmanager

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Raised in the main thread when somebody asks the program to end; `signal` says how."""

    def __init__(self, number):
        super().__init__(signal.Signals(number).name)
        self.signal = number


@contextmanager
def stop_on_signals():
    """Inside, the first ending signal raises Stopped; later ones wait until all is tidied up."""
    heard = [number for number in ENDING if not _started_with_nohup(number)]
    before = {number: signal.signal(number, _stop) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _started_with_nohup(number):
    return number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN


def _stop(number, frame):
    for other in ENDING:
        signal.signal(other, signal.SIG_IGN)
    raise Stopped(number)
