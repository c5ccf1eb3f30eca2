import pytest

from apps.repairs.fleet_kinds import why_not_road


@pytest.mark.parametrize(
    "kind",
    [
        "TRUCK - DIGGER DERRICK - CLASS 8",
        "TRUCK W/ TRAILER",
        "Utility vehicle with trailer and blade",
        "VAN CARGO CAMERA WITH GENERATOR",
        "TRUCK FLATBED +300KW GENERATOR",
        "FIRE PUMPER",
        "SUV FULLSIZE",
        "",
    ],
)
def test_road_vehicles_are_none_of_them(kind: str) -> None:
    assert why_not_road(kind=kind) == ""


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("TRAILER - TILT DECK", "trailer"),
        ("2011PACEAMERICANCARGOTRAILER", "trailer"),
        ("Trailer van 48 feet", "trailer"),
        ("RIOT FENCING TLR", "trailer"),
        ("BOAT WORK 26 FOOT CREW", "boat"),
        ("BARGE EQUIPMENT", "boat"),
        ("FORKLIFT - 8000 LB LIFT", "machine"),
        ("BACKHOE LOADER 4X4", "machine"),
        ("GENERATOR", "machine"),
    ],
)
def test_what_is_none_is_told_with_its_words(kind: str, what: str) -> None:
    assert why_not_road(kind=kind) == f"{what} ({kind})"


def test_model_and_make_speak_where_the_kind_says_nothing() -> None:
    assert why_not_road(model="UTILITY TRAILER") == "trailer (UTILITY TRAILER)"
    assert why_not_road(kind="PICKUP", model="TRAILER WELDER") == ""


def test_a_trailers_vin_says_so() -> None:
    assert why_not_road(vin="1UYVS2538CM318901") == "trailer (so says its VIN)"
