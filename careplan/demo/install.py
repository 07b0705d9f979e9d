"""Makes .venv with every pinned part: `make install`. Needs nothing but Python itself.

The parts are installed again only when a requirements file, or the Python under .venv, changed.
"""

import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
STAMP = VENV / "installed"
REQUIREMENTS = [ROOT / "requirements.txt", ROOT / "requirements-dev.txt"]


def main():
    if STAMP.exists() and STAMP.read_text() == fingerprint():
        return 0
    if not (VENV / "bin" / "python").exists():
        if importlib.util.find_spec("ensurepip") is None:
            print("This Python cannot make a .venv. On Debian and Ubuntu: apt install python3-venv")
            return 1
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    print("Installing the pinned parts into .venv; the first time this takes a minute or two …")
    files = [part for path in REQUIREMENTS for part in ("-r", path)]
    pip = [VENV / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "--quiet"]
    done = subprocess.run([*pip, "install", "--require-hashes", *files])
    if done.returncode:
        print("Not everything could be installed; pip says above what is missing. Then try again.")
        return 1
    STAMP.write_text(fingerprint())
    return 0


def fingerprint():
    contents = b"".join(path.read_bytes() for path in REQUIREMENTS)
    return hashlib.sha256(contents + sys.version.encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
