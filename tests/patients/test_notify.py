"""The outbox against a real SMTP server on the loopback."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from django.db import connection
from django.utils import timezone

from patients import actions, notify
from patients.models import Link, Message


@pytest.fixture
def queued(clinic, by_admin):
    """`queued(*addresses)`: one outbox row an address, due in this order."""
    link = Link.objects.get(
        invitation=actions.invite(
            clinic=clinic, email="x@x.example", name="X", roles=["therapist"], by=by_admin
        )
    )
    Message.objects.all().delete()

    def queue(*addresses: str) -> list[Message]:
        start = timezone.now() - timedelta(minutes=1)
        return [
            notify.queue(
                "invitation",
                key=f"test:{number}:{address}",
                clinic=clinic,
                to=address,
                link=link,
                due_at=start + timedelta(milliseconds=number),
                context={"name": "X", "roles": ["therapist"]},
            )
            for number, address in enumerate(addresses)
        ]

    return queue


def again(row: Message) -> Message:
    return Message.objects.get(pk=row.pk)


def test_a_message_is_delivered_once_with_both_texts(post, queued):
    row = queued("a@a.example")[0]
    assert notify.deliver() == 1 and notify.deliver() == 0
    mail = post.mails[0]
    assert mail["To"] == "a@a.example" and "Northgate Back Clinic" in mail["From"]
    assert [part.get_content_type() for part in mail.walk()][1:] == ["text/plain", "text/html"]
    assert f"/join/{row.link.token}/" in mail.get_payload(0).get_payload(decode=True).decode()
    assert again(row).state == "sent" and again(row).sent_at and not again(row).perhaps_twice


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ('O\'Neill "Spine" <x@y.example>', 'O\'Neill "Spine" <x@y.example>'),
        ("Back\r\nBcc: all@y.example", "Back Bcc: all@y.example"),
        ("Klinik Süd", "Klinik Süd"),
    ],
)
def test_a_clinics_odd_name_stays_a_name(clinic, queued, name, seen):
    clinic.name = name
    clinic.save()
    sender = notify.compose(again(queued("a@a.example")[0])).message()["From"]
    shown, address = parseaddr(sender)
    assert (str(make_header(decode_header(shown))), address) == (seen, "careplan@localhost")


def test_the_same_key_is_said_once(post, queued):
    first, second = queued("a@a.example"), queued("a@a.example")
    assert first == second and notify.deliver() == 1


def test_what_is_not_due_waits(post, queued):
    row = queued("a@a.example")[0]
    Message.objects.update(due_at=timezone.now() + timedelta(hours=1))
    assert notify.deliver() == 0
    assert notify.deliver(now=timezone.now() + timedelta(hours=2)) == 1
    assert again(row).state == "sent"


def test_many_messages_share_one_connection(post, queued):
    queued(*(f"p{number}@a.example" for number in range(5)))
    assert notify.deliver() == 5 and post.connections == 1


@pytest.mark.parametrize("where", ["a@a.example", "DATA"])
def test_a_lasting_no_is_final(post, queued, where):
    row = queued("a@a.example")[0]
    post.answers[where] = "550 no such mailbox"
    assert notify.deliver() == 0
    assert again(row).state == "refused" and "550" in again(row).error
    post.answers.clear()
    assert notify.deliver(now=timezone.now() + timedelta(days=2)) == 0


@pytest.mark.parametrize("where", ["a@a.example", "DATA"])
def test_a_passing_no_is_tried_again_later_and_later(post, queued, where):
    row = queued("a@a.example")[0]
    post.answers[where] = "451 greylisted"
    now = timezone.now()
    for tries, wait in enumerate(notify.BACK_OFF, start=1):
        assert notify.deliver(now=now) == 0
        assert again(row).state == "queued" and again(row).attempts == tries
        assert abs(again(row).due_at - timezone.now() - wait) < timedelta(seconds=5)
        assert notify.deliver(now=again(row).due_at - timedelta(seconds=1)) == 0
        assert again(row).attempts == tries
        now = again(row).due_at
    post.answers.clear()
    assert notify.deliver(now=now) == 1 and again(row).error == ""


def test_after_the_last_try_staff_see_it(post, queued):
    row = queued("a@a.example")[0]
    post.answers["DATA"] = "451 later"
    for _ in range(len(notify.BACK_OFF) + 1):
        notify.deliver(now=again(row).due_at)
    assert again(row).state == "refused"


def test_one_bad_address_blocks_nobody(post, queued):
    rows = queued("a@a.example", "bad@a.example", "c@a.example\nBcc: x@a.example", "b@a.example")
    post.answers["bad@a.example"] = "550 unknown"
    assert notify.deliver() == 2
    assert [mail["To"] for mail in post.mails] == ["a@a.example", "b@a.example"]
    assert again(rows[1]).state == "refused" and again(rows[2]).state != "sent"


def test_a_template_that_breaks_blocks_nobody(post, queued):
    rows = queued("a@a.example", "b@a.example")
    Message.objects.filter(pk=rows[0].pk).update(template="no_such_template")
    assert notify.deliver() == 1
    assert again(rows[0]).state == "queued" and "TemplateDoesNotExist" in again(rows[0]).error


def test_while_the_server_is_gone_nothing_is_used_up(settings, queued):
    rows = queued("a@a.example", "b@a.example")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    assert notify.deliver() == 0
    assert [(again(row).state, again(row).attempts) for row in rows] == [("queued", 0)] * 2


def test_a_crash_after_the_mail_left_may_repeat_it_and_says_so(post, queued, monkeypatch):
    row = queued("a@a.example")[0]

    def crash(message):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(notify, "_mark_sent", crash)
        with pytest.raises(KeyboardInterrupt):
            notify.deliver()
    assert again(row).state == "sending"
    assert notify.deliver() == 0  # the lease of the dead worker still runs
    assert notify.deliver(now=timezone.now() + notify.LEASE + timedelta(seconds=1)) == 1
    assert again(row).state == "sent" and again(row).perhaps_twice
    assert len(post.ids) == 2 and len(set(post.ids)) == 1


def test_a_crash_before_the_mail_left_loses_nothing(post, queued, monkeypatch):
    row = queued("a@a.example")[0]

    def crash(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(notify, "compose", crash)
        with pytest.raises(KeyboardInterrupt):
            notify.deliver()
    assert notify.deliver(now=timezone.now() + notify.LEASE + timedelta(seconds=1)) == 1
    assert again(row).state == "sent" and len(post.ids) == 1


def test_taken_back_messages_stay_here(post, queued):
    row = queued("a@a.example")[0]
    assert notify.cancel(links=[row.link]) == 1
    assert notify.deliver() == 0 and again(row).state == "cancelled"


def test_times_are_the_readers(queued, patient):
    row = queued("a@a.example")[0]
    row.link.expires_at = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)
    assert "1 December 2026, 23:30 (Europe/London)" in notify.compose(row).body
    row.patient, patient.time_zone = patient, "Asia/Tokyo"
    assert "2 December 2026, 08:30 (Asia/Tokyo)" in notify.compose(row).body


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_send_the_same_row(post, queued):
    queued(*(f"p{number}@a.example" for number in range(40)))
    ready, sent = threading.Barrier(2), []

    def work():
        ready.wait()
        try:
            while count := notify.deliver(limit=3):
                sent.append(count)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert sum(sent) == 40 and max(Counter(post.ids).values()) == 1
    assert Message.objects.filter(state="sent").count() == 40
