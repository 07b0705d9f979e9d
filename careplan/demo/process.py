"""One child process that ends when it is asked to, and also when whoever started it dies."""

import ctypes
import os
import signal
import subprocess
import sys
from contextlib import suppress

PR_SET_PDEATHSIG = 1
PATIENCE = 10  # seconds between the polite signal and SIGKILL
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Child:
    """A process in a session of its own, so that Ctrl-C in a terminal reaches only its keeper.

    `user` is a passwd entry to run as (only root may), or None for our own account. `stop_signal`
    is the polite way to end it. stdout and stderr both go to `output`, a file or subprocess.PIPE.
    """

    def __init__(self, name, command, *, cwd, output, user=None, env=None, stop_signal=None):
        self.name = name
        self.stop_signal = stop_signal or signal.SIGTERM
        self.process = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=follow_the_keeper(self.stop_signal),
            **as_user(user),
        )

    def ended(self):
        """The exit code, or None while it runs."""
        return self.process.poll()

    def ask_to_stop(self):
        if self.ended() is None:
            self.process.send_signal(self.stop_signal)

    def stop(self, patience=PATIENCE):
        """Ask, wait, then kill it with everything it started."""
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def follow_the_keeper(stop_signal):
    """For Popen's preexec_fn: on Linux the child gets this signal when its keeper is gone, even
    after kill -9. It is set after the change of account, which would clear it."""
    return (lambda: _libc.prctl(PR_SET_PDEATHSIG, stop_signal)) if _libc else None


def as_user(user):
    """Keyword arguments for subprocess: run as this passwd entry, or as ourselves for None."""
    if user is None:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
