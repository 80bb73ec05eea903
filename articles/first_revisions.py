"""The first revision of an article that came in with an archive: made when it is needed, for few of them are changed.

Until then the article itself is its only text; all else leaves a revision with each save.
"""

from articles import contents
from articles.models import Article, Revision


def keep(number: int) -> None:
    """Have the stored text of an article among its revisions before anything else comes there.

    To be called in a transaction. One query where it has any, else thirteen at most.
    """
    kept = Revision.objects.of_the_text().filter(article=number)
    if kept.exists():
        return
    stored = Article.objects.select_for_update(no_key=True).get(pk=number)
    # Another may have made it while this one waited.
    if not kept.exists():
        at = stored.created_at
        Revision.objects.create(article=stored, content=contents.of(stored), at=at, applied_at=at)
