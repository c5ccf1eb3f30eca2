"""What does not answer is left alone, which is told once, and asked again afterwards."""

import time

import pytest

from core.circuit import Circuit


def test_after_a_fault_nobody_asks_for_a_while(caplog: pytest.LogCaptureFixture) -> None:
    circuit = Circuit("the server", seconds=0.2)
    assert not circuit.is_open
    for _ in range(2):
        circuit.trip(OSError("away"))
        assert circuit.is_open
    assert caplog.messages == ["the server is left alone for a while: OSError('away')"]
    time.sleep(0.25)
    assert not circuit.is_open


def test_it_can_be_asked_again_at_once() -> None:
    circuit = Circuit("the server", seconds=60)
    circuit.trip(OSError("away"))
    circuit.close()
    assert not circuit.is_open
