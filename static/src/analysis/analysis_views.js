import { registry } from "@web/core/registry";
import { graphView } from "@web/views/graph/graph_view";
import { pivotView } from "@web/views/pivot/pivot_view";
import { LetterSearchModel } from "../folders/letter_search_model";

// Loaded when they are opened, as Odoo's own. They carry folder and mailbox along for the way back.
registry
    .category("views")
    .add("iris_email_pivot", { ...pivotView, SearchModel: LetterSearchModel })
    .add("iris_email_graph", { ...graphView, SearchModel: LetterSearchModel });
