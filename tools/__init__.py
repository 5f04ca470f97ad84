"""Plain Python for mail: no Odoo environment, no model, no database cursor."""
