#!/usr/bin/env python3
"""Command line of the site; starts the embedded PostgreSQL for the commands that need a database."""

import os
import sys

# `serve` starts it as well, after it has looked at what else could be wrong.
WITHOUT_DATABASE = {
    "check",
    "collectstatic",
    "diffsettings",
    "findstatic",
    "help",
    "messages",
    "serve",
    "version",
}


def needs_database(arguments):
    """Return whether the command line names a command that talks to the database."""
    if not arguments or {"--help", "-h", "--version"} & set(arguments):
        return False
    # The worker beside a site leaves the database to it: one that was stopped by command is to stay so.
    if arguments[0] == "work" and "--parent" in arguments:
        return False
    return arguments[0] not in WITHOUT_DATABASE or "--database" in arguments


def compile_messages(locale):
    """Compile the catalogs below `locale` that were changed; end the program, in a sentence, where that fails."""
    from newsroom import message_catalog

    try:
        message_catalog.compile_stale(locale)
    except (OSError, message_catalog.CatalogError) as error:
        # What Babel says of a broken catalog takes several lines.
        sys.exit(f"The messages cannot be compiled: {' '.join(str(error).split())}")


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from newsroom import embedded_postgres

    try:
        embedded = not settings.DATABASE_URL
    except (ImproperlyConfigured, ValueError) as error:
        sys.exit(f"A setting in the environment is wrong: {error}")
    # Before the apps are loaded: some of their texts are looked up while they load, and a catalog is read once.
    compile_messages(settings.BASE_DIR / "locale")
    try:
        if embedded and needs_database(sys.argv[1:]):
            embedded_postgres.start(settings.VAR_DIR / "postgres")
    except embedded_postgres.EmbeddedPostgresError as error:
        sys.exit(str(error))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
