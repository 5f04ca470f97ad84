"""An SMTP server on aiosmtpd: what is sent in the demo stays on this machine."""

import asyncio
from collections.abc import Callable, Mapping

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from store import OUTSIDE, Store

# This one lives nowhere: so that a refusal can be seen.
REFUSED = "nobody"
# (sender, recipient, letter)
Listener = Callable[[str, str, bytes], None]


class _Handler:
    """Delivers mail to our mailboxes; keeps what is meant for others in a folder of its own."""

    def __init__(self, store: Store, letter_sent: Listener) -> None:
        self._store = store
        self._letter_sent = letter_sent

    async def handle_RCPT(
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Accept our own addresses from anybody, others only after AUTH (RFC 4954 §6)."""
        if address.lower() not in self._store.addresses and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if address.lower().partition("@")[0] == REFUSED:
            return f"550 5.1.1 <{address}>: there is no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Store the letter once for each recipient."""
        for address in envelope.rcpt_tos:
            local = address.lower() in self._store.addresses
            self._store.deliver(
                address.lower() if local else OUTSIDE,
                envelope.original_content,
                envelope.mail_from,
                recipient=address,
            )
            if not local:
                self._letter_sent(envelope.mail_from, address, envelope.original_content)
        return "250 OK: delivered"


async def serve(
    store: Store,
    passwords: Mapping[str, str],
    host: str,
    port: int,
    letter_sent: Listener,
) -> asyncio.Server:
    """Start listening. Raises OSError if the port is taken.

    `letter_sent` is called for each recipient outside.
    """

    def check(
        _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: LoginPassword
    ) -> AuthResult:
        known = passwords.get(login.login.decode("utf-8", "replace").lower())
        return AuthResult(
            success=known is not None and known.encode() == login.password, handled=False
        )

    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: SMTP(
            _Handler(store, letter_sent),
            hostname="mail.sevline.example",
            authenticator=check,
            auth_require_tls=False,
            enable_SMTPUTF8=True,
            loop=loop,
        ),
        host,
        port,
    )
