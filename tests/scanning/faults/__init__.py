"""Faults on real parts: nothing released unscanned, nothing lost, nothing for ever."""
