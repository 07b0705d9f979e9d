"""Where the embedded servers keep their data, and as whom they run.

PostgreSQL refuses to run as root. Started by root, both servers run as the account `nobody`, which
can often not reach the project (a clone under root's home, say). Then data and programs live in a
folder of their own under /var/lib/careplan; the rights of a folder that is not ours never change.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from careplan.demo.process import as_user

OUTSIDE = Path("/var/lib/careplan")
ACCOUNT = "nobody"


class CannotServe(Exception):
    """A server cannot be started here; the message says why and what to do."""


@dataclass(frozen=True)
class Place:
    """`folder` holds the data; `user` is the passwd entry the servers run as, None for ours."""

    folder: Path
    user: pwd.struct_passwd | None

    @property
    def uid(self):
        return self.user.pw_uid if self.user else os.geteuid()

    def room(self, name):
        """A folder inside the place that only the servers' account can open."""
        room = self.folder / name
        if not room.exists():
            room.mkdir(parents=True, mode=0o700)
            self.hand_over(room)
        return room

    def hand_over(self, path):
        """Make the servers' account the owner of a file or folder that we made."""
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def programs(self, package, *parts):
        """The folder `parts` of a package, from a copy where the package itself is out of reach."""
        home = package_folder(package)
        if can_list(home / parts[0], self.user):
            return home.joinpath(*parts)
        copies = self.folder / "programs" / f"{package}-{version(package)}"
        # auditwheel keeps shared libraries beside the package; programs look for them there.
        for source in (home / parts[0], home.with_name(home.name + ".libs")):
            target = copies / source.relative_to(home.parent)
            if source.exists() and not target.exists():
                _copy(source, target)
        copy = copies.joinpath(home.name, *parts)
        if not can_list(copy, self.user):
            raise CannotServe(f"{ACCOUNT} cannot reach {copy}: make the folders above it passable.")
        return copy


def place_for(data_dir):
    """The place for servers whose data belongs in `data_dir`, which is made if missing."""
    data_dir = Path(data_dir).resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        return Place(data_dir, None)
    user = _account()
    if can_reach(data_dir, user):
        return Place(data_dir, user)
    outside = OUTSIDE / hashlib.sha256(str(data_dir).encode()).hexdigest()[:12]
    outside.mkdir(parents=True, exist_ok=True)
    if not can_reach(outside, user):
        raise CannotServe(
            f"Neither {data_dir} nor {outside} can be reached by the account {ACCOUNT}, and "
            "PostgreSQL does not run as root. Run as an ordinary user, or set DATABASE_URL and "
            "REDIS_URL to servers of your own."
        )
    return Place(outside, user)


def can_reach(folder, user):
    """Can this account (None: ours) pass `folder` and every folder above it?"""
    return _test("-x", folder, user)


def can_list(folder, user):
    return can_reach(folder, user) and _test("-r", folder, user)


def _test(what, folder, user):
    return subprocess.run(["test", what, folder], cwd="/", **as_user(user)).returncode == 0


def package_folder(package):
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise CannotServe(
            f"The Python package {package} is not installed: run `make install`, or set "
            "DATABASE_URL and REDIS_URL to servers of your own."
        )
    return Path(spec.origin).resolve().parent


@contextmanager
def fresh_umask(mask=0o022):
    """Folders made here are passable whatever the shell's umask is."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def _account():
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        raise CannotServe(
            f"PostgreSQL does not run as root, and this machine has no account {ACCOUNT} to run "
            "it as. Run as an ordinary user, or set DATABASE_URL and REDIS_URL to your own servers."
        ) from None


def _copy(source, target):
    """Copy whole or not at all: a copy cut short must not be taken for a good one."""
    with fresh_umask():
        unfinished = target.with_name(target.name + ".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(source, unfinished, symlinks=True)
        unfinished.rename(target)
