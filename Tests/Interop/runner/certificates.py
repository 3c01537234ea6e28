"""A certificate authority and a server's certificate, made for one run."""

import dataclasses
import pathlib
import subprocess

# The name the suite's clients claim to connect to.
SERVER_NAME = "foo.test.google.fr"


@dataclasses.dataclass
class Certificates:
    authority: pathlib.Path
    certificate: pathlib.Path
    key: pathlib.Path

    @property
    def joined(self):
        """Certificate and key in one file, as HAProxy reads them."""
        path = self.certificate.with_name("joined.pem")
        path.write_bytes(self.certificate.read_bytes() + self.key.read_bytes())
        return path


def _openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def make(folder):
    authority_key, authority = folder / "authority.key", folder / "authority.pem"
    key, request, certificate = folder / "server.key", folder / "server.csr", folder / "server.pem"
    extensions = folder / "extensions"
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    _openssl("req", "-x509", *new_key, "-keyout", authority_key, "-out", authority, "-days", 2,
             "-subj", "/CN=interop authority", "-addext", "basicConstraints=critical,CA:true")
    _openssl("req", *new_key, "-keyout", key, "-out", request, "-subj", f"/CN={SERVER_NAME}")
    extensions.write_text(
        f"subjectAltName=DNS:{SERVER_NAME},DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:false\n"
        "extendedKeyUsage=serverAuth\n")
    _openssl("x509", "-req", "-in", request, "-CA", authority, "-CAkey", authority_key, "-CAcreateserial",
             "-out", certificate, "-days", 2, "-extfile", extensions)
    return Certificates(authority, certificate, key)
