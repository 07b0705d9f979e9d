"""The mail catcher: real SMTP in, a safe page out."""

import smtplib
import urllib.error
import urllib.request
from email.message import EmailMessage

import pytest

from careplan.demo.mail import Mailbox, mail_catcher, with_links
from careplan.demo.valkey import free_port

pytestmark = pytest.mark.services


class Catcher:
    def __init__(self, mailbox, smtp_port, web_port):
        self.mailbox, self.smtp_port, self.web_port = mailbox, smtp_port, web_port

    def send(self, *, subject, text, html=None):
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "clinic@x.test", "ana@x.test", subject
        message.set_content(text)
        if html:
            message.add_alternative(html, subtype="html")
        with smtplib.SMTP("127.0.0.1", self.smtp_port) as smtp:
            smtp.send_message(message)

    def get(self, path="/", host="localhost"):
        request = urllib.request.Request(f"http://127.0.0.1:{self.web_port}{path}")
        request.add_header("Host", host)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.headers, answer.read().decode()


@pytest.fixture
def catcher(tmp_path):
    smtp_port, web_port = free_port(), free_port()
    with mail_catcher(tmp_path, smtp_port=smtp_port, web_port=web_port) as mailbox:
        yield Catcher(mailbox, smtp_port, web_port)


def test_the_newest_mail_is_on_top(catcher):
    assert "No mail yet." in catcher.get()[1]
    catcher.send(subject="First", text="1")
    catcher.send(subject="Second", text="2")
    page = catcher.get()[1]
    assert page.index("Second") < page.index("First")
    assert "ana@x.test" in page


def test_text_is_escaped_and_its_links_can_be_clicked(catcher):
    catcher.send(
        subject="<b>Hi</b>", text="<script>x</script> see http://localhost:8000/l/a?b=1&c=2."
    )
    page = catcher.get("/" + catcher.mailbox.newest_first()[0])[1]
    assert "<script>" not in page and "&lt;script&gt;x&lt;/script&gt;" in page
    assert "<b>Hi</b>" not in page
    assert '<a href="http://localhost:8000/l/a?b=1&amp;c=2" target="_blank">' in page


def test_html_stays_in_a_sandbox_without_scripts(catcher):
    catcher.send(subject="Hi", text="t", html="<p>Hello</p><script>x()</script>")
    name = catcher.mailbox.newest_first()[0]
    page = catcher.get(f"/{name}")[1]
    assert "<p>Hello</p>" not in page
    assert f'src="/{name}/html"' in page and "allow-scripts" not in page
    headers, html = catcher.get(f"/{name}/html")
    assert "<p>Hello</p>" in html
    assert headers["Content-Security-Policy"].startswith("sandbox allow-popups")
    assert "script-src" not in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/nothing", "/../../etc/passwd", f"/{'0' * 19}.eml", "/a/b/c"])
def test_other_paths_are_not_found(catcher, path):
    with pytest.raises(urllib.error.HTTPError) as refused:
        catcher.get(path)
    assert refused.value.code == 404
    refused.value.close()


def test_a_foreign_name_that_leads_here_is_refused(catcher):
    catcher.send(subject="Secret", text="t")
    with pytest.raises(urllib.error.HTTPError) as refused:
        catcher.get(host="evil.test")
    assert refused.value.code == 403
    refused.value.close()


def test_a_quoted_address_ends_at_the_quote():
    assert with_links('"http://a.test/x"').startswith('&quot;<a href="http://a.test/x" ')


def test_mails_survive_a_restart(tmp_path):
    Mailbox(tmp_path).keep(b"Subject: kept\r\n\r\nbody")
    again = Mailbox(tmp_path)
    assert [again.read(name)["Subject"] for name in again.newest_first()] == ["kept"]
