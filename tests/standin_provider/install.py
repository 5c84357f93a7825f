"""Install the provider into a folder, for a real `terraform init` without any network.

Run it by hand as `python -m tests.standin_provider.install DIR`, which prints the path to set
TF_CLI_CONFIG_FILE to.
"""

import platform
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

SOURCE: Final = "registry.terraform.io/mypurecloud/genesyscloud"
VERSION: Final = "1.84.1"

_OS_NAMES: Final = {"Linux": "linux", "Darwin": "darwin"}
_ARCH_NAMES: Final = {
    "x86_64": "amd64",
    "amd64": "amd64",
    "arm64": "arm64",
    "aarch64": "arm64",
}
# Imports the package by its folder's name, so that it needs neither an installation nor a
# particular working directory. The folder is appended to the path, so that no file in it hides a
# library.
_LAUNCHER: Final = """\
#!{interpreter}
import sys
from pathlib import Path

sys.path.append({parent!r})
from {package}.serve import serve

serve(Path({tls_dir!r}))
"""
_CLI_CONFIG: Final = """\
provider_installation {{
  filesystem_mirror {{
    path = "{mirror}"
  }}
}}
"""


def install(target_dir: Path) -> Path:
    """Write a provider mirror and a CLI configuration; return the path of the latter.

    Installing again into the same folder is fine. Raises OSError for an operating system or a
    processor without a provider platform name here.
    """
    target = target_dir.resolve()
    tls_dir = target / "tls"
    tls_dir.mkdir(parents=True, exist_ok=True)
    _write_certificate(tls_dir)

    mirror = target / "mirror"
    platform_dir = mirror / SOURCE / VERSION / _platform_name()
    platform_dir.mkdir(parents=True, exist_ok=True)
    package = Path(__file__).resolve().parent
    launcher = platform_dir / f"terraform-provider-genesyscloud_v{VERSION}"
    launcher.write_text(
        _LAUNCHER.format(
            interpreter=sys.executable,
            parent=str(package.parent),
            package=package.name,
            tls_dir=str(tls_dir),
        )
    )
    launcher.chmod(0o755)

    config = target / "terraform.tfrc"
    config.write_text(_CLI_CONFIG.format(mirror=mirror.as_posix()))
    return config


def _platform_name() -> str:
    system, machine = platform.system(), platform.machine()
    try:
        return f"{_OS_NAMES[system]}_{_ARCH_NAMES[machine.lower()]}"
    except KeyError as error:
        message = f"the stand-in provider does not run on {system} {machine}"
        raise OSError(message) from error


def _write_certificate(tls_dir: Path) -> None:
    """Write a key and a certificate for the socket between Terraform and the provider."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    key_file = tls_dir / "key.pem"
    key_file.touch(mode=0o600)
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    (tls_dir / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tests.standin_provider.install DIR\n")
        return 2
    sys.stdout.write(f"{install(Path(arguments[0]))}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
