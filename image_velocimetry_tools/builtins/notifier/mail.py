"""One e-mail through a mail server."""

from __future__ import annotations

import os
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from ...domain.errors import IvyError
from .retrying import Unreachable
from .settings import NotifierSettings, SmtpSecurity


def compose(settings: NotifierSettings, subject: str, text: str) -> EmailMessage:
    """The e-mail to all recipients."""
    message = EmailMessage()
    sender = settings.email_from or settings.email_to[0]
    # A line break in the name of a batch must not end the header.
    message["Subject"] = " ".join(subject.split())
    message["From"] = sender
    message["To"] = ", ".join(settings.email_to)
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def send_mail(settings: NotifierSettings, message: EmailMessage) -> None:
    """Hand an e-mail to the server.

    Raises
    ------
    Unreachable
        If there is no connection, or the server cannot take it for now.
    IvyError
        If the server refuses it, or is not to be trusted.
    """
    where = f"mail server {settings.smtp_host}:{settings.smtp_port}"
    try:
        with _connect(settings) as server:
            if settings.smtp_user:
                server.login(settings.smtp_user, os.environ.get(settings.smtp_password_env, ""))
            refused = server.send_message(message)
    except smtplib.SMTPNotSupportedError as error:
        remedy = "Set smtp_security to none for a server of your own network that needs no password"
        raise IvyError(f"the server cannot do what is asked for ({error})", where=where, remedy=remedy) from None
    except smtplib.SMTPAuthenticationError as error:
        remedy = f"Check smtp_user and the password in {settings.smtp_password_env}"
        raise IvyError(f"the login was refused ({error.smtp_code})", where=where, remedy=remedy) from None
    except smtplib.SMTPRecipientsRefused as error:
        raise IvyError(
            f"it takes no mail for {', '.join(error.recipients)}", where=where, remedy="Check email_to"
        ) from None
    except smtplib.SMTPResponseException as error:
        raise _refusal(error, where) from None
    except ssl.SSLError as error:
        remedy = "Check smtp_port and smtp_security, or the certificate of the server"
        raise IvyError(f"no secure connection ({error.reason or error})", where=where, remedy=remedy) from None
    except (OSError, smtplib.SMTPException) as error:
        raise Unreachable(f"{where}: no connection ({type(error).__name__}: {error})") from None
    if refused:
        raise IvyError(f"it takes no mail for {', '.join(refused)}", where=where, remedy="Check email_to")


def _connect(settings: NotifierSettings) -> smtplib.SMTP:
    host, port, timeout_s = settings.smtp_host, settings.smtp_port, settings.timeout_s
    if settings.smtp_security is SmtpSecurity.TLS:
        return smtplib.SMTP_SSL(host, port, timeout=timeout_s, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, timeout=timeout_s)
    try:
        if settings.smtp_security is SmtpSecurity.STARTTLS:
            server.starttls(context=ssl.create_default_context())
    except BaseException:
        server.close()
        raise
    return server


def _refusal(error: smtplib.SMTPResponseException, where: str) -> Exception:
    answer = error.smtp_error
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)
    said = " ".join(f"the server answered {error.smtp_code} {text}".split())
    if 400 <= error.smtp_code < 500:
        return Unreachable(f"{where}: {said}")
    return IvyError(said, where=where, remedy="Check the settings of the e-mail")
