"""Dagster's view of the pipeline: assets, jobs, schedules, checks and resources."""
