"""The pages of the rule book: the list with its filters, one rule with its reasons, what is gone."""

import re
from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from careplan.models import Plan
from careplan.pages import rules as pages
from careplan.rules.book import book
from careplan.templatetags.careplan_rules import rule_ids
from patients.models import Patient
from patients.roles import Role
from tests.conftest import actor_of, make_staff
from tests.factories import plan as plans
from tests.factories.assessment import answers, assessed
from tests.factories.checkin import running

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
RULE = "MED-GEN-02"  # about an intake; found where a test says so
HTMX = {"HTTP_HX_REQUEST": "true"}


def at(name, *args) -> str:
    return reverse(name, args=["north", *args])


def text(response) -> str:
    return response.content.decode()


def finding(rule=RULE, severity="info", message="Facts are missing.", **more) -> dict:
    return {
        "rule": rule,
        "severity": severity,
        "title": "A title",
        "message": message,
        "patient_message": None,
        "because": {},
        "sources": ["A source"],
        "confidence": "A",
        "applies_to": None,
    } | more


def person(clinic, number: int) -> Patient:
    return Patient.objects.create(
        clinic=clinic,
        given_name="Pat",
        family_name=f"Case{number:03}",
        birth_date=date(1970, 1, 2),
        sex="female",
    )


def fire(clinic, by, number: int, *findings) -> Plan:
    """Somebody whose plan runs and whose newest assessment holds these findings."""
    return plans.signed(person(clinic, number), by, findings=findings or [finding()])


@pytest.fixture
def desk(signed_in, therapist):
    return signed_in(therapist)


# The list ------------------------------------------------------------------------------------


def ids(page: str) -> set[str]:
    return set(re.findall(r'href="/c/north/rules/([A-Z0-9-]+)/"', page))


def test_the_list_holds_every_rule_under_its_title(desk, clinic):
    page = text(desk.get(at("rules")))
    assert ids(page) >= set(book().rules)
    for file in book().files.values():
        assert f'id="{file.name}"' in page and f"<h2>{file.title}</h2>" in page
    assert f"{len(book().rules)} of {len(book().rules)} shown" in page
    assert reverse("rules_signatures", args=["north"]) in page


def test_the_menu_leads_here(desk, clinic):
    assert f'href="{at("rules")}" aria-current="page"' in text(desk.get(at("rules")))


def test_rows_of_the_specification_that_live_elsewhere_are_listed(desk, clinic):
    page = text(desk.get(at("rules")))
    assert "Rows of the specification that live elsewhere" in page
    assert {"D-01", "REN-06"} <= ids(page)


@pytest.mark.parametrize(
    ("query", "passes"),
    [
        ("severity=emergency", lambda r: "emergency" in {one.severity for one in r.levels}),
        (
            "severity=emergency&severity=urgent",
            lambda r: {"emergency", "urgent"} & {one.severity for one in r.levels},
        ),
        ("drug=naproxen", lambda r: "naproxen" in r.drugs),
        ("source=nice-ng59", lambda r: any("NICE NG59" in one for one in r.sources)),
        ("subject=session", lambda r: r.subject == "session"),
        (
            "severity=stop&drug=naproxen&source=nsaid-label",
            lambda r: (
                "stop" in {one.severity for one in r.levels}
                and "naproxen" in r.drugs
                and any(one.startswith("NSAID tablets") for one in r.sources)
            ),
        ),
        ("q=kidney+triple", lambda r: "kidney triple" in r.title.lower()),
        (
            "q=nsaid+15",
            lambda r: all(
                word in " ".join((r.id, r.title, *(one.message for one in r.levels))).lower()
                for word in ("nsaid", "15")
            ),
        ),
    ],
)
def test_filters_alone_and_together(desk, clinic, query, passes):
    wanted = {rule.id for rule in book().rules.values() if passes(rule)}
    page = text(desk.get(f"{at('rules')}?{query}"))
    assert wanted
    assert ids(page) & set(book().rules) == wanted
    assert f"{len(wanted)} of {len(book().rules)} shown" in page


def test_each_filter_that_is_on_can_be_taken_off_alone(desk, clinic):
    page = text(desk.get(f"{at('rules')}?severity=stop&severity=info&drug=naproxen&q=kidney"))
    assert 'value="stop" checked' in page and 'value="naproxen" checked' in page
    for left in (
        "?severity=info&amp;drug=naproxen&amp;q=kidney",
        "?severity=stop&amp;severity=info&amp;q=kidney",
        "?severity=stop&amp;severity=info&amp;drug=naproxen",
    ):
        assert f'href="{left}"' in page


@pytest.mark.parametrize(
    "query",
    [
        "severity=grave",
        "drug=aspirin",
        "source=../../etc",
        "subject=nothing",
        "severity=&drug=&source=&subject=&q=",
        "severity=%00&q=%00",
        "severity[]=stop",
    ],
)
def test_values_that_are_no_filter_are_passed_over(desk, clinic, query):
    page = text(desk.get(f"{at('rules')}?{query}"))
    assert f"{len(book().rules)} of {len(book().rules)} shown" in page


def test_a_search_that_finds_nothing_says_what_to_do(desk, clinic):
    page = text(desk.get(at("rules"), {"q": "zzzz"}))
    assert "No rule fits" in page and "Show all" in page


def test_html_in_a_search_stays_words(desk, clinic):
    page = text(desk.get(at("rules"), {"q": '"><script>alert(1)</script>'}))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_search_is_cut_and_not_refused(desk, clinic):
    assert desk.get(at("rules"), {"q": "x" * 5000}).status_code == 200


def test_htmx_gets_the_results_alone(desk, clinic):
    page = text(desk.get(at("rules"), {"q": "fever"}, **HTMX))
    assert page.lstrip().startswith("<section") and "RF-09" in page
    assert "<html" not in page


def test_the_list_asks_the_database_nothing_about_rules(
    desk, clinic, django_assert_max_num_queries
):
    desk.get(at("rules"))
    with django_assert_max_num_queries(5):  # session, person, membership, signature
        desk.get(at("rules"))


# One rule ------------------------------------------------------------------------------------


def test_a_rule_says_its_logic_its_wordings_and_where_it_comes_from(desk, clinic):
    page = text(desk.get(at("rule", "RF-09")))
    rule = book().rules["RF-09"]
    for words in (
        rule.title,
        "Any of these:",
        "Heart rate is over 110",
        rule.levels[0].message,
        rule.levels[0].patient_message,
        "Referral: emergency department.",
        "Speak to the patient about a red flag, therapist, the same day.",
        rule.sources[0],
        "professional knowledge, to be looked up before use",
        "no named clinician yet",
        "Careplan rule authors",
        "due 1\xa0May\xa02027, in 5 months",
        "A neurological sign",
        "Unsteady, clumsy legs",
    ):
        assert words in page, words


def test_a_rule_without_patient_wording_says_so_on_purpose(desk, clinic):
    page = text(desk.get(at("rule", "MED-NSAID-15")))
    assert "None, on purpose." in page
    assert "Status of the medicine: prescriber only." in page
    assert "Creatinine and potassium, prescriber, within 14 days." in page


@pytest.mark.parametrize("rule_id", sorted(book().rules))
def test_every_rule_has_its_page(rule_id, clinic):
    """Each of the 200 and more, with all its words."""
    context = pages._reading(book().rules[rule_id], date(2026, 11, 24))
    assert context["levels"] and context["confidence"]
    assert all(one["outline"] and one["message"] for one in context["levels"])


def test_an_overdue_review_is_told(desk, clinic, monkeypatch):
    late = SimpleNamespace(day=date(2026, 11, 12))
    assert (
        pages.review(late.day, date(2026, 11, 24)) == "overdue by 12 days, since 12\xa0Nov\xa02026"
    )
    assert pages.review(date(2026, 8, 1), date(2026, 11, 24)).startswith("overdue by 3 months")
    assert pages.review(date(2026, 11, 24), date(2026, 11, 24)) == "due 24\xa0Nov\xa02026, today"
    assert pages.review(date(2026, 11, 25), date(2026, 11, 24)).endswith("in 1 day")


def test_the_page_of_an_overdue_rule_says_so(signed_in, therapist, clinic, time_machine):
    time_machine.move_to("2027-05-20T09:00:00Z", tick=False)
    desk = signed_in(therapist)
    page = text(desk.get(at("rule", RULE)))
    assert "Its review is overdue." in page and "overdue by 19 days" in page
    assert "Review overdue." in text(desk.get(at("rules")))


def test_a_row_that_lives_elsewhere_has_a_page(desk, clinic):
    answer = desk.get(at("rule", "D-01"))
    assert answer.status_code == 200
    assert book().elsewhere["D-01"].where in text(answer)


def test_small_letters_lead_to_the_rule(desk, clinic):
    assert desk.get(at("rule", "rf-09")).url == at("rule", "RF-09")


@pytest.mark.parametrize("rule_id", ["XX-01", "rf", "<script>", "RF-09%00", "x" * 300, "\0"])
def test_an_id_that_never_was_is_not_found(desk, clinic, rule_id):
    answer = desk.get(f"/c/north/rules/{rule_id.replace(chr(0), '%00')}/")
    assert answer.status_code == 404
    assert "<script>" not in text(answer).replace("<script src", "")


def test_an_id_of_an_older_book_says_that_it_is_gone(desk, clinic, by_therapist):
    plan = fire(clinic, by_therapist, 1, finding(rule="OLD-07"))
    answer = desk.get(at("rule", "OLD-07"))
    assert answer.status_code == 404
    assert "OLD-07 is no longer in the rule book" in text(answer)
    assert "rule book test" in text(answer)
    page = text(desk.get(at("assessment", plan.patient_id)))
    assert "OLD-07" in page and "/rules/OLD-07/" not in page, "nothing leads to what is gone"


def test_another_clinics_old_findings_say_nothing_here(
    desk, clinic, other_clinic, by_other_therapist
):
    fire(other_clinic, by_other_therapist, 1, finding(rule="OLD-07"))
    answer = desk.get(at("rule", "OLD-07"))
    assert answer.status_code == 404 and "no longer" not in text(answer)


# The plans it fires on -----------------------------------------------------------------------


def test_running_plans_with_the_finding_are_listed(desk, clinic, by_therapist):
    plan = fire(clinic, by_therapist, 1, finding(applies_to="ibuprofen"), finding(rule="PT-01"))
    fire(clinic, by_therapist, 2, finding(rule="PT-01"))
    page = text(desk.get(at("rule", RULE)))
    assert "Fires on 1\xa0running plan here" in page
    assert "Pat Case001" in page and "Case002" not in page
    assert "Facts are missing." in page and "Ibuprofen" in page
    assert at("chart", plan.patient_id) in page and at("assessment", plan.patient_id) in page


def test_only_the_newest_assessment_counts(desk, clinic, by_therapist, time_machine):
    plan = fire(clinic, by_therapist, 1)
    time_machine.move_to("2026-11-24T10:00:00Z", tick=False)
    plans.assessed(plan.patient, by_therapist.user, findings=[finding(rule="PT-01")])
    assert "Case001" not in text(desk.get(at("rule", RULE)))
    assert "Case001" in text(desk.get(at("rule", "PT-01")))


def test_closed_plans_and_drafts_are_left_out(desk, clinic, by_therapist):
    plans.drafted(person(clinic, 1), by_therapist, findings=[finding()])
    plan = fire(clinic, by_therapist, 2)
    Plan.objects.filter(pk=plan.pk).update(state="closed", closed_at="2026-11-24T09:00Z")
    assert "No running plan now" in text(desk.get(at("rule", RULE)))


def test_a_plan_on_hold_is_listed_as_such(desk, clinic, by_therapist):
    plan = fire(clinic, by_therapist, 1)
    Plan.objects.filter(pk=plan.pk).update(state="safety_hold")
    page = text(desk.get(at("rule", RULE)))
    assert "Case001" in page and "On hold" in page


def test_another_clinics_plans_are_never_listed(
    desk, clinic, by_therapist, other_clinic, by_other_therapist
):
    fire(other_clinic, by_other_therapist, 9)
    fire(clinic, by_therapist, 1)
    page = text(desk.get(at("rule", RULE)))
    assert "Case001" in page and "Case009" not in page
    assert "Fires on 1\xa0running plan here" in page


def test_who_sees_no_patients_sees_no_names(signed_in, clinic, admin, by_therapist):
    fire(clinic, by_therapist, 1)
    alone = make_staff(clinic, "Lara Lead", Role.CLINICAL_LEAD)
    for reader in (admin, alone):
        page = text(signed_in(reader).get(at("rule", RULE)))
        assert "Case001" not in page and "Fires on" not in page
        assert "Therapists and prescribers see here" in page


def test_a_rule_about_another_record_lists_no_plans(desk, clinic):
    rule = next(rule for rule in book().rules.values() if rule.subject == "session")
    page = text(desk.get(at("rule", rule.id)))
    assert "It judges a logged exercise session" in page and "Fires on" not in page


def queries_at(desk, number=1) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        answer = desk.get(at("rule", RULE), {"page": number})
    assert answer.status_code == 200
    return len(found)


def test_thirty_plans_cost_the_queries_of_three(desk, clinic, by_therapist):
    desk.get(at("rule", RULE))
    for number in range(3):
        fire(clinic, by_therapist, number)
    three = queries_at(desk)
    for number in range(3, 30):
        fire(clinic, by_therapist, number)
    assert queries_at(desk) == three <= 8
    first, second = (text(desk.get(at("rule", RULE), {"page": n})) for n in (1, 2))
    assert "Fires on 30\xa0running plans here" in first
    assert "Case024" in first and "Case025" not in first and "page=2#plans" in first
    assert "Case025" in second and "Case024" not in second
    for odd in ("0", "-1", "x", "99", "9" * 40):
        assert desk.get(at("rule", RULE), {"page": odd}).status_code == 200


# Without a clinic in the address -------------------------------------------------------------


def test_who_works_in_one_clinic_is_led_there(desk, clinic):
    assert desk.get("/rules/").url == at("rules")
    assert desk.get("/rules/RF-09/").url == at("rule", "RF-09")
    assert desk.get("/rules/?severity=stop&q=a+b").url == f"{at('rules')}?severity=stop&q=a+b"


def test_who_works_in_several_chooses(desk, clinic, other_clinic, therapist):
    therapist.memberships.create(clinic=other_clinic, roles=[Role.THERAPIST])
    page = text(desk.get("/rules/RF-09/"))
    for slug in ("north", "south"):
        assert f'href="/c/{slug}/rules/RF-09/"' in page


def test_patients_have_no_rule_book(signed_in, patient):
    assert signed_in(patient.user).get("/rules/").status_code == 404
    assert signed_in(patient.user).get("/rules/RF-09/").status_code == 404


def test_the_logged_out_sign_in_first(client, clinic):
    assert client.get("/rules/RF-09/").url.startswith("/account/login/")


# Links from findings -------------------------------------------------------------------------


def linked(actor, code) -> list[tuple[str, str]]:
    context = SimpleNamespace(request=SimpleNamespace(actor=actor))
    return rule_ids(context, code)["parts"]


def test_each_id_in_a_text_leads_to_its_page(by_therapist):
    assert linked(by_therapist, "RF-09, D-01, 24 Nov") == [
        ("RF-09", at("rule", "RF-09")),
        (", ", ""),
        ("D-01", at("rule", "D-01")),
        (", 24 Nov", ""),
    ]


def test_an_id_that_the_book_has_no_more_leads_nowhere(by_therapist):
    assert linked(by_therapist, "OLD-07") == [("OLD-07", "")]


@pytest.mark.parametrize("code", ["", None])
def test_no_id_is_no_link(by_therapist, code):
    assert linked(by_therapist, code) == []


def test_patients_and_strangers_get_words_alone(patient, by_therapist):
    by_patient = type(by_therapist).for_patient(patient, patient.user)
    assert linked(by_patient, "RF-09") == [("RF-09", "")]
    assert linked(None, "RF-09") == [("RF-09", "")]
    assert rule_ids({}, "RF-09")["parts"] == [("RF-09", "")]


PAGES = ("assessment", "chart", "medication", "plan")


def test_every_id_on_the_pages_of_a_patient_opens(desk, patient, by_therapist):
    """Whatever stands as a link to a rule has a page."""
    running(patient, by_therapist)
    found = set()
    for name in PAGES:
        found |= set(
            re.findall(r'href="(/c/north/rules/[^"]+)"', text(desk.get(at(name, patient.pk))))
        )
    assert len(found) > 3
    for address in found:
        assert desk.get(address).status_code == 200, address


@pytest.mark.parametrize(
    "flags", [{}, {"saddle_numbness": "yes"}, {"fever": "unknown"}, {"numbness_spreading": "yes"}]
)
def test_a_real_assessment_names_no_rule_without_a_page(by_therapist, patient, flags):
    """Every finding, follow-up and drug rule of an assessment is in the book or lives elsewhere."""
    result = assessed(patient, by_therapist, answers(**flags)).result
    told = {one["rule"] for one in [*result["findings"], *result.get("follow_ups", [])]}
    told |= {rule for drug in result["drugs"].values() for rule in drug["rules"]}
    assert len(told) > 3
    assert told <= set(book().rules) | set(book().elsewhere)


def test_a_clinics_worklist_links_its_rules(desk, clinic, by_therapist):
    actor = actor_of(by_therapist.user, clinic)
    assert linked(actor, "CK-12, 24 Nov")[0] == ("CK-12", at("rule", "CK-12"))
