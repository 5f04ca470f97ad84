"""What the web client asks for, by the views."""

import ast

from lxml import etree

# So far the client counts letters.
COUNT_LIMIT = 10_001
PAGE = 80


def specification(env, model: str, view_type: str) -> dict[str, dict]:
    """Return what the client's view reads of each record, in the form that `web_read` takes."""
    arch = etree.fromstring(env[model].get_view(view_type=view_type)["arch"])
    return _specification(env[model], arch)


def _specification(model, view) -> dict[str, dict]:
    """Fields of a view; those of views within fields belong to the field."""
    found = {}
    for node in view:
        if node.tag == "field" and node.get("name") in model._fields:
            found[node.get("name")] = _of_field(model, node)
        elif node.tag != "field":
            found |= _specification(model, node)
    return found


def _of_field(model, node) -> dict:
    field = model._fields[node.get("name")]
    if not field.relational:
        return {}
    asked = {"display_name": {}}
    if field.type != "many2one":
        comodel = model.env[field.comodel_name]
        for view in node:
            asked = _specification(comodel, view)
    context = ast.literal_eval(node.get("context") or "{}")
    return {"fields": asked, "context": context} if context else {"fields": asked}


def first_page(env, specification: dict, domain: list, offset: int = 0) -> dict:
    """Ask for a page of the list, as its client does."""
    return env["iris.email"].web_search_read(
        domain,
        specification,
        offset=offset,
        limit=PAGE,
        order="date DESC, id DESC",
        count_limit=COUNT_LIMIT,
    )


def panel(env, field: str, domain: list | None = None) -> dict:
    """Ask for what the search panel offers, as its client does."""
    return env["iris.email"].search_panel_select_range(
        field,
        category_domain=domain or [],
        enable_counters=False,
        expand=True,
        filter_domain=[],
        hierarchize=True,
        limit=200,
        search_domain=[],
    )
