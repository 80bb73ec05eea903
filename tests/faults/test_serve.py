"""The site as a process: what stops it from starting, and how it ends."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from newsroom import embedded_postgres
from newsroom.management.commands.serve import DATABASE_SECONDS, STOP_SECONDS, WORKERS
from tests import clusters
from tests.ports import free_port

BASE_DIR = Path(__file__).resolve().parents[2]
# Where one that answers readers hangs, and the worker is at a job, each is killed after STOP_SECONDS, one by one.
END_SECONDS = 3 * STOP_SECONDS


class Site:
    """`manage.py serve` on a port and a VAR_DIR of its own, with these arguments. Its embedded database is migrated
    already, unless it begins with nothing."""

    def __init__(self, var_dir, *arguments, from_nothing=False, **environment):
        self.var_dir = var_dir
        self.from_nothing = from_nothing
        self.arguments = arguments
        self.port = free_port()
        self.environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.environment |= {
            "VAR_DIR": str(var_dir),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            **environment,
        }

    def command(self):
        return [sys.executable, "manage.py", "serve", *self.arguments]

    def refusal(self):
        """Start the site in the expectation that it refuses; return its exit code and what it said."""
        finished = subprocess.run(
            self.command(),
            cwd=BASE_DIR,
            env=self.environment,
            capture_output=True,
            check=False,
            text=True,
            timeout=30,
        )
        return finished.returncode, finished.stderr

    def start(self, path="/healthz"):
        """Start the site and wait for its first answer at `path`."""
        if not (self.from_nothing or "DATABASE_URL" in self.environment or self.database.exists()):
            clusters.copy_migrated(self.database)
        with self.output.open("w") as output, self.errors.open("w") as errors:
            self.process = subprocess.Popen(
                self.command(),
                cwd=BASE_DIR,
                env=self.environment,
                stdout=output,
                stderr=errors,
                start_new_session=True,
                # Tests run under nohup would have the site ignore this signal, as it should.
                preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),  # noqa: PLW1509
            )
        self.wait_for(lambda: self.status(path) == 200)

    def status(self, path="/healthz"):
        """Return the status of an answer that needed the database, None if there is no answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return None

    def postmaster(self):
        """Return the number of the database's process, None without one."""
        try:
            return int((self.database / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, IndexError):
            return None

    def complaints(self):
        """Return what the site said of the database since its last start: the rest comes from its workers."""
        lines = self.errors.read_text().splitlines(keepends=True)
        return "".join(line for line in lines if str(self.database) in line)

    def workers(self):
        # By threads: one of them starts the worker that does the site's jobs anew.
        children = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return {int(pid) for path in children for pid in path.read_text().split()}

    def wait_for(self, condition, seconds=120):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.05)

    @property
    def database(self):
        return self.var_dir / "postgres"

    @property
    def output(self):
        return self.var_dir / "output.txt"

    @property
    def errors(self):
        return self.var_dir / "errors.txt"

    def end(self):
        self.process.kill()
        self.process.wait()
        embedded_postgres.stop(self.database)


@contextmanager
def running(sites):
    """These sites, started at once and killed in the end."""
    try:
        with ThreadPoolExecutor() as at_once:
            list(at_once.map(lambda site: site.start(), sites))
        yield sites
    finally:
        for site in sites:
            site.process.kill()
            site.process.wait()


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory):
    """A VAR_DIR with static files: compressing them anew would take longer than all the rest."""
    path = tmp_path_factory.mktemp("var")
    for name in ("static", "static.fingerprint"):
        (path / name).symlink_to(Path(os.environ["VAR_DIR"]) / name)
    return path


@pytest.fixture
def site(var_dir):
    site = Site(var_dir, "--no-demo")
    try:
        site.start()
        yield site
    finally:
        site.end()


def test_any_process_tells_what_all_have_counted(var_dir):
    token = "a-long-token"
    site = Site(var_dir, "--no-demo", METRICS_TOKEN=token)

    def counted(name):
        request = urllib.request.Request(
            f"http://127.0.0.1:{site.port}/metrics", headers={"Authorization": f"Bearer {token}"}
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

    try:
        site.start()
        for number in range(20):
            site.status(f"/nothing-{number}/")

        assert counted('nashra_requests_total{status="404"') == 20
        assert counted('nashra_request_seconds_count{view="none"}') == 20
        # What the page cache did is noted now and then.
        site.wait_for(lambda: counted("nashra_pages_total") >= 20)
    finally:
        site.end()


def test_a_taken_port(tmp_path):
    site = Site(tmp_path)
    with socket.create_server(("127.0.0.1", site.port)):
        code, said = site.refusal()

    assert said == f"Port {site.port} on 127.0.0.1 is taken; set PORT to another.\n"
    assert code == 2


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        pytest.param(
            {"DATABASE_URL": "postgres://desk:secret@127.0.0.1:1/newsroom"},
            "The database of DATABASE_URL cannot be reached: connection failed: connection to server at"
            ' "127.0.0.1", port 1 failed: Connection refused\n',
            id="unreachable database",
        ),
        pytest.param(
            {"PORT": "99999"}, "PORT must be between 1 and 65535, it is 99999.\n", id="no such port"
        ),
        pytest.param(
            {"HOST": "192.0.2.1", "PORT": "8000"},
            "The site cannot listen on 192.0.2.1:8000 (Cannot assign requested address); set HOST and PORT.\n",
            id="address of another machine",
        ),
        pytest.param(
            {"HOST": "nowhere.invalid", "PORT": "8000"},
            "The site cannot listen on nowhere.invalid:8000 (Name or service not known); set HOST and PORT.\n",
            id="no address",
        ),
        pytest.param(
            {"HOST": "0.0.0.0"},
            "0.0.0.0 stands for all addresses of this machine, so readers cannot open it;"
            " set SITE_URL to the address that they use, such as http://192.0.2.7:8000.\n",
            id="all addresses, by none of which readers come",
        ),
    ],
)
def test_what_the_site_cannot_do_is_one_sentence(tmp_path, environment, sentence):
    assert Site(tmp_path, **environment).refusal() == (2, sentence)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        pytest.param(
            {"DATABASE_URL": "sqlite:///newsroom.sqlite3"},
            "DATABASE_URL must look like postgres://user:password@host:5432/name, percent-encoded.",
            id="another kind of database",
        ),
        pytest.param(
            {"DATABASE_REPLICA_URL": "postgres://user:p@ss:w/ord@host/name"},
            "DATABASE_REPLICA_URL must look like postgres://user:password@host:5432/name, percent-encoded.",
            id="a password as it is",
        ),
        pytest.param(
            {"EMAIL_URL": "smtp+tls://user:p@ss:w/ord@host:587"},
            "EMAIL_URL must look like smtp+tls://user:password@host:587, percent-encoded.",
            id="a password of the mail server as it is",
        ),
        pytest.param(
            {"EMAIL_URL": "smtp://"},
            "EMAIL_URL must look like smtp+tls://user:password@host:587, percent-encoded.",
            id="no mail server",
        ),
        pytest.param(
            {"PORT": "80a"}, "PORT must be a whole number, it is '80a'.", id="port that is no number"
        ),
        pytest.param(
            {"PROXY_HOPS": "yes"},
            "PROXY_HOPS must be a whole number, it is 'yes'.",
            id="hops that are no number",
        ),
        pytest.param({"DEBUG": "ture"}, "DEBUG must be 1 or 0, it is 'ture'.", id="neither yes nor no"),
        pytest.param(
            {"BEHIND_PROXY": "nginx"}, "BEHIND_PROXY must be 1 or 0, it is 'nginx'.", id="a name for a yes"
        ),
    ],
)
def test_a_setting_that_cannot_be_read_is_one_sentence(tmp_path, environment, sentence):
    said = f"A setting in the environment is wrong: {sentence}\n"

    assert Site(tmp_path, **environment).refusal() == (1, said)


def test_no_embedded_server_starts_beside_a_given_database(tmp_path):
    Site(tmp_path, DATABASE_URL="postgres://desk@127.0.0.1:1/newsroom").refusal()

    assert not (tmp_path / "postgres").exists()


def test_a_full_disk(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=60m", "tmpfs", tmp_path]
    if subprocess.run(mount, check=False, stderr=subprocess.DEVNULL).returncode != 0:
        pytest.skip("mounting is not allowed here")
    try:
        code, said = Site(tmp_path).refusal()
    finally:
        subprocess.run(["umount", tmp_path], check=True)

    assert said == f"The disk is full: {tmp_path} has 62 MB free, the site needs 200 MB.\n"
    assert code == 2


def test_the_start_tells_what_it_is_at(site):
    address = f"127.0.0.1:{site.port}"

    assert site.output.read_text().splitlines() == [
        "Preparing the database…",
        "Static files…",
        f"The site: http://{address}/ · the desk: http://{address}/admin/ · served from {address}; Ctrl-C ends it.",
    ]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda how: how.name)
def test_a_signal_ends_the_site_and_its_database(site, how):
    # A worker still starting can miss the signal; it is killed in the end, after STOP_SECONDS.
    time.sleep(1)
    workers = site.workers()

    os.killpg(site.process.pid, how)

    # Later they would be killed, because they hang.
    site.wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers), STOP_SECONDS)
    assert site.process.wait(timeout=60) == 0
    assert embedded_postgres.is_running(site.database) is False


def test_the_database_stays_while_others_use_it(site):
    with psycopg.connect(embedded_postgres.database_url(site.database)) as client:
        site.process.terminate()
        site.process.wait(timeout=END_SECONDS)

        assert client.execute("SELECT 1").fetchone() == (1,)


def test_the_site_starts_again_with_its_data(site):
    with psycopg.connect(embedded_postgres.database_url(site.database)) as connection:
        connection.execute("CREATE TABLE note (text text)")
        connection.execute("INSERT INTO note VALUES ('شات GPT')")
    site.process.terminate()
    site.process.wait(timeout=END_SECONDS)

    site.start()

    with psycopg.connect(embedded_postgres.database_url(site.database)) as connection:
        assert connection.execute("SELECT text FROM note").fetchall() == [("شات GPT",)]


def test_a_second_start_comes_to_the_front_page_of_the_demo(var_dir):
    site = Site(var_dir)
    try:
        site.start()
        site.process.terminate()
        site.process.wait(timeout=END_SECONDS)

        begun = time.monotonic()
        site.start("/")

        # The aim is eight seconds; how many it takes belongs to the machine.
        print(f"\nThe second start took {time.monotonic() - begun:.1f} seconds to the front page.")
        with urllib.request.urlopen(f"http://127.0.0.1:{site.port}/", timeout=5) as page:
            assert 'class="front__lead"' in page.read().decode()
    finally:
        site.end()


def test_a_killed_worker_is_replaced(site):
    before = site.workers()
    # The last to be started serve readers.
    victim = max(before)

    os.kill(victim, signal.SIGKILL)

    site.wait_for(lambda: len(site.workers() - {victim}) == len(before))
    site.wait_for(lambda: site.status() == 200)


def answering(site):
    """The processes that answer readers; the worker of jobs is another program."""
    return {
        pid for pid in site.workers() if b"serve" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    }


def test_workers_are_replaced_however_often_they_are_killed(site):
    for _round in range(6):
        site.wait_for(lambda: len(answering(site)) == WORKERS)
        for victim in answering(site):
            os.kill(victim, signal.SIGKILL)
        site.wait_for(lambda: site.status() == 200)

    assert site.process.poll() is None


def test_a_killed_site_leaves_no_worker_and_a_database_for_the_next_start(site):
    site.process.kill()
    site.process.wait()

    site.wait_for(lambda: site.status() is None)
    assert embedded_postgres.is_running(site.database) is True
    site.start()
    assert site.status() == 200


def test_a_killed_database_comes_back_while_the_site_runs(site):
    victim = site.postmaster()

    os.kill(victim, signal.SIGKILL)
    site.wait_for(lambda: site.postmaster() not in {None, victim} and site.status() == 200)

    assert site.process.poll() is None


def test_a_database_that_was_stopped_stays_stopped_while_the_site_runs(site):
    embedded_postgres.stop(site.database)

    time.sleep(3 * DATABASE_SECONDS)
    assert embedded_postgres.is_running(site.database) is False
    embedded_postgres.start(site.database)
    site.wait_for(lambda: site.status() == 200)


def test_no_new_database_takes_the_place_of_one_that_is_moved(site):
    aside = site.database.with_name("aside")

    site.database.rename(aside)
    site.wait_for(lambda: "\n" in site.complaints())

    sentence = f"The database is gone from {site.database}; put it back, or start the site anew.\n"
    assert site.complaints() == sentence
    assert not site.database.exists()
    aside.rename(site.database)
    site.wait_for(lambda: site.status() == 200)


def test_what_keeps_the_database_from_starting_is_said_once_until_it_is_mended(site):
    # A folder where its log should be.
    log = site.database.with_name("postgres.log")
    log.unlink()
    log.mkdir()

    os.kill(site.postmaster(), signal.SIGKILL)
    site.wait_for(lambda: "\n" in site.complaints())
    time.sleep(3 * DATABASE_SECONDS)

    assert site.complaints() == f"[Errno 21] Is a directory: '{log}'\n"
    log.rmdir()
    site.wait_for(lambda: site.status() == 200)
