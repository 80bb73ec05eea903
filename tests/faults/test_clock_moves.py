"""What the clock did, noted by a real worker that is killed in mid-batch: each line of history and each mail once."""

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from articles import publishing
from articles.models import ClockMove, Transition
from newsroom.mail.models import OutgoingMail
from tests import factories
from tests.faults.test_worker import worker  # noqa: F401
from tests.smtp import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

SLOW = """
CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.2); RETURN NEW; END $$;
CREATE TRIGGER slowly AFTER INSERT ON articles_transition FOR EACH ROW
WHEN (NEW.move = 'appear') EXECUTE FUNCTION slowly();
"""


@pytest.fixture
def _slow_history():
    with connection.cursor() as cursor:
        cursor.execute(SLOW)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER slowly ON articles_transition; DROP FUNCTION slowly()")


@pytest.mark.usefixtures("_slow_history")
def test_a_worker_killed_in_mid_batch_leaves_each_side_effect_once(worker):  # noqa: F811
    # Mails wait: what a server had taken before the kill is another matter.
    worker.environment["EMAIL_URL"] = ""
    writer = factories.staff(factories.EDITORS)
    writer.email = "writer@example.org"
    writer.save()
    with time_machine.travel(timezone.now() - timedelta(hours=2)):
        due = timezone.now() + timedelta(hours=1)
        articles = [factories.draft(by=writer) for _ in range(6)]
        for article in articles:
            publishing.move(article, "publish", by=writer, at=due)
    noted = Transition.objects.filter(move="appear")

    victim = worker.start()
    wait_for(lambda: noted.count() >= 2)
    victim.kill()
    victim.wait()
    cut_off = noted.count()
    worker.start()
    wait_for(lambda: not ClockMove.objects.exists())

    assert cut_off < len(articles)
    assert Counter(noted.values_list("article", "at")) == {(article.pk, due): 1 for article in articles}
    assert Counter(mail.key.split(":")[2] for mail in OutgoingMail.objects.all()) == {
        str(article.pk): 1 for article in articles
    }
