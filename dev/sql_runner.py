"""Run by .dev/venv's Python: statements from standard input as JSON, rows to standard output."""

import json
import sys

import psycopg2


def main() -> None:
    """Execute each [statement, parameters] outside of a transaction; print the last one's rows."""
    order = json.load(sys.stdin)
    connection = psycopg2.connect(dbname=order["database"])
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement, parameters in order["statements"]:
            cursor.execute(statement, parameters)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()
    json.dump(rows, sys.stdout)


if __name__ == "__main__":
    main()
