/**
 * Walks through the mail client with the Tab key, as people without a mouse do, and looks at each
 * stop. Run by tests/test_keyboard.py, which gives the page `pressKey`, for real keys, and axe-core.
 */

const LONGEST_WAIT = 15_000; // ms
const MOST_STEPS = 300;

const OWN = [
    ".o_iris_mailbox",
    ".o_iris_folders",
    ".o_iris_mail_settings",
    ".o_iris_check_mail",
    ".o_iris_new_letter",
    ".o_iris_letters_toggle",
].join();

const CONTROLS =
    "a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex='-1'])";

// What may change when the focus comes.
const STYLES = [
    "outlineStyle",
    "outlineWidth",
    "outlineColor",
    "boxShadow",
    "backgroundColor",
    "color",
    "borderColor",
    "textDecorationLine",
];

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(find, what) {
    const start = performance.now();
    let result;
    while (!(result = find())) {
        if (performance.now() - start > LONGEST_WAIT) {
            throw new Error(`in vain: ${what}`);
        }
        await pause(50);
    }
    return result;
}

const seek = (selector) => until(() => document.querySelector(selector), selector);

/** @returns {Element} what has the focus, also within the page of a letter */
function getFocused() {
    let element = document.activeElement;
    while (element?.contentDocument?.activeElement) {
        const { activeElement, body } = element.contentDocument;
        if (activeElement === body) {
            break;
        }
        element = activeElement;
    }
    return element;
}

async function press(key) {
    let isUp = false;
    const documents = [...document.querySelectorAll("iframe")].map((one) => one.contentDocument);
    for (const one of [document, ...documents.filter(Boolean)]) {
        one.addEventListener("keyup", () => (isUp = true), { once: true, capture: true });
    }
    const before = getFocused();
    window.pressKey(key);
    await until(() => isUp || getFocused() !== before, `the key ${key}`);
    await new Promise(requestAnimationFrame);
}

function describe(element) {
    const { tagName, className, name, title } = element;
    return `<${tagName.toLowerCase()} ${className || name || ""}> ${title || element.innerText || ""}`;
}

function getLook(element) {
    const parts = [element, ...element.querySelectorAll("*"), element.parentElement];
    return parts
        .filter(Boolean)
        .map((part) => {
            const style = part.ownerDocument.defaultView.getComputedStyle(part);
            return STYLES.map((name) => style[name]).join();
        })
        .join("\n");
}

/** @returns {string} what a screen reader calls an element */
function getName(element) {
    window.axe.setup(document.documentElement);
    try {
        return window.axe.commons.text.accessibleText(element).trim();
    } finally {
        window.axe.teardown();
    }
}

/** @returns {string[]} what is wrong with an element that has the focus */
function inspect(element) {
    const faults = [];
    const { width, height } = element.getBoundingClientRect();
    if (!element.checkVisibility({ visibilityProperty: true }) || !width || !height) {
        faults.push("cannot be seen");
    }
    if (element.ownerDocument === document && !getName(element)) {
        faults.push("has no name");
    }
    const look = getLook(element);
    element.blur();
    if (look === getLook(element)) {
        faults.push("looks the same without the focus");
    }
    element.focus({ focusVisible: true, preventScroll: true });
    return faults.map((fault) => `${fault}: ${describe(element)}`);
}

/** @returns {Element[]} what can be used in our parts */
function getControls() {
    return [...document.querySelectorAll(OWN)]
        .flatMap((part) => [part, ...part.querySelectorAll("*")])
        .filter(
            (element) =>
                element.matches(CONTROLS) &&
                !element.matches(":disabled, [tabindex='-1']") &&
                !element.closest("[inert]") &&
                element.checkVisibility({ visibilityProperty: true })
        );
}

/**
 * @param {Element} [within] where the walk stays, as in a dialog
 * @returns {Promise<{ stops: Element[], faults: string[] }>}
 */
async function walk(within) {
    const stops = [];
    const faults = [];
    for (let step = 0; step < MOST_STEPS; step++) {
        await press("Tab");
        const element = getFocused();
        if (stops.includes(element) && element !== document.body) {
            return { stops, faults };
        }
        stops.push(element);
        if (element.closest(OWN) || element.ownerDocument !== document) {
            faults.push(...inspect(element));
        }
        if (within && !within.contains(element)) {
            faults.push(`left the dialog: ${describe(element)}`);
        }
    }
    throw new Error(`no end after ${stops.length} stops: ${describe(stops.at(-1))}`);
}

/** Radio buttons of a group are one stop. */
function isReached(control, stops) {
    if (stops.includes(control)) {
        return true;
    }
    return (
        control.type === "radio" &&
        stops.some((stop) => stop.type === "radio" && stop.name === control.name)
    );
}

function check({ stops, faults }, controls) {
    const missed = controls
        .filter((control) => !isReached(control, stops))
        .map((control) => `not reached: ${describe(control)}`);
    if (missed.length || faults.length) {
        const way = stops.map((stop) => describe(stop).replace(/\s+/g, " ")).join("\n→ ");
        throw new Error([...missed, ...faults, `The way: ${way}`].join("\n"));
    }
}

/** @param {string[]} selectors the order in which a first stop within each is expected */
function checkOrder(stops, selectors) {
    // The walk began where the last click was; behind the last stop the page begins anew.
    const start = stops.indexOf(document.body);
    const fromTop = [...stops.slice(start), ...stops.slice(0, start)];
    const places = selectors.map((selector) => fromTop.findIndex((stop) => stop.closest(selector)));
    places.forEach((place, index) => {
        if (place === -1 || (index && place < places[index - 1])) {
            throw new Error(`order of stops: ${selectors} are ${places}`);
        }
    });
}

const isSmall = () => innerWidth < 768;

async function startAtTop() {
    document.activeElement?.blur();
    getSelection().setBaseAndExtent(document.body, 0, document.body, 0);
}

/** The list, and on wide screens folders and reader with a letter. */
async function walkThroughPanes() {
    if (isSmall()) {
        await startAtTop();
        const list = await walk();
        check(list, getControls());
        checkOrder(list.stops, [".o_iris_places_button", ".o_iris_row"]);
    }
    (await seek(".o_iris_row .o_iris_row_open")).click();
    await seek(".o_iris_reader .o_iris_letter_body:not(.o_iris_letter_waiting)[aria-busy=false]");
    await seek(".o_iris_reader .o_iris_tile");
    await pause(1000); // neighbours are prepared
    await startAtTop();
    const { stops, faults } = await walk();
    check({ stops, faults }, getControls());
    const summary = stops.find((stop) => stop.tagName === "SUMMARY");
    if (!summary) {
        throw new Error("what is quoted in the letter was not reached");
    }
    checkOrder(
        stops,
        isSmall()
            ? [".o_iris_toolbar", ".o_iris_head", ".o_iris_links", ".o_iris_tiles"]
            : [".o_iris_folders", ".o_iris_row", ".o_iris_toolbar", ".o_iris_head", ".o_iris_tiles"]
    );
}

/** Quoted text is unfolded, a person's card opened and closed: by Enter, Space and Escape. */
async function useKeys() {
    const person = await seek(".o_iris_reader .o_iris_sender");
    person.focus({ focusVisible: true });
    await press("Enter");
    const card = await seek(".o_iris_person_card");
    await until(() => card.contains(getFocused()), "the focus within the card");
    await press("Escape");
    await until(() => !document.querySelector(".o_iris_person_card"), "no card");
    await until(() => getFocused() === person, "the focus is back");
}

/** The arrow leads from the search bar to the letters. */
async function leaveSearch() {
    document.querySelector(".o_searchview_input").focus();
    await press("ArrowDown");
    await until(() => getFocused().matches(".o_iris_row_open"), "the focus on a letter");
}

/** The tray's menu has arrows, and its dialog keeps the focus. */
async function walkThroughTray() {
    const toggle = await seek(".o_iris_letters_toggle");
    toggle.focus({ focusVisible: true });
    await press("Enter");
    await seek(".o_iris_letters_menu .o_iris_latest");
    const items = [...document.querySelectorAll(".o_iris_letters_menu .o-navigable")];
    const seen = new Set();
    for (let step = 0; step < items.length + 1; step++) {
        await press("ArrowDown");
        seen.add(getFocused());
    }
    const missed = items.filter((item) => !seen.has(item));
    if (missed.length) {
        throw new Error(`no arrow leads to ${missed.map(describe).join()}`);
    }
    document.querySelector(".o_iris_letters_menu .o_iris_open_settings").focus();
    await press("Enter");
    const dialog = await seek(".o_dialog:has(.o_iris_mail_settings) .modal-content");
    check(
        await walk(dialog),
        getControls().filter((control) => dialog.contains(control))
    );
    await press("Escape");
    await until(() => !document.querySelector(".o_dialog"), "no dialog");
}

window.walkWithTab = async (axeAddress) => {
    const script = document.createElement("script");
    script.src = axeAddress;
    document.head.append(script);
    await until(() => window.axe, "axe");
    const still = document.createElement("style");
    still.textContent = "*, *::before { transition: none !important; animation: none !important; }";
    document.head.append(still);
    await walkThroughPanes();
    await useKeys();
    if (!isSmall()) {
        await leaveSearch();
    }
    await walkThroughTray();
};
