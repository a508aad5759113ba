"""Whom to tell, and about what."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator


class NotifierEvent(StrEnum):
    """What can be told; a failed job is told once, as ``job_failed`` if that is asked for."""

    BATCH_STARTED = "batch_started"
    JOB_STARTED = "job_started"
    JOB_FINISHED = "job_finished"
    JOB_FAILED = "job_failed"
    BATCH_FINISHED = "batch_finished"


class SmtpSecurity(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


DEFAULT_EVENTS = (NotifierEvent.JOB_FAILED, NotifierEvent.BATCH_FINISHED)


class NotifierSettings(BaseModel):
    """Settings of the notifier. Passwords come from the environment, so that they are in no file and no process list.

    The address of a webhook is a secret too: with most services it is all that is needed to write there.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    events: tuple[NotifierEvent, ...] = Field(DEFAULT_EVENTS, description="What to tell")
    webhook_url: SecretStr | None = Field(None, description="Address that gets a JSON object by POST")
    webhook_url_env: str = Field("", description="Environment variable that holds the address of the webhook instead")
    webhook_events: tuple[NotifierEvent, ...] | None = Field(
        None, description="What to tell the webhook, if not the same"
    )
    email_to: tuple[str, ...] = Field((), description="Who gets an e-mail")
    email_from: str = Field("", description="Sender of the e-mails; without it the first recipient")
    smtp_host: str = Field("localhost", description="Mail server")
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = Field(587, description="Port of the mail server")
    smtp_security: SmtpSecurity = Field(SmtpSecurity.STARTTLS, description="Protection of the connection")
    smtp_user: str = Field("", description="Name to log in with; without it nobody logs in")
    smtp_password_env: str = Field("", description="Environment variable that holds the password")
    timeout_s: Annotated[float, Field(gt=0, le=300)] = Field(10.0, description="Longest wait for a server, seconds")
    attempts: Annotated[int, Field(ge=1, le=10)] = Field(3, description="How often to try while a server is not there")
    retry_delay_s: Annotated[float, Field(ge=0, le=300)] = Field(
        1.0, description="Wait before the second attempt, seconds; it doubles with each further one"
    )

    @field_validator("webhook_url")
    @classmethod
    def _is_web_address(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not is_web_address(url.get_secret_value()):
            raise ValueError("the address must begin with https:// or http:// and name a host")
        return url

    @field_validator("email_to")
    @classmethod
    def _are_mail_addresses(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        for address in addresses:
            _check_mail_address(address)
        return addresses

    @field_validator("email_from")
    @classmethod
    def _is_mail_address(cls, address: str) -> str:
        if address:
            _check_mail_address(address)
        return address

    @model_validator(mode="after")
    def _fit_together(self) -> NotifierSettings:
        if self.webhook_url is not None and self.webhook_url_env:
            raise ValueError("give either webhook_url or webhook_url_env")
        if bool(self.smtp_user) != bool(self.smtp_password_env):
            raise ValueError("smtp_user and smtp_password_env belong together")
        if self.smtp_user and self.smtp_security is SmtpSecurity.NONE:
            raise ValueError("a password is not sent over an open connection: set smtp_security to starttls or tls")
        return self


def is_web_address(url: str) -> bool:
    """Whether a text can be the address of a webhook."""
    if not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _check_mail_address(address: str) -> None:
    name, _, host = address.rpartition("@")
    if not name or not host or any(character.isspace() or character in ",;<>" for character in address):
        raise ValueError(f"'{address}' is no e-mail address")
