"""A mail server for tests: it takes mails and keeps each as a file. Run as a process of its own: PORT FOLDER.

To nobody@ it says that there is no such mailbox, to busy@ to come again. While the folder holds a file `stall`, it says
nothing once it has a mail, and keeps none. It takes addresses in any letters, announced as RFC 6531 asks for, but not
while the folder holds a file `ascii`.
"""

import json
import socketserver
import sys
import time
from pathlib import Path

ANSWERS = {"nobody": "550 5.1.1 <{}> no such mailbox", "busy": "451 4.3.0 <{}> come again"}


class Session(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self):
        self.say("220 sink.example ESMTP")
        recipient = ""
        is_international = False
        while line := self.rfile.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            match verb.upper():
                case "EHLO" if not (FOLDER / "ascii").exists():
                    self.say("250-sink.example\r\n250-8BITMIME\r\n250 SMTPUTF8")
                case "MAIL":
                    is_international = "SMTPUTF8" in rest.split()
                    self.say("250 2.1.0 ok")
                case "RCPT":
                    recipient = rest.partition("<")[2].rstrip(">")
                    refusal = ANSWERS.get(recipient.partition("@")[0])
                    if not (recipient.isascii() or is_international):
                        refusal = "553 5.6.7 <{}> not announced"
                    self.say(refusal.format(recipient) if refusal else "250 2.1.5 ok")
                case "DATA":
                    self.say("354 go on")
                    self.keep(recipient)
                case "QUIT":
                    self.say("221 2.0.0 bye")
                    return
                case _:
                    self.say("250 sink.example")

    def keep(self, recipient):
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if (FOLDER / "stall").exists():
            (FOLDER / "stalled").touch()
            time.sleep(3600)
        number = time.monotonic_ns()
        draft = FOLDER / f"{number}.draft"
        draft.write_text(json.dumps({"to": recipient, "mail": b"".join(lines).decode("latin-1")}))
        draft.rename(FOLDER / f"{number}.json")
        self.say("250 2.0.0 kept")


class Sink(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Whoever hangs up in the middle is no news."""


if __name__ == "__main__":
    FOLDER = Path(sys.argv[2])
    with Sink(("127.0.0.1", int(sys.argv[1])), Session) as sink:
        sink.serve_forever()
