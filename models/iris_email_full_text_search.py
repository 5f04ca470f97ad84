from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .iris_email_full_text import FEW_LETTERS, TEXT_FIELDS
from .search_term import LONGEST_WORD

# Somebody with at most this many letters is better served by looking at each.
FEW_OWN_LETTERS = 20_000
# A frequent word is looked for letter by letter only if some of the latest letters have it.
LATEST_LETTERS = 500
FEWEST_OF_LATEST = 5


class IrisEmail(models.Model):
    """Letters are found by their words."""

    _inherit = "iris.email"

    full_text = fields.Char(
        "Letter",
        compute="_compute_full_text",
        search="_search_full_text",
        compute_sudo=False,
        exportable=False,
        help="Words of subject, people and text, or their beginnings; “words in quotes” must"
        " follow each other.",
    )

    def init(self):
        result = super().init()
        self.env["iris.email.full.text"]._set_up()
        return result

    @api.depends("subject", "email_from", "email_to", "email_cc", "email_bcc", "body_text")
    def _compute_full_text(self):
        names = ("subject", "email_from", "email_to", "email_cc", "email_bcc", "body_text")
        for letter in self:
            letter.full_text = "\n".join(filter(None, (letter[name] for name in names)))

    @api.model
    def _search_full_text(self, operator, value):
        """Find letters that have all words of a term, in any order (``in``: of any of the terms).

        Words may be inflected or only begun, “words in quotes” follow each other as they are.
        """
        if operator == "in":
            return Domain.OR(self._get_full_text_domain(term) for term in value if term)
        if operator in ("ilike", "like", "=ilike", "=like"):
            return self._get_full_text_domain(value)
        return NotImplemented

    @api.model
    def _get_full_text_domain(self, term):
        term = str(term or "").replace("\0", "").strip()
        if not term:
            return Domain.TRUE
        words = self.env["iris.email.full.text"]._read_term(term)
        if words is None:  # signs only
            return Domain("subject", "ilike", term[:LONGEST_WORD])
        return Domain.custom(
            to_sql=lambda model, alias, _query: model._get_full_text_sql(alias, *words)
        )

    @api.model
    def _get_full_text_sql(self, alias, query, expressions):
        """Return the condition in the form that is fast for so many letters.

        The planner cannot choose: it does not know what reading the words of a letter costs, and
        takes words that it has not counted for more frequent than they are.
        """
        found = self.env["iris.email.full.text"]
        pending = found._get_pending_matches(expressions)
        also = SQL(" OR id = ANY(%s)", pending) if pending else SQL()
        letter = SQL.identifier(alias, "id")
        # A query that the planner does not see makes it take the index.
        by_index = SQL(
            "SELECT id FROM iris_email_full_text WHERE vector @@ (SELECT %s::tsquery)%s",
            query,
            also,
        )
        one_by_one = SQL(
            "(EXISTS (SELECT FROM iris_email_full_text WHERE iris_email_full_text.id = %s"
            " AND (vector @@ %s::tsquery%s) OFFSET 0))",
            letter,
            query,
            also,
        )
        if found._estimate(query) > FEW_LETTERS:
            if not self._has_many_letters():
                return one_by_one
            if self.env.context.get("iris_email_in_no_order"):
                # Always true, and taken for rarely true: else all that is found is collected first.
                rarely = SQL("id %% 1 = 0")
                return SQL(
                    "(%s IN (SELECT id FROM (%s) AS found WHERE %s))", letter, by_index, rarely
                )
            if self._is_frequent_of_late(query):
                return one_by_one
        return SQL("(%s = ANY(ARRAY(%s)))", letter, by_index)

    @api.model
    def _has_many_letters(self):
        if self.env.su:
            return True
        model = self.with_context(iris_email_in_no_order=False)
        return len(model._search(Domain.TRUE, limit=FEW_OWN_LETTERS)) == FEW_OWN_LETTERS

    @api.model
    def _is_frequent_of_late(self, query):
        """Tell whether the latest letters of the user have words that are frequent in all.

        Those of a project that is done would be looked for from the latest letter to the first.
        """
        latest = self._search(Domain.TRUE, limit=LATEST_LETTERS, order=self._order)
        [[count]] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM (%s) AS latest JOIN iris_email_full_text USING (id)"
                " WHERE vector @@ %s::tsquery",
                latest.select(),
                query,
            )
        )
        return count >= min(FEWEST_OF_LATEST, FEW_LETTERS)

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **options):
        # Whoever counts wants no order: other ways are fast then, see _get_full_text_sql().
        if order is None:
            self = self.with_context(iris_email_in_no_order=True)
        return super()._search(domain, offset, limit, order, **options)

    @api.model_create_multi
    def create(self, vals_list):
        letters = super().create(vals_list)
        self.env["iris.email.full.text"]._queue(letters)
        return letters

    def write(self, vals):
        result = super().write(vals)
        if TEXT_FIELDS & vals.keys():
            self.env["iris.email.full.text"]._queue(self)
        return result
