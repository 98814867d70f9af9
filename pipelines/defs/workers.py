"""Celery, for steps that run on several workers (KAKEHASHI_EXECUTOR=celery).

A worker is started with `kakehashi worker`; it needs the same KAKEHASHI_* variables as the daemon, the same Dagster
instance (DAGSTER_HOME) and the same version of Kakehashi. A step is acknowledged when it is done: a broker that keeps
what was not (RabbitMQ, Redis) hands the step of a dead worker to another one.
"""
from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dagster as dg
from celery import Celery
from dagster_celery import celery_executor
from dagster_celery.make_app import make_app
from dagster_celery.tasks import create_task

from pipelines.settings import Settings

#: The queue that steps go through.
QUEUE = "dagster"
#: Seconds after which a broker without connections of its own (Redis) takes a worker for dead: longer than any step.
_LONGEST_STEP = 6 * 3600


def configuration(settings: Settings) -> dict[str, Any]:
    """Celery's settings from ours. Raises ValueError where no broker is named.

    A broker «filesystem:///folder» is a folder that all workers share, results «file:///folder» another one.
    """
    if not settings.broker_url or not settings.results_url:
        raise ValueError("KAKEHASHI_EXECUTOR=celery needs KAKEHASHI_BROKER_URL and KAKEHASHI_RESULTS_URL, such as "
                         "amqp://user:password@host// and rpc://, or filesystem:///shared/queue and file:///shared/results")
    options: dict[str, Any] = {"visibility_timeout": _LONGEST_STEP}
    broker, results = settings.broker_url, settings.results_url
    if broker.startswith("filesystem://"):
        folder = Path(unquote(urlsplit(broker).path))
        broker = "filesystem://"
        options = {"data_folder_in": str(_made(folder / "queue")), "data_folder_out": str(folder / "queue"),
                   "processed_folder": str(_made(folder / "taken")), "control_folder": str(_made(folder / "control")),
                   "store_processed": True}
    if results.startswith("file://"):
        _made(Path(unquote(urlsplit(results).path)))
    return {"broker": broker, "backend": results,
            "config_source": {"broker_transport_options": options, "task_acks_late": True,
                              "task_reject_on_worker_lost": True, "worker_prefetch_multiplier": 1,
                              "broker_connection_retry_on_startup": True, "task_default_queue": QUEUE}}


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def executor(settings: Settings) -> dg.ExecutorDefinition:
    """The executor that gives steps to the workers."""
    return celery_executor.configured(configuration(settings), name="celery")


def application(settings: Settings) -> Celery:
    """What a worker runs."""
    wanted = configuration(settings)
    addresses = {"broker": wanted["broker"], "backend": wanted["backend"]}
    app: Celery = make_app(addresses)  # type: ignore[no-untyped-call]  # dagster-celery types little
    app.conf.update(wanted["config_source"])
    create_task(app)  # type: ignore[no-untyped-call]
    return app


def work(settings: Settings, name: str) -> None:
    """Be a worker until told to stop: one step at a time, in a process of its own."""
    application(settings).worker_main(["worker", "--concurrency=1", f"--queues={QUEUE}", f"--hostname={name}@%h",
                                       "--loglevel=INFO", "--without-gossip", "--without-mingle"])
