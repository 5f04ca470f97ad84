"""What sets up and runs a development Odoo around the addon: `python3 -m dev`.

Standard library only and Python 3.11+: these modules run before anything is installed. Whoever has
an Odoo needs nothing of this folder.
"""
