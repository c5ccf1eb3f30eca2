"""Which rows of a list seem to be no road vehicles: fleets list trailers, boats and pumps too."""

import re

from apps.repairs.vins import is_trailers_vin

# What hangs behind or swims is none, whatever else is said of it ("TRAILER VAN 48 FEET").
_TOWED = re.compile(
    r"\b(?:(?P<trailer>\w*TRAILERS?|TAILER|TLR|SEMI-?TRAILER|DOLLY|LOWBOY)"
    r"|(?P<boat>\w*BOATS?|BARGE|VESSEL|PONTOON|JET ?SKI))\b"
)
_ROAD = re.compile(
    r"\b(?:TRUCKS?|PICK ?UPS?|VANS?|MINIVANS?|STEPVANS?|SEDANS?|COUPE|SUVS?|BUS(?:ES)?|CARS?|CAB"
    r"|WAGON|HATCHBACK|AMBULANCE|PUMPER|LADDER|CUTAWAY|CHASSIS|PATROL|MOTORCYCLES?"
    r"|CLASS [3-8]|SEMI TRACTOR|TRACTOR DRAWN|HYBRID (?:4DR|COMMAND))\b"
)
_MACHINE = re.compile(
    r"\b(?:FORKLIFTS?|LIFTS?|PALLET JACK|ORDER PICKER|MOWERS?|GENERATORS?|COMPRESSORS?|PUMPS?"
    r"|CHIPPERS?|BACKHOES?|LOADERS?|EXCAVATORS?|DOZERS?|BULLDOZERS?|GRADERS?|ROLLERS?|PAVERS?"
    r"|SWEEPERS?|SCRUBBERS?|TRACTORS?|CRAWLER|WELDERS?|AERATOR|GRINDERS?|GROOMERS?|LIGHT TOWERS?"
    r"|MESSAGE BOARDS?|ARROW ?BOARDS?|WORK PLATFORMS?|RESURFACERS?|BICYCLES?|MOBILITY DEVICES?"
    r"|GATOR|ATVS?|OFF ?ROAD|YARD CART|GOLF CARTS?|DERRICK|BLOWERS?|SPREADERS?|MIXERS?|TANKS?"
    r"|OUTBOARD|STATIONARY|MILLING MACHINE|SAND BLASTING|CRANE|BACKPACK|SNOWMOBILES?)\b"
)
# What is carried or towed along does not make the vehicle: "TRUCK W/ TRAILER".
_ALONG = re.compile(r"(?:\bW/|\bWITH\b|\bFOR\b|\+).*", re.DOTALL)


def why_not_road(*, make: str = "", model: str = "", kind: str = "", vin: str = "") -> str:
    """Why a row seems to be no road vehicle, as "trailer (TRAILER - TILT DECK)"; else nothing.

    A guess from words and the VIN: it is told, and who imports decides.
    """
    for text in (kind, model, make):
        words = _ALONG.sub("", text.upper())
        towed = _TOWED.search(words)
        if towed:
            return f"{'trailer' if towed['trailer'] else 'boat'} ({text})"
        if _ROAD.search(words):
            return ""
        if _MACHINE.search(words):
            return f"machine ({text})"
    return "trailer (so says its VIN)" if is_trailers_vin(vin) else ""
