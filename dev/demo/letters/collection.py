"""All letters of the demo, in the order of their dates."""

from datetime import datetime

from . import (
    automatic,
    bellini,
    chain,
    colleagues,
    customers,
    heavy,
    newsletters,
    oddities,
    services,
    strangers,
    suppliers,
)
from .post import Letter, Post

# The deep thread in `heavy` answers a letter in `suppliers`; otherwise the order is free.
THEMES = (
    bellini,
    suppliers,
    chain,
    customers,
    strangers,
    services,
    colleagues,
    newsletters,
    automatic,
    oddities,
    heavy,
)


def all_letters(now: datetime) -> list[Letter]:
    """Return every letter, oldest first, dated back from the aware moment `now`."""
    return sorted(post_letters(now).letters, key=lambda letter: letter.sent)


def post_letters(now: datetime) -> Post:
    """Return the post with every letter, and with the threads in which they are."""
    post = Post(now)
    for theme in THEMES:
        theme.add(post)
    return post
