"""An authority of our own and certificates for the loopback host."""

import datetime
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Certificate:
    """Files in PEM.

    :ivar ca_file: what a client has to trust; for instance through the variable SSL_CERT_FILE
    :ivar fingerprint: sha256 of the certificate in hex
    """

    certificate_file: Path
    key_file: Path
    ca_file: Path
    fingerprint: str

    def server_context(self) -> ssl.SSLContext:
        """Return the context of a server that shows this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate_file, self.key_file)
        return context


def make_certificate(
    folder: Path, *, host: str = "localhost", valid_days: int = 30, self_signed: bool = False
) -> Certificate:
    """Write a certificate for a host and 127.0.0.1, and the authority that signed it.

    :param host: for another than "localhost" the certificate does not hold for 127.0.0.1 either
    :param valid_days: how long from now; negative for one that has expired
    """
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca_name = _name("Test authority")
    ca = _builder(ca_name, ca_name, ca_key, 30).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    ca = ca.add_extension(
        x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False
    ).sign(ca_key, hashes.SHA256())
    alternatives: list[x509.GeneralName] = [x509.DNSName(host)]
    if host == "localhost":
        alternatives.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    certificate = (
        _builder(_name(host), _name(host) if self_signed else ca_name, key, valid_days)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .sign(key if self_signed else ca_key, hashes.SHA256())
    )
    return Certificate(
        _write(folder / "server.pem", certificate.public_bytes(serialization.Encoding.PEM)),
        _write(
            folder / "server.key",
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        ),
        _write(folder / "ca.pem", ca.public_bytes(serialization.Encoding.PEM)),
        certificate.fingerprint(hashes.SHA256()).hex(),
    )


def _builder(subject, issuer, key, valid_days: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - 30 * DAY)
        .not_valid_after(NOW + valid_days * DAY)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
