"""Benchmarks: each says how many times a named peer or limit, never a bare time."""
