"""Debian packages without installing them: a private apt, the machine's mirror and keyring."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import paths
from .console import DevError, run_logged

_KEYRINGS = (
    "/usr/share/keyrings/debian-archive-keyring.gpg",
    "/usr/share/keyrings/debian-archive-keyring.pgp",
)
_NETWORK_REMEDY = (
    "check the network and the machine's apt sources, then run the same command again; "
    "or set ODOO_SOURCE=/path/to/odoo if you have an Odoo 19"
)
OWN_OR_TRIXIE = "own"


class PrivateApt:
    """Lists, status, cache, sources in .dev/apt; the machine's proxy and login settings hold."""

    def __init__(self):
        if not shutil.which("apt-get"):
            raise DevError(
                "This machine has no apt-get, which is how Odoo is downloaded.",
                "use Debian 12 or later, or set ODOO_SOURCE=/path/to/odoo",
            )
        self.folder = paths.APT
        # Unlike APT_CONFIG, `-c` is read after the machine's own configuration.
        self._apt_get = ["apt-get", "-c", str(self.folder / "apt.conf")]

    def download(self, packages: Mapping[str, Sequence[str]], folder: Path) -> list[Path]:
        """Download packages of the given suites, their signatures checked by apt.

        :param packages: suite -> package names; OWN_OR_TRIXIE is the machine's own suite if it is
            Debian 12 or 13
        :return: the .deb files, in the order of the names
        :raises DevError: no mirror is configured, or the download failed
        """
        mirror, own_suite = self._mirror()
        stable = own_suite if own_suite in ("bookworm", "trixie") else "trixie"
        suites = {
            stable if suite is OWN_OR_TRIXIE else suite: names for suite, names in packages.items()
        }
        self._configure(mirror, list(suites))
        run_logged(
            [*self._apt_get, "update", "--error-on=any"],
            "apt-update",
            failure="The lists of Debian's packages could not be downloaded",
            remedy=_NETWORK_REMEDY,
        )
        folder.mkdir(parents=True, exist_ok=True)
        wanted = [f"{name}/{suite}" for suite, names in suites.items() for name in names]
        run_logged(
            [*self._apt_get, "download", *wanted],
            "apt-download",
            failure=f"Debian's packages could not be downloaded: {' '.join(wanted)}",
            remedy=_NETWORK_REMEDY,
            cwd=folder,
        )
        return [
            max(folder.glob(f"{name}_*.deb"), key=lambda path: path.stat().st_mtime)
            for names in suites.values()
            for name in names
        ]

    @staticmethod
    def _mirror() -> tuple[str, str]:
        """The machine's own Debian mirror and the suite it uses of it."""
        template = "$(CREATED_BY)|$(COMPONENT)|$(RELEASE)|$(REPO_URI)"
        answer = subprocess.run(
            ["apt-get", "indextargets", "--no-release-info", "--format", template],
            capture_output=True,
            text=True,
            check=False,
        )
        for line in answer.stdout.splitlines():
            kind, component, release, uri = line.split("|", 3)
            # Updates and security are suites of their own, on other mirrors at times.
            if kind == "Packages" and component == "main" and "-" not in release.strip("/"):
                return uri, release
        raise DevError(
            "The machine's apt configuration names no Debian mirror with the component main.\n"
            + answer.stderr.strip(),
            "add Debian's sources to /etc/apt, or set ODOO_SOURCE=/path/to/odoo",
        )

    def _configure(self, mirror: str, suites: Sequence[str]) -> None:
        keyring = next((path for path in _KEYRINGS if os.path.exists(path)), None)
        if keyring is None:
            raise DevError(
                "Debian's keyring is missing, so downloads cannot be checked.",
                "apt-get install debian-archive-keyring",
            )
        for name in ("state/lists/partial", "cache/archives/partial", "empty"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "status").touch()
        (self.folder / "sources.list").write_text(
            "".join(f"deb [signed-by={keyring}] {mirror} {suite} main\n" for suite in suites),
            encoding="utf-8",
        )
        (self.folder / "apt.conf").write_text(
            f'Dir::State "{self.folder}/state";\n'
            f'Dir::State::status "{self.folder}/status";\n'
            f'Dir::Cache "{self.folder}/cache";\n'
            f'Dir::Etc::SourceList "{self.folder}/sources.list";\n'
            f'Dir::Etc::SourceParts "{self.folder}/empty";\n'
            f'Dir::Etc::Preferences "{self.folder}/empty/preferences";\n'
            f'Dir::Etc::PreferencesParts "{self.folder}/empty";\n'
            'Acquire::Languages "none";\n'
            'Acquire::Retries "3";\n'
            # As root apt would hand downloads to a user who may not enter this folder.
            'APT::Sandbox::User "root";\n'
            "#clear APT::Update::Post-Invoke;\n"
            "#clear APT::Update::Post-Invoke-Success;\n",
            encoding="utf-8",
        )
