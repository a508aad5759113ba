"""The notifier against real servers."""

from __future__ import annotations

import email
import email.policy
import logging
import socket
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from image_velocimetry_tools.batch.engine.hook_runner import HookRunner
from image_velocimetry_tools.batch.models import JobStatus
from image_velocimetry_tools.builtins.notifier import NOTIFY
from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.plugins.hooks import BatchHooks, BatchNews, JobNews
from image_velocimetry_tools.plugins.settings_options import read_settings
from image_velocimetry_tools.testing.hook_contract import HookContract, batch_news, job_news

FOLDER = Path("/results")
ALL = "batch_started,job_started,job_finished,job_failed,batch_finished"


def notifier(**settings: Any) -> BatchHooks:
    hooks: BatchHooks = NOTIFY.create(read_settings(NOTIFY, {"retry_delay_s": 0.0, **settings}))
    return hooks


def mail_settings(server: Any, **settings: Any) -> dict[str, Any]:
    base = {"email_to": "a@example.org,b@example.org", "smtp_host": "localhost", "smtp_port": server.port}
    return {**base, "smtp_security": "none", **settings}


def tell_all(hooks: BatchHooks) -> None:
    hooks.on_batch_started(batch_news(FOLDER, "running"))
    for number, status in enumerate((JobStatus.COMPLETED, JobStatus.TIMED_OUT), start=1):
        hooks.on_job_started(job_news(FOLDER, number, JobStatus.RUNNING))
        hooks.on_job_finished(job_news(FOLDER, number, status))
    hooks.on_batch_finished(batch_news(FOLDER, "completed"))


class TestNotifier(HookContract):
    spec = NOTIFY
    webhook: Any

    @pytest.fixture(autouse=True)
    def _webhook(self, webhook: Any) -> None:
        self.webhook = webhook

    def settings(self, folder: Path) -> dict[str, Any]:
        return {"webhook_url": self.webhook.url, "events": ALL}


def test_that_failures_and_the_end_are_told_by_default(webhook: Any) -> None:
    tell_all(notifier(webhook_url=webhook.url))
    assert [content["event"] for content in webhook.received] == ["job_failed", "batch_finished"]


def test_that_a_failed_job_is_told_once(webhook: Any) -> None:
    tell_all(notifier(webhook_url=webhook.url, events=ALL))
    assert [content["event"] for content in webhook.received] == [
        "batch_started",
        "job_started",
        "job_finished",
        "job_started",
        "job_failed",
        "batch_finished",
    ]


def test_that_programs_get_the_figures_and_people_a_text(webhook: Any) -> None:
    notifier(webhook_url=webhook.url, events="job_finished").on_job_finished(job_news(FOLDER, 1, JobStatus.COMPLETED))
    [content] = webhook.received
    assert content["job"]["result"]["total_discharge"] == 12.5
    assert content["batch"]["counts"] == {"completed": 1, "failed": 1}
    assert content["text"].splitlines() == [
        "IVyTools: job job_001 of Crue d'été completed",
        "Discharge: 12.5 m³/s",
        "Quality: good",
        "Video: /results/vidéo 1.mp4",
        "Results: /results",
    ]
    assert webhook.headers[0]["Content-Type"] == "application/json; charset=utf-8"


def test_that_figures_that_json_does_not_know_are_told_all_the_same(webhook: Any) -> None:
    batch = batch_news(FOLDER, "running")
    news = JobNews(batch, "j", "completed", 1, FOLDER, result={"total_discharge": float("nan"), "path": FOLDER})
    notifier(webhook_url=webhook.url, events="job_finished").on_job_finished(news)
    assert webhook.received[0]["job"]["result"] == {"total_discharge": None, "path": "/results"}


def test_that_the_webhook_can_have_its_own_events(webhook: Any, mail_server: Any) -> None:
    tell_all(notifier(webhook_url=webhook.url, webhook_events="batch_started", **mail_settings(mail_server)))
    assert [content["event"] for content in webhook.received] == ["batch_started"]
    assert len(mail_server.mailbox.mails) == 2


@pytest.mark.parametrize("code", [500, 503, 429])
def test_that_a_server_that_is_busy_is_tried_again(webhook: Any, code: int) -> None:
    webhook.answers = [code, code]
    notifier(webhook_url=webhook.url).on_batch_finished(batch_news(FOLDER, "completed"))
    assert len(webhook.received) == 3


def test_that_a_server_that_stays_broken_is_given_up(webhook: Any) -> None:
    webhook.answers = [500] * 5
    with pytest.raises(IvyError, match=r"webhook at 127\.0\.0\.1: the server answered 500 Internal Server Error"):
        notifier(webhook_url=webhook.url).on_batch_finished(batch_news(FOLDER, "completed"))
    assert len(webhook.received) == 3


@pytest.mark.parametrize("code", [404, 302])
def test_that_a_refusal_is_not_repeated(webhook: Any, code: int) -> None:
    webhook.answers = [code]
    with pytest.raises(IvyError, match=f"the server answered {code}"):
        notifier(webhook_url=webhook.url).on_batch_finished(batch_news(FOLDER, "completed"))
    assert len(webhook.received) == 1


def test_that_waits_between_attempts_grow(webhook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("image_velocimetry_tools.builtins.notifier.retrying.time.sleep", waits.append)
    webhook.answers = [500] * 3
    notifier(webhook_url=webhook.url, retry_delay_s=2, attempts=4).on_batch_finished(batch_news(FOLDER, "completed"))
    assert waits == [2.0, 4.0, 8.0]


def test_that_a_server_that_is_not_there_is_a_sentence_without_the_secret_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(IvyError) as caught:
        notifier(webhook_url=f"http://127.0.0.1:{port}/token-1234").on_batch_finished(batch_news(FOLDER, "completed"))
    assert "no connection (URLError: [Errno 111] Connection refused)" in str(caught.value)
    assert "token-1234" not in str(caught.value)


def test_that_the_address_can_come_from_the_environment(webhook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAUGE_WEBHOOK", webhook.url)
    notifier(webhook_url_env="GAUGE_WEBHOOK").on_batch_finished(batch_news(FOLDER, "completed"))
    assert len(webhook.received) == 1


def test_that_secrets_are_in_no_log_and_no_warning(
    webhook: Any, secure_mail_server: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("GAUGE_PASSWORD", "wrong-horse")
    webhook.answers = [404]
    login = {"smtp_user": "gauge", "smtp_password_env": "GAUGE_PASSWORD", "smtp_security": "starttls"}
    hooks = notifier(webhook_url=webhook.url, **mail_settings(secure_mail_server, **login))
    warnings: list[str] = []
    runner = HookRunner([("notify", hooks)], warnings.append)
    runner.batch_finished(batch_news(FOLDER, "completed"))
    assert runner.close(60.0)
    assert len(warnings) == 1
    everything = caplog.text + warnings[0] + repr(read_settings(NOTIFY, {"webhook_url": webhook.url}))
    assert "token-1234" not in everything
    assert "wrong-horse" not in everything


def received(server: Any) -> EmailMessage:
    [envelope] = server.mailbox.mails
    return email.message_from_bytes(envelope.content, policy=email.policy.default)


def test_that_all_recipients_get_one_mail(mail_server: Any) -> None:
    hooks = notifier(**mail_settings(mail_server, email_from="gauge@example.org"))
    hooks.on_job_finished(job_news(FOLDER, 2, JobStatus.FAILED))
    message = received(mail_server)
    assert mail_server.mailbox.mails[0].rcpt_tos == ["a@example.org", "b@example.org"]
    assert message["From"] == "gauge@example.org"
    assert message["Subject"] == "IVyTools: job job_002 of Crue d'été failed"
    assert "decode: the file ends early" in message.get_content()
    assert message["Date"]
    assert message["Message-ID"]


def test_that_a_line_break_in_a_name_adds_no_header(mail_server: Any) -> None:
    batch = BatchNews("b1", "weir\r\nBcc: everybody@example.org", "completed", FOLDER)
    notifier(**mail_settings(mail_server)).on_batch_finished(batch)
    assert received(mail_server)["Bcc"] is None


def test_that_a_mail_is_sent_encrypted_and_with_a_login(
    secure_mail_server: Any, trusted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GAUGE_PASSWORD", "s3cret")
    login = {"smtp_user": "gauge", "smtp_password_env": "GAUGE_PASSWORD", "smtp_security": "starttls"}
    hooks = notifier(**mail_settings(secure_mail_server, **login))
    hooks.on_batch_finished(batch_news(FOLDER, "completed"))
    assert len(secure_mail_server.mailbox.mails) == 1
    assert [one.login for one in secure_mail_server.mailbox.logins] == [b"gauge"]


def test_that_a_wrong_password_is_told_and_not_tried_again(
    secure_mail_server: Any, trusted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GAUGE_PASSWORD", "wrong")
    login = {"smtp_user": "gauge", "smtp_password_env": "GAUGE_PASSWORD", "smtp_security": "starttls"}
    with pytest.raises(IvyError, match=r"the login was refused \(535\)\. Check smtp_user and the password in GAUGE_P"):
        notifier(**mail_settings(secure_mail_server, **login)).on_batch_finished(batch_news(FOLDER, "completed"))
    # once by each of the two ways that the server offers
    assert len(secure_mail_server.mailbox.logins) == 2


def test_that_a_server_with_an_unknown_certificate_gets_nothing(secure_mail_server: Any) -> None:
    hooks = notifier(**mail_settings(secure_mail_server, smtp_security="starttls"))
    with pytest.raises(IvyError, match="no secure connection"):
        hooks.on_batch_finished(batch_news(FOLDER, "completed"))
    assert secure_mail_server.mailbox.mails == []


def test_that_a_server_without_encryption_gets_nothing_unless_asked_for(mail_server: Any) -> None:
    hooks = notifier(**mail_settings(mail_server, smtp_security="starttls"))
    with pytest.raises(IvyError, match="Set smtp_security to none"):
        hooks.on_batch_finished(batch_news(FOLDER, "completed"))
    assert mail_server.mailbox.mails == []


def test_that_a_mail_server_that_is_busy_is_tried_again(mail_server: Any) -> None:
    mail_server.mailbox.answers = ["451 later", "452 full"]
    notifier(**mail_settings(mail_server)).on_batch_finished(batch_news(FOLDER, "completed"))
    assert len(mail_server.mailbox.mails) == 1


def test_that_a_refused_mail_is_not_repeated(mail_server: Any) -> None:
    mail_server.mailbox.answers = ["554 spam"]
    with pytest.raises(IvyError, match="the server answered 554 spam"):
        notifier(**mail_settings(mail_server)).on_batch_finished(batch_news(FOLDER, "completed"))
    assert mail_server.mailbox.mails == []


@pytest.mark.parametrize("refused", [{"a@example.org"}, {"a@example.org", "b@example.org"}])
def test_that_refused_recipients_are_named(mail_server: Any, refused: set[str]) -> None:
    mail_server.mailbox.refused = refused
    with pytest.raises(IvyError, match=f"it takes no mail for {', '.join(sorted(refused))}. Check email_to"):
        notifier(**mail_settings(mail_server)).on_batch_finished(batch_news(FOLDER, "completed"))


def test_that_a_broken_webhook_does_not_keep_mails_back(webhook: Any, mail_server: Any) -> None:
    webhook.answers = [404]
    hooks = notifier(webhook_url=webhook.url, **mail_settings(mail_server))
    with pytest.raises(IvyError, match="404"):
        hooks.on_batch_finished(batch_news(FOLDER, "completed"))
    assert len(mail_server.mailbox.mails) == 1


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({}, "there is nobody to tell"),
        ({"webhook_url": "ftp://host/x"}, "must begin with https"),
        ({"webhook_url": "https://ho st/x"}, "must begin with https"),
        ({"webhook_url": "https://[::1/x"}, "must begin with https"),
        ({"webhook_url": "https://h/", "webhook_url_env": "X"}, "give either webhook_url or webhook_url_env"),
        ({"webhook_url_env": "NOT_THERE_1"}, "environment variable NOT_THERE_1, which should hold the address"),
        ({"webhook_url_env": "HOME"}, "HOME holds no web address"),
        ({"email_to": "somebody"}, "'somebody' is no e-mail address"),
        ({"email_to": "a@b.org", "email_from": "me"}, "'me' is no e-mail address"),
        ({"email_to": "a@b.org", "smtp_user": "me"}, "smtp_user and smtp_password_env belong together"),
        (
            {"email_to": "a@b.org", "smtp_user": "me", "smtp_password_env": "NOT_THERE_1"},
            "NOT_THERE_1, which should hold the password",
        ),
        (
            {"email_to": "a@b.org", "smtp_user": "me", "smtp_password_env": "X", "smtp_security": "none"},
            "not sent over an open connection",
        ),
        ({"events": "job_faild"}, "should be 'batch_started'"),
    ],
)
def test_that_settings_that_cannot_work_are_refused_at_once(settings: dict[str, Any], text: str) -> None:
    with pytest.raises(IvyError, match=text):
        notifier(**settings)


def test_that_the_secret_address_is_not_in_the_refusal() -> None:
    with pytest.raises(IvyError) as caught:
        notifier(webhook_url="https:/hooks/token-1234")
    assert "token-1234" not in str(caught.value)
