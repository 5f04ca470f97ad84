import { useExternalListener } from "@odoo/owl";

/**
 * Let Tab lead out of the search bar while it is empty. Odoo's takes the key for its suggestions
 * and facets, also when there are none, so that the keyboard could not leave it.
 */
export function useTabFromSearch() {
    useExternalListener(
        window,
        "keydown",
        (ev) => {
            const { key, target } = ev;
            const isEmptySearch = target.matches?.(".o_searchview_input") && !target.value;
            if (key === "Tab" && isEmptySearch) {
                ev.stopPropagation();
            }
        },
        { capture: true }
    );
}
