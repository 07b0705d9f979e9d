"""Bytes -> the resources of one Bundle about one person, or a refusal that says what and where."""

import json
from dataclasses import dataclass

from careplan.exchange.fhir_in.proposal import BundleRefused
from careplan.exchange.fhir_in.shapes import dicts, text

MAX_BYTES = 5_000_000
MAX_DEPTH = 60
MORE_PAGES = "more pages"


@dataclass(frozen=True)
class Found:
    """A resource of the Bundle and where it stands in the file."""

    path: str
    kind: str
    data: dict
    full_url: str


def read_document(data: bytes) -> list[Found]:
    """All resources of the Bundle, in its order, exactly one of them a Patient. Raises BundleRefused.

    A Bundle that says that more pages follow brings a last item of the kind MORE_PAGES.
    """
    bundle = _parse(data)
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise BundleRefused.at("/resourceType", _not_a_bundle(bundle))
    if bundle.get("type") == "history":
        raise BundleRefused.at(
            "/type",
            "This Bundle is a history of changes and not the record of today. Export the record itself.",
        )
    entries = bundle.get("entry")
    if not isinstance(entries, list) or not entries:
        raise BundleRefused.at(
            "/entry",
            "This Bundle has no entries, so there is nothing to import. Export the record again.",
        )
    found = [item for i, entry in enumerate(entries) if (item := _found(i, entry))]
    _check_patients(found)
    return found + _more_pages(bundle)


def _parse(data: bytes):
    if len(data) > MAX_BYTES:
        size, limit = len(data) / 1_000_000, MAX_BYTES / 1_000_000
        raise BundleRefused.at(
            "",
            f"The file is {size:.1f} MB and the limit is {limit:.0f} MB. Export one patient only, "
            "and leave out documents and images.",
        )
    try:
        words = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BundleRefused.at(
            "",
            f"The file is not UTF-8 text (byte {error.start + 1} does not fit). Export it as FHIR R4 JSON.",
        ) from None
    document = _json(words)
    if _depth_over(document, MAX_DEPTH):
        raise BundleRefused.at("", _too_deep())
    return document


def _json(words: str):
    try:
        return json.loads(
            words, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float
        )
    except json.JSONDecodeError as error:
        raise BundleRefused.at(
            "",
            f"The file is not JSON: it breaks off at line {error.lineno}, column {error.colno}. "
            "Export it again as FHIR R4 JSON, not as XML or PDF.",
        ) from None
    except RecursionError:
        raise BundleRefused.at("", _too_deep()) from None
    except ValueError:  # an integer of thousands of digits
        raise BundleRefused.at("", _too_large()) from None


def _object(pairs: list[tuple[str, object]]) -> dict:
    result = dict(pairs)
    if len(result) < len(pairs):
        names = [key for key, _ in pairs]
        twice = text(next(key for key in names if names.count(key) > 1), 60)
        raise BundleRefused.at(
            "",
            f'The name "{twice}" stands twice in one object, so it is not clear which value is right. '
            "Ask the sender for a corrected file.",
        )
    return result


def _constant(word: str):
    raise BundleRefused.at(
        "", f"The file holds {word} where a number should be. Ask the sender for a corrected file."
    )


def _float(digits: str) -> float:
    amount = float(digits)
    if amount in (float("inf"), float("-inf")):
        raise BundleRefused.at("", _too_large())
    return amount


def _too_large() -> str:
    return "The file holds a number too large to be real. Ask the sender for a corrected file."


def _too_deep() -> str:
    return f"The file nests deeper than {MAX_DEPTH} levels, which no patient record does. Export it again."


def _depth_over(document, limit: int) -> bool:
    level = [document]
    for _ in range(limit):
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


def _not_a_bundle(document) -> str:
    kind = text(document.get("resourceType"), 60) if isinstance(document, dict) else ""
    what = (
        f"The file holds one {kind}"
        if kind
        else "The file is JSON, but it does not say what it holds"
    )
    return f"{what}; a FHIR R4 Bundle with a Patient and the record is needed. Export the whole record as a Bundle."


def _found(index: int, entry) -> Found | None:
    resource = entry.get("resource") if isinstance(entry, dict) else None
    if not isinstance(resource, dict):
        return None
    return Found(
        path=f"/entry/{index}/resource",
        kind=text(resource.get("resourceType"), 60) or "entry without a type",
        data=resource,
        full_url=text(entry.get("fullUrl")),
    )


def _more_pages(bundle: dict) -> list[Found]:
    links = dicts(bundle.get("link"))
    return (
        [Found("/link", MORE_PAGES, {}, "")]
        if any(link.get("relation") == "next" for link in links)
        else []
    )


def _check_patients(found: list[Found]) -> None:
    patients = [item for item in found if item.kind == "Patient"]
    if not patients:
        raise BundleRefused.at(
            "/entry",
            "This Bundle holds no Patient, so it is not clear whose record it is. Export it with the Patient.",
        )
    if len(patients) > 1:
        raise BundleRefused(
            [
                {
                    "path": patient.path,
                    "message": f"This Bundle holds {len(patients)} patients, one of them at {patient.path}. "
                    "Export each person on their own.",
                }
                for patient in patients[:20]
            ]
        )
