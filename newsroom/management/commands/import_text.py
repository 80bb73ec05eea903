"""Make an article of a text file, the headline first, then paragraphs between empty lines; or of a page in HTML."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.urls import reverse

from articles.models import Section
from newsroom import text_import
from newsroom.text import bidi
from newsroom.text.sanitizer import SanitizerError, is_safe_website


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE", help="text or HTML in UTF-8")
        parser.add_argument("--section", required=True, metavar="NAME", help="name or address of a section")
        parser.add_argument(
            "--author",
            action="append",
            required=True,
            metavar="NAME",
            help="a byline, made where new; may be repeated",
        )
        parser.add_argument(
            "--tag", action="append", default=[], metavar="NAME", help="made where new; may be repeated"
        )
        parser.add_argument(
            "--source-name", default="", metavar="NAME", help="whom the article is taken from"
        )
        parser.add_argument("--source-url", default="", metavar="URL", help="where it was published first")
        parser.add_argument("--publish", action="store_true", help="publish it now; it is a draft otherwise")

    def handle(self, *, file, section, author, tag, source_name, source_url, publish, **options):
        dump = read(file)
        if source_url and not is_safe_website(source_url):
            raise CommandError(f"--source-url is no web address: {source_url}")
        try:
            imported = text_import.import_text(
                dump,
                section=find_section(section),
                authors=author,
                tags=tag,
                publish=publish,
                source_name=source_name,
                source_url=source_url,
            )
        except (text_import.TextImportError, SanitizerError) as error:
            raise CommandError(f"{file}: {error}") from error
        self.report(imported)

    def report(self, imported):
        article, page = imported.article, imported.page
        if not imported.is_new:
            self.stdout.write(f"Nothing to do: “{article}” is here already, article {article.pk}.")
            return
        self.stdout.write(f"“{article}”: article {article.pk}, {len(page.paragraphs)} paragraphs.")
        for line in (*page.credits, *page.furniture):
            self.stdout.write(f"Left out: {line}")
        # By path alone: the site may run with other settings than this command.
        if article.is_public:
            self.stdout.write(f"Readers find it at {article.get_absolute_url()}")
        else:
            place = reverse("admin:articles_article_change", args=[article.pk])
            self.stdout.write(f"It is a draft, not published yet; open it on the desk: {place}")


def read(file):
    """Return the text of a file. Raises CommandError, in a sentence."""
    try:
        return file.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise CommandError(f"There is no file {file}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(
            f"{file} is not in UTF-8: byte {error.start + 1} is not part of a character."
        ) from error
    except OSError as error:
        raise CommandError(f"{file} cannot be read ({error.strerror}).") from error


def find_section(name):
    """Return the section of that name or address. Raises CommandError, naming those that there are."""
    section = Section.objects.filter(Q(name=bidi.clean_line(name)) | Q(slug=name)).first()
    if section is None:
        names = "، ".join(Section.objects.values_list("name", flat=True))
        raise CommandError(
            f"There is no section “{name}”; there are: {names}."
            if names
            else f"There is no section “{name}”, nor any other."
        )
    return section
