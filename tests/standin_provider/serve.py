"""The plugin process: Terraform's handshake, the gRPC server, and a quick end.

tf's own runner loads a cryptography library at every start, keeps its key in the user's home
directory, and drops the connection before it has answered the shutdown call, for which Terraform
then waits. Terraform starts this process several times in each run.
"""

import base64
import os
import signal
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import grpc
import tf.utils
from tf.gen import grpc_controller_pb2 as controller_pb
from tf.gen import grpc_controller_pb2_grpc as controller_rpc
from tf.gen import grpc_stdio_pb2_grpc as stdio_rpc
from tf.gen import tfplugin_pb2_grpc as provider_rpc
from tf.types import Unknown

from .provider import StandinProvider, StandinServicer

_COOKIE: Final = "TF_PLUGIN_MAGIC_COOKIE"
_HANDSHAKE_VERSION: Final = "1"
_PROTOCOL_VERSION: Final = "6"


#: Unknown values on the wire: plain ones, and those with known properties ("refined").
_UNKNOWN_CODES: Final = (0, 12)


def _extension(code: Any, data: Any) -> Any:
    """Decode an unknown value: tf itself takes a refined unknown for a value."""
    if code not in _UNKNOWN_CODES:
        raise ValueError(f"MessagePack extension {code} from Terraform: {data!r}")
    return Unknown


tf.utils._msgpack_ext_hook = _extension


class _Controller(controller_rpc.GRPCControllerServicer):
    def __init__(self, shutdown: threading.Event) -> None:
        self._shutdown = shutdown

    def Shutdown(self, request: Any, context: Any) -> Any:  # noqa: N802
        self._shutdown.set()
        return controller_pb.Empty()


class _Stdio(stdio_rpc.GRPCStdioServicer):
    """Terraform asks for the plugin's output as a stream; there is none."""

    def StreamStdio(self, request: Any, context: Any) -> Any:  # noqa: N802
        return iter(())


def serve(tls_dir: Path) -> None:
    """Serve until Terraform sends the shutdown, or is gone; never returns.

    `tls_dir` holds `key.pem` and `cert.pem`, which `install` created.
    """
    if _COOKIE not in os.environ:
        sys.exit("This is a Terraform provider: it is started by terraform, not by hand.")
    # Ctrl-C reaches every process of the terminal, but Terraform still needs this one to finish.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()
    shutdown = threading.Event()
    server = grpc.server(ThreadPoolExecutor(max_workers=10))
    provider_rpc.add_ProviderServicer_to_server(StandinServicer(StandinProvider()), server)
    controller_rpc.add_GRPCControllerServicer_to_server(_Controller(shutdown), server)
    stdio_rpc.add_GRPCStdioServicer_to_server(_Stdio(), server)

    certificate = (tls_dir / "cert.pem").read_bytes()
    credentials = grpc.ssl_server_credentials([((tls_dir / "key.pem").read_bytes(), certificate)])
    with tempfile.TemporaryDirectory(prefix="standin-") as socket_dir:
        address = f"{socket_dir}/plugin.sock"
        server.add_secure_port(f"unix://{address}", credentials)
        server.start()
        handshake = (
            _HANDSHAKE_VERSION,
            _PROTOCOL_VERSION,
            "unix",
            address,
            "grpc",
            _der_base64(certificate),
        )
        sys.stdout.write("|".join(handshake) + "\n")
        sys.stdout.flush()
        # A killed terraform never sends the shutdown; then this process has a new parent.
        while not shutdown.wait(1.0) and os.getppid() == parent:
            pass
        server.stop(grace=0.5).wait()
    # Nothing is left to clean up, and shutting the interpreter down would cost Terraform time.
    os._exit(0)


def _der_base64(pem: bytes) -> str:
    """Return the certificate as the handshake needs it: DER in base64 without padding."""
    body = b"".join(line for line in pem.splitlines() if not line.startswith(b"-----"))
    return base64.b64encode(base64.b64decode(body)).decode().rstrip("=")
