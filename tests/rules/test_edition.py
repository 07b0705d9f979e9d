"""What a signature keeps of the book: its parts by mark, and what changed between two states."""

import shutil
from pathlib import Path

import pytest

from careplan.rules.book import DATA, book
from careplan.rules.edition import Edition, changes, running
from careplan.rules.files import BadBook, digest


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def edit(folder: Path, name: str, old: str, new: str) -> Edition:
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return Edition(folder)


def test_the_running_edition_is_the_book_that_judges():
    edition = running()
    assert (edition.version, edition.digest) == (book().version, digest(DATA))
    assert set(edition.marks["rules"]) == set(book().rules)
    rules = book().rules.values()
    assert edition.rules == len(rules)
    assert edition.unchecked == sum(not rule.checker for rule in rules)
    assert edition.conventions == sum(rule.confidence == "A" for rule in rules)
    assert 0 < edition.conventions < edition.rules


def test_the_same_data_gives_the_same_marks(folder):
    assert Edition(folder).marks == running().marks
    assert not changes(Edition(folder).marks, running().marks)


def test_a_reworded_rule_is_changed_and_no_other(folder):
    title = book().rules["RF-01"].title
    edited = edit(folder, "red_flags.toml", f'"{title}"', f'"{title}, reworded"')
    found = changes(running().marks, edited.marks)
    assert (found.changed, found.added, found.removed, found.files) == (("RF-01",), (), (), ())


def test_a_rule_with_another_id_is_added_and_removed(folder):
    found = changes(
        running().marks, edit(folder, "red_flags.toml", 'id = "RF-01"', 'id = "RF-991"').marks
    )
    assert (found.added, found.removed, found.changed) == (("RF-991",), ("RF-01",), ())


def test_a_default_changes_every_rule_that_leans_on_it(folder):
    found = changes(
        running().marks, edit(folder, "red_flags.toml", 'checker = ""', 'checker = "Dr X"').marks
    )
    assert "RF-01" in found.changed and len(found.changed) > 5
    assert not found.files


def test_what_is_no_rule_is_named_by_its_file(folder):
    found = changes(running().marks, edit(folder, "exercises.toml", "too tired", "so tired").marks)
    assert (found.files, found.changed) == (("exercises",), ())


def test_a_new_version_alone_changes_nothing(folder):
    version = running().version
    edited = edit(folder, "book.toml", f'"{version}"', '"2027.1.1"')
    assert edited.version == "2027.1.1" and edited.digest != running().digest
    assert not changes(running().marks, edited.marks)


def test_a_folder_without_a_book_is_refused(tmp_path):
    with pytest.raises(BadBook):
        _ = Edition(tmp_path).version
