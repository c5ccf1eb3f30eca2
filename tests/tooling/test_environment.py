"""Variables are read with their types; nonsense is refused with what to do."""

from ipaddress import ip_network
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from rs_systems.environment import BASE_DIR, Environment, masked, read_environment, settings_module


def env(**values: str) -> Environment:
    return Environment(values)


@pytest.mark.parametrize("value", ["True", "true", "1", "yes", "ON"])
def test_a_flag_reads_yes(value: str) -> None:
    assert env(DEBUG=value).flag("DEBUG", default=False) is True


@pytest.mark.parametrize("value", ["False", "false", "0", "no", "off"])
def test_a_flag_reads_no(value: str) -> None:
    assert env(DEBUG=value).flag("DEBUG", default=True) is False


def test_an_empty_flag_takes_its_default() -> None:
    assert env(DEBUG=" ").flag("DEBUG", default=True) is True


@pytest.mark.parametrize(("value", "number"), [("1", 1), ("65535", 65535), ("", 8000)])
def test_a_number_within_its_bounds_is_read(value: str, number: int) -> None:
    assert env(PORT=value).number("PORT", default=8000, lowest=1, highest=65535) == number


@pytest.mark.parametrize("value", ["0", "65536", "-1", "eighty", "8_000", "٨", "8.5"])
def test_a_number_out_of_bounds_or_no_number_is_refused(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="Write a whole number from 1 to 65535"):
        env(PORT=value).number("PORT", default=8000, lowest=1, highest=65535)


def test_a_choice_names_its_options_when_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"ENVIRONMENT='staging' is unknown\. Write one"):
        env(ENVIRONMENT="staging").choice("ENVIRONMENT", default="a", options=("a", "b"))


def test_a_secret_may_be_missing_but_not_short_and_is_not_shown() -> None:
    assert [env(T=value).secret("T") for value in ("", "x" * 20)] == ["", "x" * 20]
    for value in ("x" * 19, "é" * 20):
        with pytest.raises(ImproperlyConfigured, match=r"T='\*\*\*' is too easy to guess"):
            env(T=value).secret("T")


def test_an_address_may_be_missing_but_is_one_alone() -> None:
    found = [env(TO=value).email("TO") for value in ("", " a@example.com ")]
    assert found == ["", "a@example.com"]
    for value in ("nobody", "a@example.com,b@example.com", "A <a@example.com>"):
        with pytest.raises(ImproperlyConfigured, match="is no e-mail address"):
            env(TO=value).email("TO")


def test_hosts_are_split_and_stripped() -> None:
    assert env(ALLOWED_HOSTS=" a.example, ,b.example ").hosts("ALLOWED_HOSTS") == [
        "a.example",
        "b.example",
    ]


@pytest.mark.parametrize("value", ["https://a.example", "a.example/path", "a b"])
def test_a_host_with_more_than_a_name_is_refused(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="Write names only"):
        env(ALLOWED_HOSTS=value).hosts("ALLOWED_HOSTS")


def test_origins_are_read() -> None:
    origins = env(CORS_ALLOWED_ORIGINS="https://a.example,http://localhost:3000")
    assert origins.origins("CORS_ALLOWED_ORIGINS") == ["https://a.example", "http://localhost:3000"]


@pytest.mark.parametrize("value", ["*", "a.example", "https://a.example/", "null", "ftp://a"])
def test_what_is_no_origin_is_refused(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="is not an origin"):
        env(CORS_ALLOWED_ORIGINS=value).origins("CORS_ALLOWED_ORIGINS")


def test_addresses_and_networks_are_read() -> None:
    proxies = env(TRUSTED_PROXIES="10.0.0.5, 10.1.0.0/16, ::1").networks("TRUSTED_PROXIES")
    assert proxies == [ip_network("10.0.0.5/32"), ip_network("10.1.0.0/16"), ip_network("::1/128")]


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES='proxy' is not an address"):
        env(TRUSTED_PROXIES="proxy").networks("TRUSTED_PROXIES")


@pytest.mark.parametrize("value", ["localhost:6379", "http://localhost", "redis://", "redis"])
def test_an_address_of_another_kind_is_refused(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="Write it like redis://host:port/path"):
        env(REDIS_URL=value).url("REDIS_URL", schemes=("redis", "rediss"))


def test_a_relative_sqlite_file_lies_beside_manage_py(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    database = env(LOCAL_DATABASE_URL="sqlite:///db.sqlite3").database("LOCAL_DATABASE_URL")
    assert database["NAME"] == str(BASE_DIR / "db.sqlite3")


def test_an_absolute_sqlite_file_stays_where_it_is() -> None:
    assert env(D="sqlite:////srv/shop.sqlite3").database("D")["NAME"] == "/srv/shop.sqlite3"


def test_a_postgresql_url_is_taken_apart() -> None:
    database = env(DATABASE_URL="postgresql://u:p%40ss@db:5433/shop").database("DATABASE_URL")
    parts = {key: database[key] for key in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")}
    assert parts == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop",
        "USER": "u",
        "PASSWORD": "p@ss",
        "HOST": "db",
        "PORT": 5433,
    }


@pytest.mark.parametrize(
    "value",
    ["mysql://u:p@db/shop", "db.sqlite3", "postgresql://db", "postgresql://u:p@db:port/shop"],
)
def test_a_database_we_cannot_use_is_refused(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="Write postgresql://"):
        env(DATABASE_URL=value).database("DATABASE_URL")


def test_a_refusal_does_not_show_the_password() -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        env(DATABASE_URL="mysql://root:swordfish@db/shop").database("DATABASE_URL")
    assert "swordfish" not in str(refused.value)


def test_masking_keeps_an_address_without_password() -> None:
    assert masked("redis://cache:6379/0") == "redis://cache:6379/0"


def test_the_real_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = tmp_path / "env"
    written.write_text('SECRET_KEY="of the file"\nADMIN_USERNAME=file\n')
    monkeypatch.setenv("ENV_FILE", str(written))
    monkeypatch.setenv("ADMIN_USERNAME", "real")
    read = read_environment()
    assert (read.text("SECRET_KEY"), read.text("ADMIN_USERNAME")) == ("of the file", "real")


@pytest.mark.parametrize(
    ("value", "module"),
    [
        ("", "rs_systems.settings"),
        ("development", "rs_systems.settings"),
        ("Production", "rs_systems.settings_aws"),
    ],
)
def test_the_environment_names_its_settings(
    value: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENVIRONMENT", value)
    assert settings_module() == module
