"""A mail server on loopback for tests, with Debian's aiosmtpd: prints its port, then each message as a line of JSON."""

import argparse
import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

options = argparse.ArgumentParser()
options.add_argument("--security", choices=["plain", "starttls", "implicit"], default="plain")
options.add_argument("--certificate", help="PEM file with the certificate and its key")
options.add_argument("--account", help="user:password that clients must present")
options.add_argument("--refuse", default="", help="answer to RCPT, such as '550 no such user'")
options.add_argument("--refuse-once", action="store_true", help="refuse the first message only")
options = options.parse_args()


def show(value):
    print(json.dumps(value), flush=True)


class Handler:
    refusals = 0

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if options.refuse and not (options.refuse_once and Handler.refusals):
            Handler.refusals += 1
            return options.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        raw = envelope.original_content
        message = email.message_from_bytes(raw, policy=email.policy.default)
        show({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "encrypted": session.ssl is not None or options.security == "implicit",
            "account": bool(session.authenticated),
            "fields": [[name, str(value)] for name, value in message.items()],
            "defects": [repr(defect) for defect in message.defects]
            + [repr(defect) for value in message.values() for defect in getattr(value, "defects", ())],
            "text": message.get_content(),
            "longest": max(len(line) for line in raw.split(b"\r\n")),
            "isASCII": raw.isascii(),
            "bareLineEnds": raw.replace(b"\r\n", b"").count(b"\n") + raw.replace(b"\r\n", b"").count(b"\r"),
        })
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    given = f"{data.login.decode()}:{data.password.decode()}"
    return AuthResult(success=given == options.account, handled=False)


async def main():
    context = None
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate)
    starttls = options.security == "starttls"
    implicit = options.security == "implicit"

    def protocol():
        return SMTP(
            Handler(), hostname="localhost", tls_context=context if starttls else None, require_starttls=starttls,
            authenticator=authenticate if options.account else None, auth_required=bool(options.account),
            auth_require_tls=starttls)

    server = await asyncio.get_running_loop().create_server(
        protocol, "127.0.0.1", 0, ssl=context if implicit else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


try:
    asyncio.run(main())
except KeyboardInterrupt:
    sys.exit(0)
