"""Writes and sends the demo's own letters as its users do, each once for all runs of the set-up."""

from datetime import UTC, datetime

from letters import cast, layout, ours
from letters.collection import post_letters

# Of the names under which is remembered what was made.
MODULE = "__iris_email_demo__"
WRITERS = {"anna": cast.ANNA, "dmitry": cast.DMITRY}


def set_up_own_letters(env, users, accounts):
    """Make signatures, templates, drafts and sent letters, as far as they were not made before.

    :param users: login → ``res.users``
    :param accounts: ``cast.Mailbox`` → ``iris.email.account``
    """
    for login, signature in ours.SIGNATURES.items():
        _once(env, f"{login}-signature", _make_signature, users[login], signature)
    for template in ours.TEMPLATES:
        _once(env, template.key, _make_template, users[template.login], template, accounts)
    for draft in ours.DRAFTS:
        _once(env, draft.key, _write, users[draft.login], draft, accounts)
    _send(env, users, accounts)


def _once(env, name, make, user, *arguments):
    """Make a record as a user, unless that has been done.

    :return: the new record, or None
    """
    if env.ref(f"{MODULE}.{name}", raise_if_not_found=False):
        return None
    record = make(env(user=user, context={**env.context, "lang": user.lang}), *arguments)
    env["ir.model.data"].create(
        {
            "module": MODULE,
            "name": name,
            "model": record._name,
            "res_id": record.id,
            "noupdate": True,
        }
    )
    return record


def _make_signature(env, signature):
    return env["iris.email.signature"].create({"signature": signature})


def _make_template(env, template, accounts):
    return env["iris.email"].create(
        {
            "type": "template",
            "account_id": accounts[template.mailbox].id,
            "subject": template.subject,
            "body": layout.paragraphs(template.text),
        }
    )


def _write(env, letter, accounts):
    """Begin a letter as the button does, with the signature, and write it."""
    action = env["iris.email"].action_compose({"subject": letter.subject})
    written = env["iris.email"].browse(action["res_id"])
    written.write(
        {
            "account_id": accounts[letter.mailbox].id,
            "email_to": _list(letter.to),
            "email_cc": _list(letter.cc),
            "body": layout.paragraphs(letter.text) + str(written.body),
        }
    )
    for file in letter.files:
        env["ir.attachment"].create(
            {
                "res_model": "iris.email",
                "res_id": written.id,
                "name": file.name,
                "raw": file.content,
                "mimetype": file.content_type,
            }
        )
    return written


def _list(people):
    return ", ".join(f"{person.name} <{person.email}>" for person in people)


def _send(env, users, accounts):
    """Send letters to the demo's mail server, and date them back."""
    post = post_letters(datetime.now(UTC))
    dates = {}
    for letter in ours.sent():
        written = _once(env, letter.key, _write, users[letter.login], letter, accounts)
        if not written:
            continue
        *earlier, identity = post.thread(letter.key, WRITERS[letter.login])
        written.sudo().write(
            {
                "message_id": identity,
                "in_reply_to": earlier[-1] if earlier else False,
                "references": " ".join(earlier),
            }
        )
        written.send_letters()
        written.release_letters()
        moment = post.moment(WRITERS[letter.login], letter.days, letter.at)
        dates[written.id] = moment.astimezone(UTC).replace(tzinfo=None)
    env["iris.email.sender"]._cron_send()
    for letter in env["iris.email"].browse(dates):
        letter.date = dates[letter.id]
