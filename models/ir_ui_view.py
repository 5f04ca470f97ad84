from lxml import etree
from odoo import fields, models

# Of the root of a mailbox view.
ATTRIBUTES = {"class", "create", "default_order", "delete", "duplicate", "edit", "limit", "string"}
CHILDREN = {"field", "header"}


class IrUiView(models.Model):
    """The view type *mailbox*: folders, list and reader side by side."""

    _inherit = "ir.ui.view"

    type = fields.Selection(selection_add=[("mailbox", "Mailbox")])

    def _get_view_info(self):
        return {"mailbox": {"icon": "fa fa-columns"}} | super()._get_view_info()

    def _validate_tag_mailbox(self, node, name_manager, node_info):
        """Refuse what the view does not know: in an architecture, a typing error is silent.

        :raises ValidationError: an attribute or a child of another view type
        """
        if not node_info["validate"]:
            return
        unknown = {name for name in node.attrib if not name.startswith("__")} - ATTRIBUTES
        unknown |= {child.tag for child in node.iterchildren(tag=etree.Element)} - CHILDREN
        if unknown:
            self._raise_view_error(
                self.env._("A mailbox view has no %(names)s.", names=", ".join(sorted(unknown))),
                node,
            )
