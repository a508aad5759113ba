"""Tells a web service and people what a batch does."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from ...batch.models import JobStatus
from ...domain.errors import IvyError, Problem
from ...plugins.hooks import BatchHooks, BatchNews, JobNews
from .mail import compose, send_mail
from .retrying import Unreachable, with_retries
from .settings import NotifierEvent, NotifierSettings, is_web_address
from .webhook import post_json
from .wording import Message, about_batch, about_job

FAILURES = frozenset(status.value for status in JobStatus if status.is_failure)


class Notifier(BatchHooks):
    """Posts to a webhook, writes e-mails, or both.

    Raises
    ------
    IvyError
        If the settings name nobody to tell, or a secret is not in the environment.
    """

    def __init__(self, settings: NotifierSettings) -> None:
        self._settings = settings
        self._webhook_url = _webhook_url(settings)
        if not self._webhook_url and not settings.email_to:
            remedy = "Give --notify-webhook-url or --notify-email-to, or leave the notifier out"
            raise IvyError("there is nobody to tell", where="notify", remedy=remedy)
        if settings.smtp_user:
            _from_environment(settings.smtp_password_env, "the password of the mail server")
        wanted = settings.events if settings.webhook_events is None else settings.webhook_events
        self._webhook_events = frozenset(wanted)
        self._mail_events = frozenset(settings.events)

    def on_batch_started(self, batch: BatchNews) -> None:
        """Tell that the batch begins, if that is wanted."""
        self._tell((NotifierEvent.BATCH_STARTED,), lambda event: about_batch(event, batch))

    def on_job_started(self, job: JobNews) -> None:
        """Tell that a job begins, if that is wanted."""
        self._tell((NotifierEvent.JOB_STARTED,), lambda event: about_job(event, job))

    def on_job_finished(self, job: JobNews) -> None:
        """Tell how a job ended, or only that it failed."""
        failed = (NotifierEvent.JOB_FAILED,) if job.status in FAILURES else ()
        self._tell((*failed, NotifierEvent.JOB_FINISHED), lambda event: about_job(event, job))

    def on_batch_finished(self, batch: BatchNews) -> None:
        """Tell how the batch ended."""
        self._tell((NotifierEvent.BATCH_FINISHED,), lambda event: about_batch(event, batch))

    def _tell(self, events: tuple[NotifierEvent, ...], word: Callable[[NotifierEvent], Message]) -> None:
        """Tell the first of the events that is wanted, each way on its own."""
        ways = (
            (self._post, self._webhook_events, self._webhook_url),
            (self._mail, self._mail_events, self._settings.email_to),
        )
        problems: list[Problem] = []
        for send, wanted, receiver in ways:
            event = next((event for event in events if event in wanted), None)
            if event is not None and receiver:
                problems += self._attempt(send, word(event))
        if problems:
            raise IvyError.from_problems(problems)

    def _attempt(self, send: Callable[[Message], None], message: Message) -> Iterable[Problem]:
        settings = self._settings
        try:
            with_retries(lambda: send(message), settings.attempts, settings.retry_delay_s)
        except Unreachable as error:
            return [Problem(f"nobody was told, {error}", "notify", "Check the settings and the network")]
        except IvyError as error:
            return error.problems
        return []

    def _post(self, message: Message) -> None:
        post_json(self._webhook_url, message.content, self._settings.timeout_s)

    def _mail(self, message: Message) -> None:
        send_mail(self._settings, compose(self._settings, message.subject, message.text))


def _webhook_url(settings: NotifierSettings) -> str:
    if settings.webhook_url is not None:
        return settings.webhook_url.get_secret_value()
    if not settings.webhook_url_env:
        return ""
    url = _from_environment(settings.webhook_url_env, "the address of the webhook").strip()
    if not is_web_address(url):
        what = f"the environment variable {settings.webhook_url_env} holds no web address"
        raise IvyError(what, where="notify", remedy="It must begin with https:// or http:// and name a host")
    return url


def _from_environment(variable: str, what: str) -> str:
    value = os.environ.get(variable, "")
    if not value:
        sentence = f"the environment variable {variable}, which should hold {what}, is not set"
        raise IvyError(sentence, where="notify", remedy=f"Set {variable} before the batch starts")
    return value
