"""A mail catcher: takes every mail by SMTP, keeps it as an .eml file, shows it in the browser.

    python -m careplan.demo.mail FOLDER SMTP_PORT WEB_PORT

Loopback only, read-only. Mails are as untrusted here as anywhere: text is escaped, and HTML is
shown in a sandbox without scripts, forms or pictures from outside.
"""

import email
import email.policy
import re
import sys
import threading
import time
from contextlib import contextmanager
from functools import partial
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from aiosmtpd.controller import Controller

from careplan.demo.signals import Stopped, stop_on_signals

LOOPBACK = "127.0.0.1"
SHOWN = 200  # newest mails on the list
NAME = re.compile(r"[0-9]{19}\.eml")
LINK = re.compile(r"(https?://[^\s<>\"]+[^\s<>\"().,;:!?'])")
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'"
MAIL_POLICY = f"sandbox {SANDBOX}; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
STYLE = """body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem .8rem .4rem 0;
border-bottom:1px solid #ccc;vertical-align:top}pre{white-space:pre-wrap;font:inherit}
iframe{width:100%;height:40rem;border:1px solid #ccc}"""


class Mailbox:
    """Mails as files, named by the nanosecond they came in, so that names sort by time."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def keep(self, content):
        unfinished = self.folder / "incoming"
        unfinished.write_bytes(content)
        unfinished.rename(self.folder / f"{time.time_ns():019d}.eml")

    def newest_first(self):
        return sorted((path.name for path in self.folder.glob("*.eml")), reverse=True)

    def read(self, name):
        """The parsed message, or None for a name that is not one of ours."""
        path = self.folder / name
        if not NAME.fullmatch(name) or not path.is_file():
            return None
        return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


class Receiver:
    """aiosmtpd calls this for each mail, one at a time."""

    def __init__(self, mailbox):
        self.mailbox = mailbox

    async def handle_DATA(self, server, session, envelope):
        self.mailbox.keep(envelope.original_content)
        return "250 Kept"


class Pages(BaseHTTPRequestHandler):
    """`/` lists, `/<name>` shows one mail, `/<name>/html` is its HTML part."""

    def __init__(self, mailbox, *arguments):
        self.mailbox = mailbox
        super().__init__(*arguments)

    def do_GET(self):
        if self.headers.get("Host", "").partition(":")[0] not in (LOOPBACK, "localhost"):
            return self._answer(403, "Only for this machine.")  # a foreign name that leads here
        name, _, part = self.path.strip("/").partition("/")
        if not name:
            return self._answer(200, list_page(self.mailbox))
        message = self.mailbox.read(name)
        if message is None or part not in ("", "html"):
            return self._answer(404, page("No such mail", '<p><a href="/">All mails</a></p>'))
        if part:
            return self._answer(200, html_part(message), MAIL_POLICY)
        return self._answer(200, mail_page(name, message))

    def _answer(self, status, html, policy=PAGE_POLICY):
        body = html.encode(errors="replace")
        self.send_response(status)
        for header, value in (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", policy),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
        ):
            self.send_header(header, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        """Quiet: the terminal shows what Careplan does."""


def page(title, body, head=""):
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8">{head}<title>{escape(title)}</title>'
        f"<style>{STYLE}</style><h1>{escape(title)}</h1>{body}</html>"
    )


def list_page(mailbox):
    rows = []
    for name in mailbox.newest_first()[:SHOWN]:
        message = mailbox.read(name)
        cells = (_header(message, "Date"), _header(message, "To"))
        subject = escape(_header(message, "Subject") or "(no subject)")
        shown = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        rows.append(f'<tr>{shown}<td><a href="/{name}">{subject}</a></td></tr>')
    if not rows:
        return page("Mails", "<p>No mail yet.</p>", head='<meta http-equiv="refresh" content="5">')
    table = "<table><tr><th>Sent<th>To<th>Subject</tr>" + "".join(rows) + "</table>"
    return page("Mails", table, head='<meta http-equiv="refresh" content="5">')


def mail_page(name, message):
    """Headers, the text with its links, and the HTML part in a frame of its own."""
    headers = "".join(
        f"<tr><th>{title}</th><td>{escape(_header(message, title))}</td></tr>"
        for title in ("From", "To", "Date")
    )
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    body = f'<p><a href="/">All mails</a></p><table>{headers}</table>'
    if text is not None:
        body += f"<h2>Text</h2><pre>{with_links(text.get_content())}</pre>"
    if html is not None:
        frame = f'sandbox="{SANDBOX}" src="/{name}/html"'
        body += f'<h2>HTML</h2><iframe title="HTML part" {frame}></iframe>'
    return page(_header(message, "Subject") or "(no subject)", body)


def html_part(message):
    part = message.get_body(("html",))
    return '<base target="_blank">' + (part.get_content() if part is not None else "")


def with_links(text):
    """Escaped text whose web addresses can be clicked."""
    parts = [escape(part) for part in LINK.split(text)]  # every second one is an address
    parts[1::2] = [f'<a href="{link}" target="_blank">{link}</a>' for link in parts[1::2]]
    return "".join(parts)


def _header(message, name):
    return str(message.get(name, ""))


@contextmanager
def mail_catcher(folder, *, smtp_port, web_port):
    """Both servers run in threads until the end; yields the mailbox. Port 0 finds no free one."""
    mailbox = Mailbox(folder)
    smtp = Controller(Receiver(mailbox), hostname=LOOPBACK, port=smtp_port)
    web = ThreadingHTTPServer((LOOPBACK, web_port), partial(Pages, mailbox))
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    smtp.start()
    thread.start()
    try:
        yield mailbox
    finally:
        smtp.stop()
        web.shutdown()
        web.server_close()


def main(folder, smtp_port, web_port):
    try:
        with (
            stop_on_signals(),
            mail_catcher(folder, smtp_port=int(smtp_port), web_port=int(web_port)),
        ):
            threading.Event().wait()
    except Stopped:
        return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
