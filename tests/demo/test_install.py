"""`make install` costs nothing until a requirements file changes."""

import importlib.util
import subprocess

import pytest

from careplan.demo import install


class Project:
    """A folder with a .venv and one requirements file; what pip is asked is only noted."""

    def __init__(self, folder, monkeypatch):
        self.requirements = folder / "requirements.txt"
        self.requirements.write_text("a==1\n")
        self.python = folder / ".venv" / "bin" / "python"
        self.python.parent.mkdir(parents=True)
        self.python.touch()
        self.asked, self.pip_ends_with = [], 0
        monkeypatch.setattr(install, "VENV", folder / ".venv")
        monkeypatch.setattr(install, "STAMP", folder / ".venv" / "installed")
        monkeypatch.setattr(install, "REQUIREMENTS", [self.requirements])
        monkeypatch.setattr(subprocess, "run", self.note)

    def note(self, command, **options):
        self.asked.append([str(part) for part in command])
        return subprocess.CompletedProcess(command, self.pip_ends_with)


@pytest.fixture
def project(tmp_path, monkeypatch):
    return Project(tmp_path, monkeypatch)


def test_parts_are_installed_once_with_their_hashes(project):
    assert install.main() == 0
    assert install.main() == 0
    (command,) = project.asked
    assert "--require-hashes" in command
    assert command[-2:] == ["-r", str(project.requirements)]


def test_a_changed_file_installs_again(project):
    install.main()
    project.requirements.write_text("a==2\n")
    install.main()
    assert len(project.asked) == 2


def test_a_failed_installation_is_told_and_tried_again(project, capsys):
    project.pip_ends_with = 1
    assert install.main() == 1
    assert "pip says above what is missing" in capsys.readouterr().out
    project.pip_ends_with = 0
    assert install.main() == 0
    assert len(project.asked) == 2


def test_a_python_without_venv_is_told_what_to_install(project, monkeypatch, capsys):
    project.python.unlink()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert install.main() == 1
    assert "apt install python3-venv" in capsys.readouterr().out
    assert project.asked == []
