"""Certificates made when they are needed: an authority of one's own and what it signs.

>>> authority = Authority(tmp_path)
>>> MailServer(ssl_context=authority.server_context("127.0.0.1"))
>>> monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
"""

import datetime as dt
import ipaddress
import itertools
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = dt.timedelta(days=1)


class Authority:
    """Signs certificates; whoever trusts `file` trusts them."""

    def __init__(self, folder: Path, name: str = "Authority of the tests"):
        self.folder = folder
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.numbers = itertools.count(1)
        own = self.sign(self.name, self.key.public_key(), dt.datetime.now(dt.UTC) + DAY, is_authority=True)
        self.file = self.write("authority.pem", own.public_bytes(serialization.Encoding.PEM))

    def server_files(self, host: str, ends: dt.timedelta = DAY) -> tuple[Path, Path]:
        """The certificate of a host, and its key; with `ends` before zero it is over already."""
        key = ec.generate_private_key(ec.SECP256R1())
        until = dt.datetime.now(dt.UTC) + ends
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        signed = self.sign(name, key.public_key(), until, host=host)
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        number = next(self.numbers)
        return (
            self.write(f"server-{number}.pem", signed.public_bytes(serialization.Encoding.PEM)),
            self.write(f"server-{number}.key", secret),
        )

    def server_context(self, host: str, ends: dt.timedelta = DAY) -> ssl.SSLContext:
        """What a server in this process shows of itself."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.server_files(host, ends))
        return context

    def sign(self, name, public_key, until, host: str | None = None, is_authority: bool = False):
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(until - 30 * DAY)
            .not_valid_after(until)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
            )
        )
        if host:
            builder = builder.add_extension(x509.SubjectAlternativeName([name_of(host)]), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def write(self, name: str, content: bytes) -> Path:
        file = self.folder / name
        file.write_bytes(content)
        return file


def name_of(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
