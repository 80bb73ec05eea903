"""Every page of the desk, with few rows and with five thousand: no more queries, and no more than twenty."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.desk_pages import VIEWS, Desk, crowd, is_page

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MOST = 20
MANY = 5_000


def _queries(client, addresses):
    counted = {}
    for name, address in addresses:
        with CaptureQueriesContext(connection) as captured:
            response = client.get(address)
        if is_page(response):
            counted[f"{name} {address}"] = len(captured)
    return counted


def test_every_page_takes_no_more_queries_with_five_thousand_rows(client):
    desk = Desk()
    client.force_login(desk.root)
    addresses = [*desk.pages(), *(("view", view) for view in VIEWS)]

    few = _queries(client, addresses)
    crowd(desk, MANY)
    many = _queries(client, addresses)

    # Fewer is no fault: what some row brings along may stand on a later page.
    assert {page: (few[page], count) for page, count in many.items() if count > few[page]} == {}
    assert {page: count for page, count in many.items() if count > MOST} == {}
