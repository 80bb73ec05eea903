"""Prepare everything the site needs, then serve it until interrupted."""

import errno
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, nullcontext
from ipaddress import ip_address
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, connections
from django.urls import reverse
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.net import SocketHolder

from newsroom import embedded_postgres, site_state, static_files
from newsroom.web import measures

FREE_BYTES = 200_000_000
WORKERS = 2
# Threads a worker, each with a database connection of its own.
THREADS = 8
STOP_SECONDS = 10
# How often the embedded database is looked after; a look costs less than a millisecond.
DATABASE_SECONDS = 1
# How often the worker is looked after.
WORKER_SECONDS = 1
# A process that answers, and dies so soon, may not be able to begin at all; the next one waits so long.
SOON_SECONDS, PAUSE_SECONDS = 2.0, 1.0

# The number of the first descriptor that is passed.
FIRST_PASSED = 3

# Django's reloader starts the command a second time, with this set, and that one serves.
RELOADED = os.environ.get("RUN_MAIN") == "true"


class Server(Granian):
    """A server that starts its processes anew however often they die, where Granian ends at the second time: readers
    are better served by the other one, and by this one in a second, than by none. One that dies at once is waited for.

    Where somebody else listens for the site, by the socket of this descriptor, all processes take what comes from that
    one. It stays when the site ends, so that whoever comes meanwhile waits until it has started again.
    """

    def __init__(self, *args, listening=None, **options):
        super().__init__(*args, **options)
        self._listening = listening

    def _init_shared_socket(self):
        if self._listening is None:
            super()._init_shared_socket()
            return
        os.set_blocking(self._listening, False)
        self._ssp, self._shd, self._sfd = (
            None,
            SocketHolder(self._listening, False, self.backlog),
            self._listening,
        )
        self._sso = socket.socket(fileno=self._listening)

    def _respawn_workers(self, workers, *args, **options):
        now = time.monotonic()
        lately, self._respawned = getattr(self, "_respawned", {}), dict.fromkeys(workers, now)
        if any(now - lately.get(number, -SOON_SECONDS) < SOON_SECONDS for number in workers):
            time.sleep(PAUSE_SECONDS)
        super()._respawn_workers(workers, *args, **options)
        self.respawned_wrks.clear()


class Obstacle(Exception):
    """Something outside keeps the site from starting; the message says what, and what to do."""


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--dev", action="store_true", help="with DEBUG and reload")
        parser.add_argument("--no-demo", action="store_true", help="without demo content and demo accounts")
        parser.add_argument(
            "--no-worker",
            action="store_true",
            help="without the worker, where `manage.py work` runs elsewhere",
        )

    def handle(self, *, dev, no_demo, no_worker, **options):
        if dev and not settings.DEBUG:
            # Settings follow from it, and they have been read.
            os.environ["DEBUG"] = "1"
            os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606
        if RELOADED:
            self.serve_with_reload()
            return
        for ending in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(ending) is not signal.SIG_IGN:
                signal.signal(ending, lambda *_: sys.exit(0))
        measures.share(settings.VAR_DIR / "metrics")
        try:
            check_site_url()
            check_disk()
            if listening_for_us() is None:
                check_port(settings.HOST, settings.PORT)
            self.say("Preparing the database…")
            self.start_database()
        except (Obstacle, embedded_postgres.EmbeddedPostgresError) as obstacle:
            self.stderr.write(str(obstacle))
            sys.exit(2)
        try:
            self.prepare(dev, no_demo)
            with nullcontext() if no_worker else worker_kept():
                if dev:
                    self.serve_with_reload()
                else:
                    self.serve()
        except KeyboardInterrupt:
            self.stdout.write("")
        finally:
            connections.close_all()
            if not settings.DATABASE_URL:
                embedded_postgres.stop(settings.VAR_DIR / "postgres", unless_in_use=True)

    def start_database(self):
        if settings.DATABASE_URL:
            check_database()
        else:
            embedded_postgres.start(settings.VAR_DIR / "postgres")

    def prepare(self, dev, no_demo):
        call_command("migrate", interactive=False, verbosity=0)
        if not dev:
            self.say("Static files…")
            static_files.collect_stale()
        if not no_demo:
            self.say("Demo content…")
            if settings.MEDIA_STORE:
                # Whoever has asked a store of media has no forks that could.
                command = [sys.executable, settings.BASE_DIR / "manage.py", "seed_demo"]
                if subprocess.run(command, check=False).returncode:
                    # It has said why.
                    sys.exit(2)
            else:
                call_command("seed_demo", stdout=self.stdout)

        if names := site_state.switched_off():
            self.stderr.write(
                "The database may lose in a power cut what it has acknowledged:"
                f" {', '.join(names)} must be on."
            )

    def say(self, line):
        """Tell at once what is being done: at the first start it takes a minute in all."""
        self.stdout.write(line)
        self.stdout.flush()

    def serve(self):
        # The workers are forks of this process, and a connection must not be shared.
        connections.close_all()
        address = f"{settings.HOST}:{settings.PORT}"
        desk = settings.SITE_URL + reverse("admin:index")
        self.say(
            f"The site: {settings.SITE_URL}/ · the desk: {desk} · served from {address}; Ctrl-C ends it."
        )
        server = Server(
            "newsroom.wsgi:application",
            address=numeric(settings.HOST),
            port=settings.PORT,
            interface=Interfaces.WSGI,
            workers=WORKERS,
            blocking_threads=THREADS,
            websockets=False,
            # Without it one dead worker ends the whole server.
            respawn_failed_workers=True,
            workers_kill_timeout=STOP_SECONDS,
            # Its warnings are advice on the number of threads.
            log_level=LogLevels.error,
            listening=listening_for_us(),
        )
        # A closed terminal ends the site, unless it was told to stay. The server would take it for a reload,
        # which brings no new code to forks.
        hang_up = signal.getsignal(signal.SIGHUP)
        if hang_up is not signal.SIG_IGN:
            hang_up = server.signal_handler_interrupt
        server.on_startup(lambda: signal.signal(signal.SIGHUP, hang_up))
        os.register_at_fork(after_in_child=stand_apart)
        with nullcontext() if settings.DATABASE_URL else database_kept():
            server.serve(target_loader=load_application, wrap_loader=False)

    def serve_with_reload(self):
        call_command("runserver", f"{settings.HOST}:{settings.PORT}")


@contextmanager
def worker_kept():
    """Run the worker beside the site, and start it again when it ends."""
    command = [sys.executable, settings.BASE_DIR / "manage.py", "work", "--parent", str(os.getpid())]
    ended = threading.Event()

    def start():
        # Away from the terminal, whose Ctrl-C would reach it twice.
        return subprocess.Popen(command, start_new_session=True)

    def keep(worker):
        while True:
            while worker.poll() is None:
                if ended.wait(WORKER_SECONDS):
                    end(worker)
                    return
            if ended.wait(WORKER_SECONDS):
                return
            worker = start()

    # Started before the server forks: a fork in that moment has the pipe by which starting a program tells that it
    # succeeded, and whoever waits on it would wait as long as the fork lives.
    keeper = threading.Thread(target=keep, args=[start()], daemon=True)
    keeper.start()
    try:
        yield
    finally:
        # Waited for, so that its connections are gone when the database is asked whether anybody uses it.
        ended.set()
        keeper.join()


def end(process):
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def database_kept():
    """Start the embedded database again when it ends while the site runs: killed for its memory, most likely."""
    ended = threading.Event()

    def keep():
        told = ""
        while not ended.wait(DATABASE_SECONDS):
            try:
                if embedded_postgres.start_again(settings.VAR_DIR / "postgres"):
                    told = ""
            # No memory, no descriptor: what is missing now may be there in a second.
            except (embedded_postgres.EmbeddedPostgresError, OSError) as obstacle:
                if str(obstacle) != told:
                    told = str(obstacle)
                    print(told, file=sys.stderr, flush=True)

    keeper = threading.Thread(target=keep, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        # Waited for, so that it does not start what is stopped next.
        ended.set()
        keeper.join()


def load_application():
    """Return the WSGI application, in a worker."""
    stand_apart()
    threading.Thread(target=end_with_the_server, daemon=True).start()
    from newsroom.wsgi import application

    return application


def stand_apart():
    """Make this worker one that its main process can end at any moment."""
    # Ctrl-C reaches every process of the terminal, and then the main process ends its workers: two signals at once
    # hang a worker, so it leaves the terminal.
    if os.getsid(0) != os.getpid():
        os.setsid()
    # Forked with the handlers of the main process, it would let a signal pass until it has its own.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def end_with_the_server():
    """End this worker when the main process is killed; alone it would go on and keep the port."""
    multiprocessing.parent_process().join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_SECONDS)
    os._exit(1)


def check_site_url():
    """Raise Obstacle if the site would call itself by an address that nobody can open."""
    host = urlsplit(settings.SITE_URL).hostname
    try:
        address = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)[0][4][0]
    except OSError:
        # A name.
        return
    if ip_address(address).is_unspecified:
        raise Obstacle(
            f"{host} stands for all addresses of this machine, so readers cannot open it;"
            " set SITE_URL to the address that they use, such as http://192.0.2.7:8000."
        )


def check_disk():
    """Raise Obstacle if there is too little space to work with."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.VAR_DIR).free
    if free < FREE_BYTES:
        raise Obstacle(
            f"The disk is full: {settings.VAR_DIR} has {free // 1_000_000} MB free,"
            f" the site needs {FREE_BYTES // 1_000_000} MB."
        )


def listening_for_us():
    """The descriptor of the socket that was passed by whoever listens for the site, such as systemd, None without one:
    see sd_listen_fds(3)."""
    is_ours = os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS") == "1"
    return FIRST_PASSED if is_ours else None


def numeric(host):
    """The address of a name such as localhost, which is all that the server takes."""
    return socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0]


def check_port(host, port):
    """Raise Obstacle if the address cannot be listened on."""
    if not 0 < port < 65536:
        raise Obstacle(f"PORT must be between 1 and 65535, it is {port}.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            # As the server does it, except that the server lets other servers share the port without a word.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sentence = f"Port {port} on {host} is taken; set PORT to another."
        else:
            sentence = f"The site cannot listen on {host}:{port} ({error.strerror}); set HOST and PORT."
        raise Obstacle(sentence) from error


def check_database():
    """Raise Obstacle if the database of DATABASE_URL does not answer."""
    try:
        psycopg.connect(**connection.get_connection_params()).close()
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0]
        raise Obstacle(f"The database of DATABASE_URL cannot be reached: {reason}") from error
