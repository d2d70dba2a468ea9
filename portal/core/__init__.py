"""Ground floor: refusals, settings, text, clock, keys. Imports nothing of ours."""
