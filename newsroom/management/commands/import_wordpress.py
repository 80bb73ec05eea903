"""Import what WordPress exports (Tools → Export → All content): posts, pages, pictures, comments and old addresses.

It can be ended at any moment and begun again; what is there already stays as it is. A report tells of each item.
"""

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from newsroom.wordpress import permalinks, running, wxr
from newsroom.wordpress.wishes import Wishes


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "file", type=Path, nargs="+", metavar="FILE.xml", help="one export, or all its parts"
        )
        parser.add_argument("--dry-run", action="store_true", help="tell what would come, and store nothing")
        parser.add_argument(
            "--media", type=Path, metavar="DIR", help="a copy of wp-content/uploads, where pictures are found"
        )
        parser.add_argument(
            "--section-map",
            type=Path,
            metavar="FILE",
            help="what becomes of each category (TOML); --dry-run writes a first one where there is none",
        )
        parser.add_argument(
            "--fetch-media",
            action="store_true",
            help="fetch pictures that are not in the folder from the hosts named by --allow-host",
        )
        parser.add_argument(
            "--allow-host", action="append", default=[], metavar="HOST", help="may be repeated"
        )
        parser.add_argument(
            "--picture-credit",
            default="",
            metavar="NAME",
            help="of pictures that say of nobody whose they are; else the name of the old site",
        )
        parser.add_argument(
            "--permalinks",
            action="append",
            default=[],
            metavar="STRUCTURE",
            help="a structure that addresses had besides those in the file, such as /%%year%%/%%postname%%/",
        )
        parser.add_argument(
            "--category-base", default="category", metavar="WORD", help="category unless given"
        )
        parser.add_argument("--tag-base", default="tag", metavar="WORD", help="tag unless given")
        parser.add_argument(
            "--time-zone",
            default=settings.TIME_ZONE,
            metavar="ZONE",
            help="of the old site; else of this one",
        )
        parser.add_argument(
            "--as-post",
            action="append",
            default=[],
            metavar="TYPE",
            help="a type of its own that holds articles",
        )
        parser.add_argument(
            "--with-revisions", action="store_true", help="take older versions, if the file has any"
        )
        parser.add_argument(
            "--report",
            type=Path,
            metavar="FILE",
            help="where the report goes; beside the first file unless given",
        )

    def handle(self, *, file, dry_run, media, section_map, fetch_media, allow_host, report, **options):
        if fetch_media != bool(allow_host):
            raise CommandError("--fetch-media and --allow-host HOST go together.")
        if media is not None and not media.is_dir():
            raise CommandError(f"There is no folder {media}.")
        try:
            structures = tuple(map(permalinks.check, options["permalinks"]))
        except permalinks.NoStructure as error:
            raise CommandError(str(error)) from error
        try:
            zone = ZoneInfo(options["time_zone"])
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise CommandError(f"There is no time zone {options['time_zone']}.") from error
        wishes = Wishes(
            media=media,
            hosts=frozenset(host.lower() for host in allow_host),
            section_map=self.read(section_map, may_be_missing=dry_run),
            zone=zone,
            permalinks=structures,
            category_base=options["category_base"],
            tag_base=options["tag_base"],
            credit=options["picture_credit"],
            as_posts=frozenset(options["as_post"]),
            with_revisions=options["with_revisions"],
            is_rehearsal=dry_run,
        )
        place = report or file[0].with_name(f"{file[0].stem}-report")
        made = running.run(file, wishes, wxr.read, place, self.say)
        if dry_run:
            self.propose(made.map, section_map)

    def read(self, path, *, may_be_missing):
        if path is None or may_be_missing and not path.exists():
            return None
        try:
            return path.read_text("utf-8-sig")
        except OSError as error:
            raise CommandError(f"{path} cannot be read ({error.strerror}).") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{path} is not in UTF-8.") from error

    def propose(self, map_, path):
        if path is None:
            self.say(f"What would become of the categories; --section-map FILE keeps it:\n\n{map_}")
        elif not path.exists():
            path.write_text(map_, encoding="utf-8")
            self.say(f"What would become of the categories stands in {path}: change it, and give it again.")

    def say(self, line):
        self.stdout.write(line)
        self.stdout.flush()
