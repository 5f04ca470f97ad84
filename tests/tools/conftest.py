"""Makes `iris_tools` (tools/) and `iris_servers` (tests/servers/) importable without Odoo."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _import_folder(folder: Path, name: str) -> None:
    """Import a package under a name of our own: the folders above it are an Odoo addon."""
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules[name] = package
    spec.loader.exec_module(package)


_import_folder(ROOT / "tools", "iris_tools")
_import_folder(ROOT / "tests" / "servers", "iris_servers")


@pytest.fixture(scope="session")
def dovecot():
    """A running Dovecot with the user ivan, password secret."""
    from iris_servers.dovecot import Dovecot

    with Dovecot({"ivan": "secret"}) as server:
        yield server


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for localhost from an authority that nobody trusts yet."""
    from iris_servers.certificates import make_certificate

    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trust(monkeypatch):
    """A function that makes clients trust the authority of a certificate, and no other."""
    return lambda certificate: monkeypatch.setenv("SSL_CERT_FILE", str(certificate.ca_file))
