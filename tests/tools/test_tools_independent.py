"""tools/ is plain Python: usable and tested without Odoo."""

import ast
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.mark.parametrize("path", sorted(TOOLS.rglob("*.py")), ids=lambda path: path.name)
def test_imports_nothing_of_odoo(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            imported = [node.module]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 1, f"line {node.lineno}: reaches out of tools/"
            continue
        else:
            continue
        for name in imported:
            assert name.split(".")[0] not in ("odoo", "openerp"), f"line {node.lineno}: {name}"
