"""Import an export of ours into a real WordPress, by its own importer, and hold what it has then against the export.

Run from the root of the repository, with WordPress, PHP and MariaDB installed (Debian: wordpress php-cli php-mysql
php-xml mariadb-server) and a copy of https://github.com/WordPress/wordpress-importer, whose folder `src` is named:

    python benchmarks/wordpress.py --importer /path/to/wordpress-importer/src [--articles 200] [--comments 10]

A site is made with the content of `news_content` and, besides, what is hard to carry: pictures, drafts, a story that
is scheduled, markup in headlines and comments, ends of CDATA, words in brackets, answers and every state of comments.
It is exported as WXR, and WordPress fetches the pictures from the folder of the export, served as it is. What is
printed tells what was compared, how many differ, and the first of them; nothing may.
"""

import argparse
import contextlib
import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

from database import BASE_DIR
from filled_site import filled

sys.path.insert(0, str(BASE_DIR))
WORDPRESS = Path("/usr/share/wordpress")
PROGRAMS = {name: shutil.which(name) for name in ("php", "mariadb", "mariadbd", "mariadb-install-db")}
_CONFIG = """<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
foreach (array('AUTH_KEY','SECURE_AUTH_KEY','LOGGED_IN_KEY','NONCE_KEY','AUTH_SALT','SECURE_AUTH_SALT','LOGGED_IN_SALT',
    'NONCE_SALT') as $k) define($k, 'for a measurement ' . $k);
define('WP_HOME', 'http://wordpress.example'); define('WP_SITEURL', WP_HOME);
define('DISABLE_WP_CRON', true); define('AUTOMATIC_UPDATER_DISABLED', true);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
_IMPORT = r"""<?php
// php import.php ROOT IMPORTER FILE: install WordPress, import the file, and print what there is, as JSON.
[, $root, $importer, $file] = $argv;
$_SERVER += ['HTTP_HOST' => 'wordpress.example', 'REQUEST_URI' => '/', 'REQUEST_METHOD' => 'GET',
    'SERVER_PROTOCOL' => 'HTTP/1.1'];
define('WP_INSTALLING', true);
define('WP_LOAD_IMPORTERS', true);
define('WP_IMPORTING', true);
require "$root/wp-load.php";
foreach (['upgrade', 'image', 'file', 'media', 'post', 'taxonomy', 'comment', 'user'] as $name)
    require_once ABSPATH . "wp-admin/includes/$name.php";
wp_install('WordPress', 'admin', 'admin@example.org', true, '', 'a password for a measurement', 'en_US');
foreach (get_posts(['post_type' => 'any', 'post_status' => 'any', 'numberposts' => -1]) as $post)
    wp_delete_post($post->ID, true);
update_option('timezone_string', 'Asia/Riyadh');
add_filter('http_request_host_is_external', '__return_true');
add_filter('http_allowed_safe_ports',
    fn($ports, $host, $url) => array_merge($ports, [(int) parse_url($url, PHP_URL_PORT)]), 10, 3);
wp_set_current_user(1);
require "$importer/wordpress-importer.php";
$import = new WP_Import();
$import->fetch_attachments = true;
$parsed = $import->parse($file);
$n = 0;
foreach ($parsed['authors'] as $author) { $_POST['imported_authors'][$n++] = $author['author_login']; }
ob_start();
$begun = microtime(true);
$import->import($file, ['rewrite_urls' => false]);
$seconds = microtime(true) - $begun;
$said = trim(strip_tags(str_replace('<br />', "\n", ob_get_clean())));
global $wpdb;
$posts = [];
foreach ($wpdb->get_results("SELECT * FROM $wpdb->posts WHERE post_type IN ('post','page','attachment')") as $p) {
    $terms = [];
    foreach (['category', 'post_tag'] as $taxonomy)
        foreach (wp_get_object_terms($p->ID, $taxonomy) ?: [] as $term) $terms[] = [$taxonomy, $term->name];
    $thumbnail = get_post_meta($p->ID, '_thumbnail_id', true);
    $posts[] = ['type' => $p->post_type, 'number' => (int) $p->ID, 'title' => $p->post_title,
        'content' => $p->post_content, 'excerpt' => $p->post_excerpt, 'status' => $p->post_status,
        'date' => $p->post_date, 'slug' => urldecode($p->post_name),
        'author' => get_the_author_meta('display_name', $p->post_author), 'terms' => $terms, 'guid' => $p->guid,
        'meta' => array_map(fn($v) => $v[0], get_post_meta($p->ID)),
        'thumbnail' => $thumbnail ? basename(get_attached_file($thumbnail)) : '',
        'file_bytes' => $p->post_type === 'attachment' ? @filesize(get_attached_file($p->ID)) : null];
}
$comments = $wpdb->get_results("SELECT * FROM $wpdb->comments", ARRAY_A);
echo "\n", json_encode(['version' => $GLOBALS['wp_version'], 'seconds' => $seconds, 'said' => $said, 'posts' => $posts,
    'comments' => $comments, 'peak_mb' => memory_get_peak_usage(true) >> 20], JSON_INVALID_UTF8_SUBSTITUTE);
"""


@contextlib.contextmanager
def wordpress() -> Iterator[Path]:
    """A WordPress of its own with a database server; yields its folder."""
    folder = Path(tempfile.mkdtemp(prefix="wp-"))
    folder.chmod(0o755)
    socket, root = folder / "db.sock", folder / "www"
    shutil.copytree(WORDPRESS, root, symlinks=False, ignore_dangling_symlinks=True)
    (root / "wp-content" / "uploads").mkdir(exist_ok=True)
    (root / "wp-config.php").unlink(missing_ok=True)
    (root / "wp-config.php").write_text(_CONFIG.replace("{socket}", str(socket)))
    (folder / "import.php").write_text(_IMPORT)
    data = folder / "db"
    data.mkdir()
    # The server is of another account, and writes there.
    environment = os.environ | {"TMPDIR": str(folder)}
    account = "mysql" if os.getuid() == 0 else str(os.getuid())
    if os.getuid() == 0:
        shutil.chown(data, account, account)
        folder.chmod(0o777)
    subprocess.run(
        [
            PROGRAMS["mariadb-install-db"], "--no-defaults", f"--datadir={data}", f"--user={account}", "--skip-test-db",
            "--auth-root-authentication-method=normal",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        env=environment,
    )  # fmt: skip
    server = subprocess.Popen(
        [
            PROGRAMS["mariadbd"], "--no-defaults", f"--datadir={data}", f"--socket={socket}", f"--user={account}",
            "--skip-networking", "--character-set-server=utf8mb4", f"--pid-file={folder}/db.pid",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
    )  # fmt: skip
    try:
        ask = [
            PROGRAMS["mariadb"],
            "--no-defaults",
            "-uroot",
            "-S",
            str(socket),
            "-e",
            "CREATE DATABASE wordpress",
        ]
        for _attempt in range(120):
            if not subprocess.run(ask, check=False, stderr=subprocess.DEVNULL).returncode:
                break
            time.sleep(0.5)
        yield folder
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder)


@contextlib.contextmanager
def served(folder: Path) -> Iterator[int]:
    """A folder as a web server of files shows it; yields the port."""
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: Any) -> None:
        pass


def add_what_is_hard() -> None:
    """Rows of which each has something that formats lose."""
    from datetime import timedelta

    from django.utils import timezone

    from articles import publishing
    from comments import moderation
    from tests import factories

    picture = factories.image("صورة & وصف", caption="تعليق <على> صورة")
    article = factories.published(
        headline='R&D في <OpenAI> و]]> أيضًا "اقتباس" \\ شرطة',
        summary="ملخّص & <وصف> \\n",
        authors=[factories.author(), factories.author("Sami K.")],
        tags=[factories.tag("R&D"), factories.tag("C++")],
        hero=picture,
        body="<h2>عنوان</h2><p>نصّ [gallery ids=1]\nعن <em>R&amp;D</em> و 5 &lt; 6 \\ شرطة.</p><pre>سطر\n\nآخر</pre>"
        f'<figure><img src="{picture.src}" alt="صورة"><figcaption>تعليق</figcaption></figure>',
    )
    factories.correction(article)
    factories.draft(headline="مسوّدة لم تُنشر")
    publishing.move(factories.draft(headline="مقال للمراجعة"), "submit", by=None)
    factories.published(at=timezone.now() + timedelta(days=30), headline="مقال مجدول")
    gone = factories.published(headline="مقال في الأرشيف")
    publishing.move(gone, "archive", by=None)
    root = factories.approved(
        article, body="رأي <b>غامق</b> & [caption] \\ شرطة\n\nسطر ثانٍ", author_name="هدى & <ن>"
    )
    answer = factories.approved(article, parent=root)
    factories.approved(article, parent=answer, website="https://example.org/?a=1&b=2")
    factories.sent(article)
    moderation.mark_spam([factories.sent(article)], by=None)


def _bare(html: str) -> str:
    """A text without where its pictures lie: WordPress names its own copies."""
    return re.sub(r'src="[^"]*/([^"/]+)"', r'src="\1"', html.strip())


def compare(expected: dict[str, Any], found: dict[str, Any]) -> dict[str, list[str]]:
    """By what was compared, what differs."""
    differing: dict[str, list[str]] = {}
    posts = {(post["type"], post["number"]): post for post in found["posts"]}
    names = {author["author_login"]: author["author_display_name"] for author in expected["authors"]}
    attachments = {post["post_id"]: Path(post["attachment_url"]).name for post in expected["posts"]}

    def same(what: str, where: Any, one: Any, other: Any) -> None:
        differing.setdefault(what, [])
        if one != other:
            differing[what].append(f"{where}: {one!r} != {other!r}"[:300])

    for post in expected["posts"]:
        there = posts.pop((post["post_type"], int(post["post_id"])), None)
        where = f"{post['post_type']} {post['post_id']}"
        same("posts", where, there is not None, True)
        if there is None:
            continue
        same("titles", where, there["title"], post["post_title"])
        same("texts", where, _bare(there["content"]), _bare(post["post_content"]))
        same("summaries", where, there["excerpt"], post["post_excerpt"])
        same("states", where, there["status"], post["status"])
        same("dates", where, there["date"], post["post_date"])
        if post["post_type"] == "attachment":
            same("files", where, bool(there["file_bytes"]), True)
            continue
        # WordPress keeps 200 bytes of it, percent-encoded, and tells by a number apart what is the same then.
        kept = re.sub(r"-\d+$", "", there["slug"].rstrip("\ufffd"))
        same("addresses", where, (kept, post["post_name"].startswith(kept)), (kept, True))
        if post["post_author"]:
            same("authors", where, there["author"], names[post["post_author"]])
        terms = sorted([domain, unescape(name)] for domain, _nicename, name in post["terms"])
        # Of what stands in no section, its own default.
        same(
            "terms", where, sorted([d, unescape(n)] for d, n in there["terms"] if n != "Uncategorized"), terms
        )
        meta = dict(post["postmeta"])
        same("main pictures", where, there["thumbnail"], attachments.get(meta.get("_thumbnail_id"), ""))
        ours = {name: value for name, value in meta.items() if name.startswith("nashra_")}
        same("meta", where, {name: there["meta"].get(name) for name in ours}, ours)
    same("posts", "beyond", list(posts), [])
    comments = {}
    by_number = {row["comment_ID"]: row for row in found["comments"]}
    for row in found["comments"]:
        parent = by_number.get(row["comment_parent"])
        comments.setdefault(
            (row["comment_post_ID"], row["comment_date_gmt"], row["comment_content"]), []
        ).append(
            (
                row["comment_author"],
                row["comment_approved"],
                # WordPress writes it as it stands in a page.
                unescape(row["comment_author_url"]),
                parent and parent["comment_content"],
            )
        )
    for post in expected["posts"]:
        of_post = {comment["comment_id"]: comment for comment in post["comments"]}
        for comment in post["comments"]:
            key = (post["post_id"], comment["comment_date_gmt"], comment["comment_content"])
            parent = of_post.get(comment["comment_parent"])
            wanted = (
                comment["comment_author"], comment["comment_approved"], comment["comment_author_url"],
                parent and parent["comment_content"],
            )  # fmt: skip
            there = comments.get(key, [])
            same("comments", (*key, wanted, there), wanted in there, True)
            if wanted in there:
                there.remove(wanted)
    same("comments", "beyond", sum(map(len, comments.values())), 0)
    return differing


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--importer", type=Path, required=True)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--comments", type=int, default=10)
    asked = parser.parse_args()
    if missing := [name for name, path in PROGRAMS.items() if path is None] + ["wordpress"] * (
        not WORDPRESS.exists()
    ):
        parser.error(f"not installed: {', '.join(missing)}")
    with filled(asked.articles, asked.comments, 50, 20), wordpress() as there:
        from django.conf import settings

        from newsroom.exports import exporting, wxr
        from tests import wordpress_readers

        add_what_is_hard()
        target = there / "made"
        with served(target) as port:
            settings.SITE_URL = f"http://127.0.0.1:{port}"
            exporting.export("wxr", target)
            done = subprocess.run(
                [
                    PROGRAMS["php"], "-d", "memory_limit=1G", "-d",
                    "error_reporting=E_ALL & ~E_DEPRECATED & ~E_WARNING",
                    str(there / "import.php"), str(there / "www"), str(asked.importer), str(target / wxr.FILE),
                ],
                check=True,
                capture_output=True,
                text=True,
            )  # fmt: skip
        found = json.loads(done.stdout.rpartition("\n")[2])
        expected = wordpress_readers.by_parser(target / wxr.FILE)
        differing = compare(expected, found)
        told = {
            "wordpress": found["version"],
            "posts": len(expected["posts"]),
            "comments": sum(len(post["comments"]) for post in expected["posts"]),
            "import_s": round(found["seconds"], 1),
            "peak_mb": found["peak_mb"],
            "said": found["said"][:500],
            "compared": {what: len(rows) for what, rows in differing.items()},
            "first": {what: rows[0] for what, rows in differing.items() if rows},
            "loadavg1": round(os.getloadavg()[0], 2),
        }
        print(json.dumps(told, ensure_ascii=False, indent=1))
        sys.exit(any(differing.values()))


if __name__ == "__main__":
    main()
