import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import *
pytestmark = pytest.mark.django_db
def test_pages():
    c = Client(); o = make_owner(); c.force_login(o)
    r = completed_repair(); q = field_repair(); t=make_technician()
    for n,a in [("office_dashboard",[]),("office_repairs",[]),("office_repair_detail",[r.pk]),("office_repair_detail",[q.pk]),("office_customers",[]),("office_customer_detail",[r.customer_id]),("office_people",[]),("office_person",[t.user_id]),("office_technicians",[]),("office_settings",[]),("office_notices",[]),("office_request_repair",[]),("office_customer_new",[])]:
        x = c.get(reverse(n,args=a)); assert x.status_code==200,(n,x.status_code)
