/**
 * Reads letters one after another in the three panes, as an ordinary user does, and complains of
 * what they do to the page around them. Run by tests/test_hostile_letters.py.
 */

const LONGEST_WAIT = 10_000; // ms until a letter is shown
const LONGEST_STEP = 30_000; // ms until another page of it is there
const LONGEST_PAUSE = 8_000; // ms during which the interface may not answer
const MOST_PRESSED = 200; // elements of one letter
const EDGE = 1; // px that rounding may take

// What a letter must never cover.
const INTERFACE =
    ".o_main_navbar :is(a, button), .o_control_panel :is(a, button, input), " +
    ".o_iris_folders :is(a, button), .o_iris_rows :is(a, button, input), .o_iris_toolbar button";

const check = (condition, text) => {
    if (!condition) {
        throw new Error(text);
    }
};

const until = async (condition, what) => {
    const start = performance.now();
    let result;
    while (!(result = condition())) {
        check(performance.now() - start < LONGEST_STEP, `in vain: ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return result;
};

/** Measures for how long the interface could not answer. */
class Pulse {
    constructor() {
        this.last = performance.now();
        this.longest = 0;
        this.timer = setInterval(() => this.beat(), 20);
    }

    beat() {
        const now = performance.now();
        this.longest = Math.max(this.longest, now - this.last);
        this.last = now;
    }

    stop() {
        clearInterval(this.timer);
        this.beat();
        return this.longest;
    }
}

class LetterWalk {
    /**
     * @param {Object} letters id → subject
     * @param {string} way `html`, `plain`, `images` or `printed`
     * @param {Object} hostile `greeting`: words of all letters; `title`: what scripts leave behind
     */
    constructor(letters, way, { greeting, title }) {
        Object.assign(this, { letters, way, greeting, title });
        this.address = location.pathname;
        this.windowName = window.name;
    }

    async run() {
        this.watchPrinting();
        await until(() => document.querySelector(".o_iris_row"), "a list of letters");
        const ids = [...document.querySelectorAll(".o_iris_row")].map((row) => row.dataset.id);
        check(ids.length === Object.keys(this.letters).length, `${ids.length} letters on the page`);
        for (const id of ids) {
            this.subject = this.letters[id];
            try {
                await this.read(id);
            } catch (error) {
                throw new Error(`${this.subject}: ${error.message}`, { cause: error });
            }
        }
    }

    async read(id) {
        const pulse = new Pulse();
        const start = performance.now();
        document.querySelector(`.o_iris_row[data-id="${id}"] .o_iris_row_open`).click();
        let page = await until(() => this.getPage(id), "the letter");
        const time = performance.now() - start;
        check(time < LONGEST_WAIT, `it was shown after ${Math.round(time)} ms`);
        page = (await this[`${this.way}Way`]?.(id)) || page;
        this.checkAll(page);
        this.press(page);
        await new Promise((resolve) => setTimeout(resolve, 20));
        this.checkAll(page);
        const pause = pulse.stop();
        check(pause < LONGEST_PAUSE, `the interface did not answer for ${Math.round(pause)} ms`);
    }

    // -------------------------------------------------------------------------
    // Ways to look at a letter
    // -------------------------------------------------------------------------

    get frame() {
        return document.querySelector(
            ".o_iris_letter_body:not(.o_iris_letter_waiting)[aria-busy=false] iframe:not(.d-none)"
        );
    }

    /** @returns {Document | false} the page of a letter, as soon as the reader shows it */
    getPage(id, part = "") {
        const { frame } = this;
        const isShown =
            document.querySelector(".o_iris_reader[aria-busy=false] h2") &&
            frame?.getAttribute("src").includes(`/letter/${id}/body?`) &&
            frame.getAttribute("src").includes(part) &&
            frame.contentDocument?.readyState === "complete" &&
            frame.contentDocument.documentElement.dataset.irisLetter !== undefined;
        return isShown && frame.contentDocument;
    }

    async choose(name) {
        document.querySelector(".o_iris_toolbar .o_iris_more").click();
        const selector = `.o-dropdown-item[data-name=${name}]`;
        (await until(() => document.querySelector(selector), `${name} in the menu`)).click();
    }

    async plainWay(id) {
        await this.choose("plain");
        return until(() => this.getPage(id, "view=text"), "plain text");
    }

    async imagesWay(id) {
        const button = document.querySelector(".o_iris_reader .o_iris_show_images");
        if (!button) {
            return null;
        }
        button.click();
        const page = await until(() => this.getPage(id, "images=1"), "images");
        await until(() => [...page.images].every(({ complete }) => complete), "all images");
        return page;
    }

    async printedWay() {
        document.querySelector(".o_iris_print_frame")?.remove();
        const loaded = new Promise((resolve) => (this.onPrint = resolve));
        await this.choose("print");
        const page = await loaded;
        checkHeading(page);
        return page;
    }

    /** See the page to print before the browser's dialog does, which would have to be closed. */
    watchPrinting() {
        const onLoad = ({ target }) => {
            if (target.matches?.(".o_iris_print_frame")) {
                target.contentWindow.print = () => this.onPrint(target.contentDocument);
            }
        };
        document.addEventListener("load", onLoad, true);
    }

    // -------------------------------------------------------------------------
    // What must hold
    // -------------------------------------------------------------------------

    checkAll(page) {
        check(page.body.textContent.includes(this.greeting), "the text is not shown");
        check(!page.scripts.length, "there are scripts in it");
        for (const view of [window, page.defaultView]) {
            check(!(this.title in view), "a script ran");
            check(view.document.title !== this.title, "a script changed the title");
        }
        check(window.name === this.windowName, "the name of the window is another one");
        check(location.pathname === this.address, `the page went to ${location.pathname}`);
        check(document.activeElement?.tagName !== "IFRAME", "the letter took the focus");
        this.checkPlaces();
    }

    checkPlaces() {
        const pane = document.querySelector(".o_iris_reader_pane").getBoundingClientRect();
        const frame = this.frame.getBoundingClientRect();
        check(
            frame.left >= pane.left - EDGE && frame.right <= pane.right + EDGE,
            "it leaves the pane"
        );
        const scroller = document.querySelector(".o_iris_scroller");
        check(scroller.scrollWidth <= scroller.clientWidth + EDGE, "the pane scrolls sideways");
        const parts = [...document.querySelectorAll(INTERFACE)].map(getPoint).filter(Boolean);
        check(parts.length > 20, `only ${parts.length} parts of the interface are in sight`);
        for (const { element, x, y } of parts) {
            const found = document.elementFromPoint(x, y);
            const isItself = found && (element.contains(found) || found.contains(element));
            check(isItself, `${found?.outerHTML.slice(0, 200)} lies over ${element.outerHTML}`);
        }
    }

    /** Press what a reader might press; links to other pages would open them. */
    press(page) {
        const selector = "a:not([href]), area, button, input, summary, label, details, [tabindex]";
        const elements = [...page.querySelectorAll(selector)].slice(0, MOST_PRESSED);
        for (const element of elements) {
            for (const name of ["mouseover", "mousedown", "focus", "toggle", "animationstart"]) {
                element.dispatchEvent(new Event(name, { bubbles: true }));
            }
            element.click();
        }
        for (const link of page.querySelectorAll("a[href], area[href]")) {
            check(/^(https?|mailto|tel):/.test(link.href), `a link to ${link.href}`);
            check(link.target === "_blank", `a link for ${link.target}`);
            check(link.rel.includes("noopener") && link.rel.includes("noreferrer"), link.rel);
        }
    }
}

/** What a letter may do with its own text it may not do with what stands above it on paper. */
function checkHeading(page) {
    const getStyle = (element, part) => page.defaultView.getComputedStyle(element, part);
    const style = getStyle(page.querySelector("body > .iris-heading"));
    check(style.display === "table" && style.visibility === "visible", "the heading is hidden");
    check(style.opacity === "1" && style.position === "relative", "the heading is another one");
    for (const element of [page.documentElement, page.body]) {
        check(
            getStyle(element, "::before").content === "none",
            "something stands above the heading"
        );
    }
}

/** @returns {Object | undefined} an element and its middle, if that is within what holds it */
function getPoint(element) {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const isWithin = (box) => x > box.left && x < box.right && y > box.top && y < box.bottom;
    const holders = [".o_iris_rows", ".o_iris_folders"].map((name) => element.closest(name));
    const boxes = holders.filter(Boolean).map((holder) => holder.getBoundingClientRect());
    const screen = { left: 0, right: innerWidth, top: 0, bottom: innerHeight };
    const head = document.querySelector(".o_iris_rows_head").getBoundingClientRect();
    const isBehindHead = isWithin(head) && !element.closest(".o_iris_rows_head");
    const isInSight = right > left && bottom > top && !isBehindHead;
    return isInSight && [...boxes, screen].every(isWithin) ? { element, x, y } : undefined;
}

window.readLetters = (letters, way, hostile) => new LetterWalk(letters, way, hostile).run();
