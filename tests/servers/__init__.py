"""Mail servers to test and measure against: real ones, and ones that misbehave. No Odoo here."""
