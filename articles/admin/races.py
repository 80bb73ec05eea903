"""Two people who give the same name, or the same picture, at the same moment."""

from django.db import IntegrityError


class ToldOnTheForm:
    """What somebody else took between the form's check and its save is told as if it had been taken before."""

    def changeform_view(self, *args, **kwargs):
        try:
            return super().changeform_view(*args, **kwargs)
        except IntegrityError:
            # Nothing was written. Checked again, the form sees what the other wrote.
            return super().changeform_view(*args, **kwargs)
