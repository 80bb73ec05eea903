"""nginx in front of the site, by the configuration that operators get, on a port of this machine."""

import os
import shutil
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

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


def program() -> str | None:
    # Debian keeps it where not every PATH leads.
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def configuration(folder: Path, port: int, site_port: int, var_dir: Path) -> str:
    """What is shipped, with places of this machine, and without the certificate."""
    text = SHIPPED.read_text()
    plain_text, _brace, encrypted = text.partition("server {\n    listen 80;")
    encrypted = encrypted[encrypted.index("server {\n    listen 443") :]
    text = plain_text + encrypted
    for shipped, here in (
        ("/var/cache/nginx/nashra", f"{folder}/cache"),
        ("server 127.0.0.1:8000;", f"server 127.0.0.1:{site_port};"),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{port};"),
        ("server_name news.example;", "server_name 127.0.0.1;"),
        ("    ssl_certificate /etc/ssl/news.example.pem;\n", ""),
        ("    ssl_certificate_key /etc/ssl/news.example.key;\n", ""),
        ("root /srv/nashra/var;", f"root {var_dir};"),
    ):
        if shipped not in text:
            raise ValueError(f"{SHIPPED} has no {shipped!r}")
        text = text.replace(shipped, here)
    return text


@contextmanager
def running(folder: Path, port: int, site_port: int, var_dir: Path, *, processes: int = 1, more: str = ""):
    """nginx on this port, in front of the site on another; with `more` in its http block."""
    types = next(path for path in _TYPES if path.exists())
    shipped = configuration(folder, port, site_port, var_dir)
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
    with suppress(HTTPError, OSError):
        urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
        return True
    return False
