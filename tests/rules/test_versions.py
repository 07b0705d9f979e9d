"""The lock of the book: its data does not change under a version that was pinned."""

import shutil

import pytest
from django.core.management import CommandError, call_command

from careplan.rules.book import BOOK_VERSION, DATA
from careplan.rules.files import digest
from careplan.rules.versions import FILE, drift, pin, pinned, version_of


@pytest.fixture
def folder(tmp_path):
    """A copy of the book without its lock."""
    shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns(FILE))
    return tmp_path / "data"


def rename(folder, version):
    path = folder / "book.toml"
    path.write_text(path.read_text().replace(f'"{version_of(folder)}"', f'"{version}"'))


def change(folder, name="sources.toml"):
    path = folder / name
    path.write_text(path.read_text().replace("ACP", "American College"))


def test_a_new_version_is_pinned_once(folder, capsys):
    assert drift(folder) == f"Book {BOOK_VERSION} is not pinned. Run `make book` and commit {FILE}."
    call_command("pin_book", folder=folder)
    assert capsys.readouterr().out == f"Book {BOOK_VERSION} is new in {FILE}.\n"
    assert pinned(folder) == {BOOK_VERSION: digest(folder)}
    assert drift(folder) == ""
    text = (folder / FILE).read_text()
    call_command("pin_book", folder=folder)
    call_command("pin_book", folder=folder, check=True)
    assert (folder / FILE).read_text() == text


def test_data_that_changes_needs_a_new_version(folder):
    pin(folder)
    before = (folder / FILE).read_text()
    change(folder)
    assert "The data changed and the version did not" in drift(folder)
    for check in (False, True):
        with pytest.raises(CommandError, match="Give book.toml a new version"):
            call_command("pin_book", folder=folder, check=check)
    assert (folder / FILE).read_text() == before
    rename(folder, "2027.1.1")
    call_command("pin_book", folder=folder)
    assert list(pinned(folder)) == [BOOK_VERSION, "2027.1.1"]
    assert drift(folder) == ""


def test_a_version_comes_after_all_others(folder):
    rename(folder, "2026.11.10")
    pin(folder)
    rename(folder, "2026.11.9")
    with pytest.raises(CommandError, match=r"2026\.11\.9 comes before 2026\.11\.10"):
        call_command("pin_book", folder=folder)


def test_a_book_that_does_not_load_is_not_pinned(folder):
    (folder / "drugs.toml").unlink()
    with pytest.raises(CommandError, match=r"drugs\.toml: is not in"):
        call_command("pin_book", folder=folder)
    assert not (folder / FILE).exists()


def test_without_the_lock_a_check_fails(folder):
    with pytest.raises(CommandError, match="is not pinned"):
        call_command("pin_book", folder=folder, check=True)


@pytest.mark.parametrize("name", ["sources.toml", "medication.toml", "poses.json", "book.toml"])
def test_every_file_counts(folder, name):
    before = digest(folder)
    path = folder / name
    path.write_bytes(path.read_bytes().replace(b"a", b"b", 1))
    assert digest(folder) != before


def test_a_new_or_renamed_file_counts(folder):
    before = digest(folder)
    (folder / "sources.toml").rename(folder / "other.toml")
    assert digest(folder) != before
    (folder / "other.toml").rename(folder / "sources.toml")
    (folder / "new.toml").write_text("a = 1\n")
    assert digest(folder) != before


def test_line_ends_and_explanations_do_not_count(folder):
    before = digest(folder)
    path = folder / "sources.toml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (folder / "elsewhere.toml").write_text("")
    (folder / FILE).write_text("")
    (folder / "notes.txt").write_text("no data")
    assert digest(folder) == before


def test_the_data_is_that_of_its_version():
    """The lock itself: red where the data of the book changed and its version did not."""
    assert drift(DATA) == ""
