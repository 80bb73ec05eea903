"""Import an archive of RSS 2.0 or Atom by the same doors as `import_wordpress`: each entry becomes an article."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from newsroom.wordpress import feed_archive, running
from newsroom.wordpress.taxonomy import CategoryMap
from newsroom.wordpress.wishes import Wishes


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, nargs="+", metavar="FILE", help="RSS 2.0 or Atom")
        parser.add_argument(
            "--section", required=True, metavar="NAME", help="where its articles stand, made where new"
        )
        parser.add_argument("--dry-run", action="store_true", help="tell what would come, and store nothing")
        parser.add_argument("--media", type=Path, metavar="DIR", help="a folder in which pictures are found")
        parser.add_argument(
            "--fetch-media", action="store_true", help="fetch pictures from the hosts that are named"
        )
        parser.add_argument(
            "--allow-host", action="append", default=[], metavar="HOST", help="may be repeated"
        )
        parser.add_argument("--picture-credit", default="", metavar="NAME", help="else the name of the feed")
        parser.add_argument(
            "--report",
            type=Path,
            metavar="FILE",
            help="where the report goes; beside the first file unless given",
        )

    def handle(
        self, *, file, section, dry_run, media, fetch_media, allow_host, picture_credit, report, **options
    ):
        if fetch_media != bool(allow_host):
            raise CommandError("--fetch-media and --allow-host HOST go together.")
        wishes = Wishes(
            media=media,
            hosts=frozenset(host.lower() for host in allow_host),
            section_map=CategoryMap({}, section).as_toml({}, {}),
            credit=picture_credit,
            is_rehearsal=dry_run,
        )
        place = report or file[0].with_name(f"{file[0].stem}-report")
        running.run(file, wishes, feed_archive.read, place, self.say)

    def say(self, line):
        self.stdout.write(line)
        self.stdout.flush()
