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
    post = Post(now)
    for theme in THEMES:
        theme.add(post)
    return sorted(post.letters, key=lambda letter: letter.sent)
