"""A private Dovecot: POP3 in plain, with STLS and under TLS, a Maildir per user, one folder.

Needs Debian's dovecot-pop3d (Dovecot 2.3). Runs as root, with mail read as `nobody`, or as anybody.
"""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from .certificates import make_certificate
from .loopback import HOST, free_ports

_CONFIGURATION = """
protocols = pop3
listen = {host}
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
auth_failure_delay = 0
auth_username_chars =
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{certificate.certificate_file}
ssl_key = <{certificate.key_file}
default_internal_user = {internal_user}
default_internal_group = {internal_group}
default_login_user = {login_user}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
maildir_broken_filename_sizes = yes
pop3_uidl_format = %f
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users/%u
}}
userdb {{
  driver = static
  args = uid={mail_uid} gid={mail_gid} home={folder}/mail/%u
}}
service anvil {{
  chroot =
  # no growing pauses after wrong passwords
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {port}
  }}
  inet_listener pop3s {{
    port = {ssl_port}
  }}
}}
service stats {{
  chroot =
}}
{extra}
"""


class Dovecot:
    """The server; a context manager that starts and stops it.

    :param users: login -> password; more by `add_user`
    :param extra: lines to append to the configuration
    :ivar port: for "none" and "starttls"
    :ivar ssl_port: for "ssl"
    :ivar certificate: see `certificates.Certificate`; its `ca_file` is what a client has to trust
    """

    host = HOST

    def __init__(self, users: dict[str, str] | None = None, *, extra: str = ""):
        # not below pytest's folder: its path is too long for a socket, and closed to `nobody`
        self.folder = Path(tempfile.mkdtemp(prefix="iris-dovecot-"))
        self.folder.chmod(0o755)
        (self.folder / "users").mkdir()
        self.port, self.ssl_port = free_ports(2)
        self.certificate = make_certificate(self.folder)
        self._as_root = os.geteuid() == 0
        self._owner = pwd.getpwnam("nobody") if self._as_root else pwd.getpwuid(os.geteuid())
        self._delivered = 0
        self._extra = extra
        self._process: subprocess.Popen | None = None
        for login, password in (users or {}).items():
            self.add_user(login, password)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def start(self) -> None:
        """Start the server and wait until it answers.

        :raises RuntimeError: with Dovecot's own words, when it does not
        """
        program = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if program is None:
            raise RuntimeError("Dovecot is missing: apt-get install dovecot-pop3d")
        configuration = self.folder / "dovecot.conf"
        configuration.write_text(self._configuration())
        self._process = subprocess.Popen(
            [program, "-F", "-c", configuration],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        deadline = time.monotonic() + 10
        while not _answers(self.port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"Dovecot does not start: {self.log()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the server; what was delivered stays."""
        if self._process is not None:
            self._process.terminate()
            self._errors = self._process.communicate(timeout=10)[1].decode()
            self._process = None

    def log(self) -> str:
        """Return what the server has logged."""
        path = self.folder / "dovecot.log"
        return getattr(self, "_errors", "") + (path.read_text() if path.exists() else "")

    def add_user(self, login: str, password: str) -> None:
        """Make a mailbox, also while the server runs."""
        # a file each: Dovecot looks for changes of a known one only once a second
        (self.folder / "users" / login).write_text(f"{login}:{{PLAIN}}{password}:::::\n")
        for name in ("cur", "new", "tmp"):
            self._make_folder(self.folder / "mail" / login / name)

    def deliver(self, login: str, letters: Iterable[bytes]) -> None:
        """Put raw letters into a mailbox, to be listed in this order."""
        folder = self.folder / "mail" / login
        for letter in letters:
            self._delivered += 1
            name = f"{1_700_000_000 + self._delivered}.M{self._delivered}P1.test"
            path = folder / "tmp" / name
            path.write_bytes(letter)
            if self._as_root:
                os.chown(path, self._owner.pw_uid, self._owner.pw_gid)
            path.rename(folder / "new" / name)

    def letters(self, login: str) -> list[bytes]:
        """Return the raw letters that are in a mailbox."""
        folder = self.folder / "mail" / login
        paths = [*folder.glob("new/*"), *folder.glob("cur/*")]
        return [path.read_bytes() for path in sorted(paths, key=lambda path: path.name)]

    def _make_folder(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if self._as_root:
            for path in (folder, folder.parent, folder.parent.parent):
                os.chown(path, self._owner.pw_uid, self._owner.pw_gid)

    def _configuration(self) -> str:
        me = self._owner.pw_name
        group = grp.getgrgid(self._owner.pw_gid).gr_name
        return _CONFIGURATION.format(
            host=HOST,
            folder=self.folder,
            certificate=self.certificate,
            internal_user="dovecot" if self._as_root else me,
            internal_group="dovecot" if self._as_root else group,
            login_user="dovenull" if self._as_root else me,
            mail_uid=self._owner.pw_uid,
            mail_gid=self._owner.pw_gid,
            port=self.port,
            ssl_port=self.ssl_port,
            extra=self._extra,
        )


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), 1) as sock:
            return sock.recv(3) == b"+OK"
    except OSError:
        return False
