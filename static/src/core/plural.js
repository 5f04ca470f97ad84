import { user } from "@web/core/user";
import { sprintf } from "@web/core/utils/strings";
import { formatInteger } from "@web/views/fields/formatters";

// As CLDR names the forms that languages may have; the form for all other numbers comes last.
const CATEGORIES = ["zero", "one", "two", "few", "many"];

/**
 * Say a number of things in the form that the user's language has for it.
 *
 * Odoo's terms have no plurals, and two terms with the same English words could not be translated
 * in two ways. So one term holds all forms, separated by "|": one and other in English, one, few
 * and many in Russian ("%(count)s письмо|%(count)s письма|%(count)s писем").
 *
 * @param {number} count
 * @param {string} forms the term, as `_t` gives it without values
 * @param {Object} [values] further values of its placeholders; `count` is there by itself
 * @returns {string}
 */
export function plural(count, forms, values) {
    const rules = new Intl.PluralRules(user.lang);
    const { pluralCategories } = rules.resolvedOptions();
    const known = CATEGORIES.filter((category) => pluralCategories.includes(category));
    const all = forms.split("|");
    const form = all[known.indexOf(rules.select(count))] ?? all.at(-1);
    return sprintf(form, { count: formatInteger(count), ...values });
}
