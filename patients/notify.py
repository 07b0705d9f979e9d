"""The outbox: `queue` writes a row inside the change's transaction, `deliver` sends what is due.

Order per message: claim with a lease (committed), send, mark (committed). A crash before the
server's "accepted" loses nothing: the lease runs out and the row is tried again. A crash after it
may send twice; the second mail has the same Message-ID and the row says `perhaps_twice`.
"""

import logging
import smtplib
import time
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone

from patients.models import Message

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)  # longer than EMAIL_TIMEOUT, shorter than anybody's patience
BACK_OFF = [timedelta(minutes=m) for m in (1, 5, 15, 60, 240)]  # then refused, and seen by staff
BATCH = 50


def queue(template: str, *, key: str, clinic, to: str, due_at: datetime | None = None, **rest):
    """One outbox row; the same `key` again returns the row that is there. `rest`: patient, link,
    context. Call it inside the action's transaction."""
    message, _ = Message.objects.get_or_create(
        key=key,
        defaults={
            "template": template,
            "clinic": clinic,
            "to": to,
            "due_at": due_at or timezone.now(),
            **rest,
        },
    )
    return message


def cancel(*, links) -> int:
    """Take back what still waits about these links; returns how many rows that were."""
    waiting = Message.objects.filter(link__in=links, state=Message.State.QUEUED)
    return waiting.update(state=Message.State.CANCELLED)


def deliver(*, now: datetime | None = None, limit: int = BATCH) -> int:
    """Send up to `limit` due messages over one connection; returns how many were accepted.

    What is left when the server is gone, or when the leases near their end, goes back unchanged.
    """
    claimed = _claim(now or timezone.now(), limit)
    if not claimed:
        return 0
    enough = time.monotonic() + LEASE.total_seconds() - 2 * settings.EMAIL_TIMEOUT
    sent = 0
    connection = get_connection()
    try:
        while claimed and time.monotonic() < enough and _reachable(connection):
            sent += _send(claimed.pop(0), connection)
    finally:
        connection.close()
        _put_back(claimed)
    return sent


def _claim(now: datetime, limit: int) -> list[Message]:
    waiting = Q(state=Message.State.QUEUED) | Q(state=Message.State.SENDING, leased_until__lt=now)
    with transaction.atomic():
        rows = list(
            Message.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("clinic", "patient", "link")
            .filter(waiting, due_at__lte=now)
            .order_by("due_at", "id")[:limit]
        )
        for row in rows:
            row.perhaps_twice = row.perhaps_twice or row.state == Message.State.SENDING
            row.state = Message.State.SENDING
            row.attempts += 1
            row.leased_until = now + LEASE
            row.save(update_fields=["perhaps_twice", "state", "attempts", "leased_until"])
    return rows


def _reachable(connection) -> bool:
    """Open the connection where it is not open; a server that is gone is no message's fault."""
    try:
        connection.open()
    except Exception as fault:
        log.warning("the mail server does not answer: %s", type(fault).__name__)
        return False
    return True


def _put_back(messages: list[Message]) -> None:
    Message.objects.filter(
        pk__in=[message.pk for message in messages], state=Message.State.SENDING
    ).update(state=Message.State.QUEUED, attempts=F("attempts") - 1, leased_until=None)


def _send(message: Message, connection) -> int:
    try:
        accepted = compose(message, connection).send()
    except Exception as fault:  # one bad message must not block the others
        log.warning("message %s was not sent: %s", message.pk, type(fault).__name__)
        settle = _give_up if _for_good(fault) else _try_later
        settle(message, f"{type(fault).__name__}: {fault}")
        connection.close()
        return 0
    _mark_sent(message)
    return accepted


def _for_good(fault: Exception) -> bool:
    """Whether the server said no to this address or text (5xx), not "later" (4xx)."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in fault.recipients.values())
    return isinstance(fault, smtplib.SMTPDataError) and fault.smtp_code >= 500


def _mark_sent(message: Message) -> None:
    message.state = Message.State.SENT
    message.sent_at = timezone.now()
    message.error = ""
    message.save(update_fields=["state", "sent_at", "error"])


def _try_later(message: Message, error: str) -> None:
    if message.attempts > len(BACK_OFF):
        _give_up(message, error)
        return
    message.state = Message.State.QUEUED
    message.due_at = timezone.now() + BACK_OFF[message.attempts - 1]
    message.error = error[:300]
    message.save(update_fields=["state", "due_at", "error"])


def _give_up(message: Message, error: str) -> None:
    message.state = Message.State.REFUSED
    message.error = error[:300]
    message.save(update_fields=["state", "error"])


def compose(message: Message, connection=None) -> EmailMultiAlternatives:
    """The mail of an outbox row, from `templates/emails/<template>.{subject.txt,txt,html}`.
    Times in it are the reader's: the patient's zone, or the clinic's; `zone` is its name."""
    zone = message.patient.zone if message.patient else message.clinic.time_zone
    context = {
        **message.context,
        "clinic": message.clinic,
        "patient": message.patient,
        "link": message.link,
        "site": settings.SITE_URL.rstrip("/"),
        "zone": zone,
    }
    with timezone.override(zone):
        subject, text, html = (
            render_to_string(f"emails/{message.template}.{part}", context)
            for part in ("subject.txt", "txt", "html")
        )
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    mail = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=text,
        from_email=formataddr((" ".join(message.clinic.name.split()), address)),
        to=[message.to],
        headers={"Message-ID": f"<{message.pk}@{urlsplit(settings.SITE_URL).hostname}>"},
        connection=connection,
    )
    mail.attach_alternative(html, "text/html")
    return mail
