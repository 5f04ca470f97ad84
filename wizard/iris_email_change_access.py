from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.iris_email_permission_mixin import PERMISSIONS


class IrisEmailChangeAccess(models.TransientModel):
    """Changes who may read, edit, delete and pass on one letter or many (guide A4, C6).

    It is a form in front of the letters' own methods, which check all rights.
    """

    _name = "iris.email.change.access"
    _description = "Change access to letters"

    letter_ids = fields.Many2many(
        "iris.email",
        "iris_email_change_access_letter_rel",
        "wizard_id",
        "letter_id",
        string="Letters",
        required=True,
        context={"active_test": False},
    )
    mode = fields.Selection(
        [
            ("add", "Share with"),
            ("remove", "Take away from"),
            ("replace", "Replace the whole list"),
        ],
        "What to do",
        required=True,
        default="add",
    )
    line_ids = fields.One2many("iris.email.change.access.line", "wizard_id", "User or group")
    is_single = fields.Boolean(compute="_compute_numbers")
    custom_count = fields.Integer("Letters with a list of their own", compute="_compute_numbers")
    note = fields.Text("What will happen", compute="_compute_note")
    warning = fields.Char(compute="_compute_warning")

    # -------------------------------------------------------------------------
    # What the dialog opens with
    # -------------------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """One letter: the list as it is in force. Many: rows to add."""
        values = super().default_get(fields)
        letters = self.env["iris.email"].browse(self.env.context.get("default_letter_ids", ()))
        if len(letters) == 1:
            letters._check_permission("access")
            values["mode"] = "replace"
            values["line_ids"] = [
                Command.create(
                    {
                        f"{row['kind']}_id": row["id"],
                        **{f"perm_{name}": row[name] for name in PERMISSIONS},
                    }
                )
                for row in letters.access_overview
            ]
        return values

    # -------------------------------------------------------------------------
    # Words
    # -------------------------------------------------------------------------

    @api.depends("letter_ids")
    def _compute_numbers(self):
        for wizard in self:
            letters = wizard._get_letters()
            wizard.is_single = len(letters) == 1
            wizard.custom_count = len(letters.filtered("custom_access"))

    @api.depends("letter_ids", "mode")
    def _compute_note(self):
        for wizard in self:
            wizard.note = wizard._describe_one() if wizard.is_single else wizard._describe_many()

    def _describe_one(self):
        if self.custom_count:
            return self.env._("The letter has a list of its own, which alone decides.")
        return self.env._(
            "Until now the letter follows its mailbox and the default access. Save gives it a list"
            " of its own, which then decides alone: later changes of the mailbox's rights do not"
            " reach it."
        )

    def _describe_many(self):
        count = len(self._get_letters())
        if self.custom_count:
            numbers = self.env._(
                "%(count)s letters; with a list of their own: %(custom)s.",
                count=count,
                custom=self.custom_count,
            )
        else:
            numbers = self.env._(
                "%(count)s letters; none has a list of its own.",
                count=count,
            )
        return f"{numbers} {self._describe_mode()}"

    def _describe_mode(self):
        if self.mode == "add":
            return self.env._(
                "These users and groups come in addition. Nobody loses anything; each letter gets a"
                " list of its own, if it has none yet, which then decides alone."
            )
        if self.mode == "remove":
            return self.env._(
                "The rows of these users and groups go; all others stay. Whoever stands there by a"
                " group keeps what the group has. Each letter gets a list of its own, if it has"
                " none yet, which then decides alone."
            )
        return self.env._(
            "This list takes the place of all that is in force for these letters now, and then"
            " decides alone."
        )

    @api.depends(
        "mode",
        "line_ids.user_id",
        "line_ids.group_id",
        "line_ids.perm_read",
        "line_ids.perm_access",
    )
    def _compute_warning(self):
        for wizard in self:
            mine = wizard.line_ids.filtered(lambda line: line._is_for(self.env.user))
            if wizard.mode == "replace" and not any(mine.mapped("perm_read")):
                wizard.warning = self.env._("After this you can no longer read it yourself.")
            elif wizard.mode == "replace" and not any(mine.mapped("perm_access")):
                wizard.warning = self.env._(
                    "After this you can no longer change the access yourself."
                )
            elif wizard.mode == "remove" and mine:
                wizard.warning = self.env._("You take away your own access.")
            else:
                wizard.warning = False

    # -------------------------------------------------------------------------
    # CRUD
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        for wizard in wizards:
            wizard._get_letters()
        return wizards

    # -------------------------------------------------------------------------
    # Actions
    # -------------------------------------------------------------------------

    def action_save(self):
        """Change the access of the letters as the rows say.

        :raises UserError: no row says who it is about
        :raises AccessError: the user may not change the access of one of the letters, or gives
            somebody what they do not hold
        :raises ValidationError: nobody could change the access any more
        """
        self.ensure_one()
        letters = self._get_letters()
        if not self.line_ids:
            raise UserError(self.env._("Add the users or groups whose access you want to change."))
        if self.mode == "remove":
            letters._remove_access([line.user_id or line.group_id for line in self.line_ids])
        elif self.mode == "add":
            letters._add_access(self.line_ids._get_rows())
        else:
            letters._set_access(self.line_ids._get_rows())
        return {"type": "ir.actions.act_window_close"}

    def action_reset(self):
        """Throw the letters' own lists away; see ``iris.email.action_reset_access``."""
        self.ensure_one()
        self._get_letters().action_reset_access()
        return {"type": "ir.actions.act_window_close"}

    def _get_letters(self):
        """Return the letters that are to be changed.

        :raises AccessError: the user may not change the access of one of them; so nobody learns
            anything of other letters, either
        """
        letters = self.letter_ids._origin
        letters._check_permission("access")
        return letters
