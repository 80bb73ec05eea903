"""nginx in front of the site, by the configuration that operators get, on a port of this machine."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

SHIPPED = Path(__file__).resolve().parents[1] / "deploy" / "nginx.conf"
_TYPES = Path("/etc/nginx/mime.types"), Path("/usr/local/etc/nginx/mime.types")
# Around what is shipped. Nothing outside the folder is read or written but the types of files.
_AROUND = """
{user}
daemon off;
master_process on;
worker_processes {processes};
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 4096; }}
http {{
    include {types};
    default_type application/octet-stream;
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {shipped}
    {more}
}}
"""


NO_NGINX = "needs nginx (apt-get install nginx-light)"


def require() -> None:
    """End the test that needs it where nginx is missing; as a failure where nothing is optional."""
    if program() is None:
        if os.environ.get("NASHRA_REQUIRE_BROWSER"):
            pytest.fail(NO_NGINX, pytrace=False)
        pytest.skip(NO_NGINX)


def program() -> str | None:
    # Debian keeps it where not every PATH leads.
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def configuration(
    folder: Path,
    port: int,
    site_port: int,
    var_dir: Path,
    *,
    others: Sequence[int] = (),
    limited: bool = False,
    plain_port: int = 0,
) -> str:
    """What is shipped, with places of this machine; of its two servers the second alone, without a certificate, unless
    the first, for plain HTTP, has a port. Without `limited` nobody asks too much."""
    text = SHIPPED.read_text()
    exchanged = {
        "/var/cache/nginx/nashra": f"{folder}/cache",
        "include /etc/nashra/nginx/upstream.conf;": " ".join(
            f"server 127.0.0.1:{one};" for one in [site_port, *others]
        ),
        "include /etc/nashra/nginx/host.conf;": "server_name 127.0.0.1;",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port}{' ssl http2' if plain_port else ''};",
        "    listen [::]:443 ssl http2;\n": "",
        "include /etc/nashra/nginx/tls.conf;": _certificate(folder) if plain_port else "",
        "root /var/lib/nashra;": f"root {var_dir};",
        "root /var/www/nashra-acme;": f"root {folder}/acme;",
        "listen 80;": f"listen 127.0.0.1:{plain_port};",
        "    listen [::]:80;\n": "",
    }
    for shipped, here in exchanged.items():
        if shipped not in text:
            raise ValueError(f"{SHIPPED} has no {shipped!r}")
        text = text.replace(shipped, here)
    if not plain_port:
        begin, end = text.index("server {"), text.index(f"server {{\n    listen 127.0.0.1:{port};")
        text = text[:begin] + text[end:]
    if not limited:
        text = re.sub(r"^ +limit_(?:req|conn) .*\n", "", text, flags=re.MULTILINE)
    return text


def _certificate(folder: Path) -> str:
    """What the shipped file says of TLS, with a certificate that is made here."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]
    command += ["-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, stderr=subprocess.DEVNULL)
    text = SHIPPED.with_name("tls.conf").read_text()
    return text.replace("/etc/nashra/tls/certificate.pem", str(certificate)).replace(
        "/etc/nashra/tls/key.pem", str(key)
    )


@contextmanager
def running(
    folder: Path,
    port: int,
    site_port: int,
    var_dir: Path,
    *,
    others: Sequence[int] = (),
    processes: int = 1,
    more: str = "",
    limited: bool = False,
    plain_port: int = 0,
):
    """nginx on this port, in front of the site on another and on `others`; with `more` in its http block."""
    types = next(path for path in _TYPES if path.exists())
    shipped = configuration(
        folder, port, site_port, var_dir, others=others, limited=limited, plain_port=plain_port
    )
    written = folder / "nginx.conf"
    # Else its processes could not read what is here.
    user = "user root root;" if os.geteuid() == 0 else ""
    written.write_text(
        _AROUND.format(user=user, folder=folder, types=types, shipped=shipped, more=more, processes=processes)
    )
    server = subprocess.Popen([program(), "-p", folder, "-c", written, "-e", folder / "error.log"])
    try:
        deadline = time.monotonic() + 10
        while not _listens(port):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"nginx does not answer: {(folder / 'error.log').read_text()}")
            time.sleep(0.02)
        yield server
    finally:
        server.terminate()
        server.wait(10)


def _listens(port: int) -> bool:
    with suppress(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        return True
    return False
