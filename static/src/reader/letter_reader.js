import { Component, xml } from "@odoo/owl";
export class LetterReader extends Component {
    static template = xml`<div class="p-3">Letter <t t-esc="props.resId"/> <t t-esc="props.neighbours.join()"/></div>`;
    static props = ["*"];
}
