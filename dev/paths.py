"""Where everything of the development environment lies."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEV_SOURCES = ROOT / "dev"

ENVIRONMENT = ROOT / ".dev"
ADDONS = ENVIRONMENT / "addons"
ADDON_LINK = ADDONS / "iris_email"
APT = ENVIRONMENT / "apt"
BIN = ENVIRONMENT / "bin"
DATA = ENVIRONMENT / "data"
DEMO = ENVIRONMENT / "demo"
LOCK = ENVIRONMENT / "lock"
LOGS = ENVIRONMENT / "log"
NODE = ENVIRONMENT / "node"
ODOO = ENVIRONMENT / "odoo"
ODOO_CONF = ENVIRONMENT / "odoo.conf"
POSTGRES = ENVIRONMENT / "postgres"
SETTINGS = ENVIRONMENT / "settings.json"
STAMPS = ENVIRONMENT / "stamps"
VENV = ENVIRONMENT / "venv"
VENV_PYTHON = VENV / "bin" / "python"
