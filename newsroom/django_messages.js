// What `django_messages.py` is for Python: messages of the admin's own scripts that our catalog says in its own words.
ngettext("%(sel)s of %(cnt)s selected", "%(sel)s of %(cnt)s selected", n);
ngettext("Note: You are %s hour ahead of server time.", "Note: You are %s hours ahead of server time.", n);
ngettext("Note: You are %s hour behind server time.", "Note: You are %s hours behind server time.", n);
gettext("Choose a time");
gettext("Choose a Time");
gettext("Choose a Date");
gettext("Tomorrow");
