from babel.units import format_unit
from odoo.tools.misc import babel_locale_parse, get_lang

_UNITS = ("byte", "kilobyte", "megabyte", "gigabyte")
_STEP = 1024


def format_file_size(env, size):
    """Say how large something is, with unit and decimal sign of the user's language.

    The web client's ``core/file_size.js`` does the same.

    :param odoo.api.Environment env:
    :param int size: bytes
    :return: for instance ``1 byte`` or ``1,3 МБ``
    :rtype: str
    """
    unit = 0
    while size >= _STEP - 0.05 and unit < len(_UNITS) - 1:
        size /= _STEP
        unit += 1
    length = "short" if unit else "long"
    locale = babel_locale_parse(get_lang(env).code)
    return format_unit(round(size, 1), _UNITS[unit], length, format="#,##0.#", locale=locale)
