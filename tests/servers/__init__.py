"""Mail servers to test and to measure against: real ones and ones that misbehave. No Odoo in here."""
