"""Programs that tests need from Debian: installed as root, named in one line otherwise."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .console import DevError, run_logged, step, warn

_POLICY = Path("/usr/sbin/policy-rc.d")


def missing() -> list[str]:
    """The Debian packages without which some test could not run."""
    lacking = []
    if not any(map(shutil.which, ("google-chrome", "chromium", "chromium-browser"))):
        # The second has Cyrillic letters for the pages that Chromium shows.
        lacking += ["chromium", "fonts-dejavu-core"]
    dovecot = shutil.which("dovecot", path=_system_path())
    if not (dovecot and Path("/usr/lib/dovecot/pop3").exists()):
        lacking.append("dovecot-pop3d")
    if not shutil.which("msmtp"):
        # msmtp-mta would push another sendmail program out.
        other = shutil.which("sendmail", path=f"{_system_path()}:/usr/lib")
        lacking.append("msmtp" if other else "msmtp-mta")
    from . import postgres

    # Without root the tests run on the wheel's server, which has fewer extensions.
    if os.geteuid() == 0 and not (postgres.is_given() or postgres.is_installed()):
        lacking.append("postgresql")
    return lacking


def install_missing() -> None:
    """Install what `missing` names.

    :raises DevError: not root, or apt failed
    """
    packages = missing()
    if packages:
        install(packages, "The tests")


def install(packages: list[str], for_whom: str) -> None:
    """Install packages as root; services among them are not started, neither now nor at boot.

    :param for_whom: who needs them, as the subject of a sentence
    :raises DevError: not root, or apt failed
    """
    command = f"apt-get install {' '.join(packages)}"
    if os.geteuid() != 0:
        raise DevError(
            f"{for_whom} need Debian's packages {', '.join(packages)}.",
            f"run once as root: {command}",
        )
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    services = _new_services(packages)
    with step(f"Installing {', '.join(packages)}"), _no_services_started():
        for log_name, arguments in {
            "apt-system-update": ["update"],
            "apt-system-install": ["install", "--yes", "--no-install-recommends", *packages],
        }.items():
            run_logged(
                ["apt-get", "-o", "Acquire::Retries=3", *arguments],
                log_name,
                failure=f"`apt-get {arguments[0]}` failed",
                remedy=f"see the words above; then run: {command}",
                env=environment,
            )
        _keep_off_at_boot(services)


@contextmanager
def _no_services_started() -> Iterator[None]:
    """Let Debian's packages know, by Debian's own means, that their services must not start."""
    if _POLICY.exists():
        # Whoever runs this machine has a policy already; it stays the one that counts.
        yield
        return
    _POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink()


def _new_services(packages: list[str]) -> list[str]:
    """The services that come with the packages, without those that the machine has already."""
    services = []
    if "dovecot-pop3d" in packages and not shutil.which("dovecot", path=_system_path()):
        services += ["dovecot.service", "dovecot.socket"]
    if "postgresql" in packages:
        services.append("postgresql.service")
    return services


def _keep_off_at_boot(services: list[str]) -> None:
    if not services or not shutil.which("systemctl"):
        return
    try:
        run_logged(
            ["systemctl", "disable", *services],
            "systemctl-disable",
            failure="systemctl failed",
            remedy="",
        )
    except DevError as error:
        warn(f"{', '.join(services)} may start at the next boot: {error.what}")


def _system_path() -> str:
    return f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
