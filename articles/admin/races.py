"""Two people at one name or picture at the same moment: both give it, or one deletes what the other takes."""

from django.db import IntegrityError, connection

from articles.figures import PictureMissing


class ToldOnTheForm:
    """What somebody else did between the form's check and its save is told as if it had been done before."""

    def changeform_view(self, *args, **kwargs):
        try:
            return super().changeform_view(*args, **kwargs)
        except (IntegrityError, PictureMissing):
            # Nothing was written. Checked again, the form sees what the other wrote.
            return super().changeform_view(*args, **kwargs)

    def save_related(self, *args, **kwargs):
        super().save_related(*args, **kwargs)
        # Else rows that are gone would be missed at the end of the transaction, when success is told already.
        connection.check_constraints()
