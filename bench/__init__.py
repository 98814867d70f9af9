"""Speeds beside their peers: `make bench` prints them and writes build/bench.json."""
