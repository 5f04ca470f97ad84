"""What the sender of letters carries along: letters, the connection, their language."""

import traceback
from dataclasses import dataclass

from odoo import models

from .iris_email_outgoing import read_alone

# Noting what became of a letter meets a concurrent change at most this often.
MOST_COLLISIONS = 10


@dataclass(frozen=True)
class Ready:
    """A letter with all that is needed to send it.

    :ivar who: what the right to send depends on (``iris.email.grants``), or None: nothing
    :ivar is_passed_on: whether somebody else becomes responsible once it is sent
    :ivar has_failed_account: whether its account shows an error
    :ivar recipients: all of them; ``waiting``: the addresses of those who shall get it now
    :ivar source: the ``ir.attachment`` with its bytes, and its place among Odoo's files
    """

    letter: models.Model
    message_id: str
    parent: models.Model
    account_id: int
    who: tuple | None
    sender: str
    is_passed_on: bool
    has_failed_account: bool
    recipients: models.Model
    waiting: tuple[str, ...]
    source: models.Model
    store_fname: str | bool

    def get_bytes(self):
        """Return the bytes of the letter.

        :raises FileNotFoundError: Odoo has lost them
        """
        if self.store_fname:
            raw = self.source._file_read(self.store_fname)
        else:
            raw = read_alone(self.source)
        if not raw:
            raise FileNotFoundError(self.store_fname)
        return raw


class Connection:
    """Opens the connection of an account when it is needed, once for all letters.

    :param stack: closes it in the end
    """

    def __init__(self, stack):
        self._stack = stack
        self._client = None

    def get(self, letter):
        """Return the client of a letter's account.

        :raises UserError, network.MailServerError: see ``iris.email.account._connect_outgoing``
        """
        if self._client is None:
            self._client = self._stack.enter_context(speak(letter)._connect_outgoing())
        return self._client


def get_place(error):
    """Return kind and place of an error. Its words may quote the letter, so they stay out."""
    return "\n".join([type(error).__name__, *traceback.format_tb(error.__traceback__)])


def speak(letter):
    """Return the account of a letter, which speaks the language of whoever sends it."""
    return letter.account_id.with_context(lang=get_language(letter.sent_by_id))


def get_language(user):
    """Return the code of a user's language, or None if it is not installed any more."""
    installed = {code for code, _name in user.env["res.lang"].get_installed()}
    return user.lang if user.lang in installed else None
