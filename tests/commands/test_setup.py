import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from pytest_django import Settings

from core.models import User
from tests.factories import make_customer, make_member, make_owner, make_technician


def run(capsys: pytest.CaptureFixture[str], name: str, **options: object) -> str:
    call_command(name, **options)
    return capsys.readouterr().out


@pytest.mark.django_db
class TestSetupDb:
    def test_the_first_admin_is_made_from_the_settings(
        self, settings: Settings, capsys: pytest.CaptureFixture[str]
    ) -> None:
        settings.ADMIN_USERNAME, settings.ADMIN_EMAIL = "boss", "boss@example.com"
        settings.ADMIN_PASSWORD = "a-long-pass-word-7"
        assert "Made the first admin, boss." in run(capsys, "setup_db")
        admin = User.objects.get(username="boss")
        assert (admin.manages_people, admin.is_staff, admin.email) == (
            True,
            True,
            "boss@example.com",
        )
        assert admin.check_password("a-long-pass-word-7")

    def test_again_it_changes_nothing(
        self, settings: Settings, capsys: pytest.CaptureFixture[str]
    ) -> None:
        owner = make_owner(username="olga")
        settings.ADMIN_PASSWORD = "a-long-pass-word-7"
        assert "olga manages people already" in run(capsys, "setup_db", skip_migrate=True)
        assert list(User.objects.all()) == [owner]

    def test_without_a_password_it_says_what_to_set(
        self, settings: Settings, capsys: pytest.CaptureFixture[str]
    ) -> None:
        settings.ADMIN_PASSWORD = ""
        assert "Set ADMIN_USERNAME, ADMIN_EMAIL and ADMIN_PASSWORD" in run(capsys, "setup_db")
        assert User.objects.count() == 0

    def test_in_production_that_is_a_failure(self, settings: Settings) -> None:
        settings.ADMIN_PASSWORD, settings.ENVIRONMENT = "", "production"
        with pytest.raises(CommandError, match="no default password"):
            call_command("setup_db", skip_migrate=True)

    def test_a_weak_password_is_refused_with_the_reason(self, settings: Settings) -> None:
        settings.ADMIN_PASSWORD = "short"
        with pytest.raises(CommandError, match="too short"):
            call_command("setup_db", skip_migrate=True)
        assert User.objects.count() == 0


@pytest.mark.django_db
class TestSetupGroups:
    def test_people_are_put_into_the_group_of_their_role(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        technician, member = make_technician().user, make_member(make_customer())
        told = run(capsys, "setup_groups")
        assert "Technicians: made; " in told
        assert [group.name for group in technician.groups.all()] == ["Technicians"]
        assert [group.name for group in member.groups.all()] == ["Customers"]

    def test_a_group_may_look_and_never_write(self) -> None:
        call_command("setup_groups")
        assert sorted(Group.objects.values_list("name", flat=True)) == [
            "Admins",
            "Customers",
            "Sales agents",
            "Technicians",
        ]
        for group in Group.objects.all():
            names = group.permissions.values_list("codename", flat=True)
            assert "view_repair" in names
            assert all(name.startswith("view_") for name in names)

    def test_again_it_follows_the_roles(self, capsys: pytest.CaptureFixture[str]) -> None:
        technician = make_technician().user
        call_command("setup_groups")
        User.objects.filter(pk=technician.pk).update(role="sales_agent")
        assert "Technicians: there already; " in run(capsys, "setup_groups")
        assert [group.name for group in technician.groups.all()] == ["Sales agents"]
