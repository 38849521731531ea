// What HTML and htmx do not do by themselves: the dialog, notices, keys, copying. Every page works without it.
(() => {
    "use strict";

    const modal = document.getElementById("modal");
    const content = document.getElementById("modal-content");
    const toasts = document.getElementById("toasts");
    const LIFE = 6000;
    const FIRST = ".dialog-body :is(input:not([type=hidden]):not([type=radio]:not(:checked)), select, textarea, .btn-primary)";
    document.documentElement.dataset.script = "";

    // What fetches itself again or is saved replaces what had the focus. htmx finds it by its id; a link is found by where it
    // leads, a button by where its form goes.
    const SUBMIT = "button[type=submit]:not([name], [tabindex])";
    const returnTo = (gone) => {
        if (!gone || gone.isConnected) return;
        const place = CSS.escape(gone.getAttribute("href") ?? gone.form?.getAttribute("action") ?? "");
        const same = gone.id ? `#${CSS.escape(gone.id)}` : gone.form ? `form[action="${place}"] ${SUBMIT}` : `a[href="${place}"]`;
        document.querySelector(same)?.focus();
    };
    let focused = null, opener = null;
    document.body.addEventListener("htmx:beforeSwap", () => { focused = document.activeElement?.closest(`a[href], ${SUBMIT}`); });
    document.body.addEventListener("htmx:afterSwap", () => returnTo(focused));

    // The dialog holds what htmx puts into it; focus goes back to what opened it, as <dialog> does.
    document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
        const opened = detail.target === content && content.childElementCount && !modal.open;
        if (opened) {
            opener = detail.requestConfig.elt.closest("[id], a[href]");
            modal.showModal();
        }
        const first = detail.target.querySelector?.("[aria-invalid=true]") || (opened && content.querySelector(FIRST));
        if (first) first.focus();
    });
    document.body.addEventListener("modal-close", () => modal.close());
    modal.addEventListener("close", () => {
        content.replaceChildren();
        returnTo(opener);
    });

    // Notices
    const expire = (note) => setTimeout(() => note.matches(":hover, :focus-within") ? expire(note) : note.remove(), LIFE);

    function toast({ text, kind = "success", reason = "", id = "" }) {
        const note = document.getElementById("toast").content.firstElementChild.cloneNode(true);
        note.querySelector("span").textContent = id ? `${text} (${id})` : text;
        note.dataset.result = reason;
        if (kind === "danger") {
            note.dataset.tone = "danger";
            note.setAttribute("role", "alert");
            const use = note.querySelector("use");
            use.setAttribute("href", use.getAttribute("href").replace("circle-check", "alert-circle"));
        } else {
            expire(note);
        }
        toasts.append(note);
        // An open dialog makes everything else inert; as a popover the notices stay above it.
        if (modal.open) lift();
    }

    function lift() {
        toasts.popover = "manual";
        if (toasts.matches(":popover-open")) toasts.hidePopover();
        toasts.showPopover();
    }

    document.body.addEventListener("toast", ({ detail }) => toast(detail));
    document.body.addEventListener("htmx:sendError", () => toast({ text: toasts.dataset.offline, kind: "danger" }));
    document.body.addEventListener("htmx:responseError", ({ detail }) => {
        // Our own error pages bring their words along; what a proxy answers does not.
        const xhr = detail.xhr;
        if (!xhr.getResponseHeader("HX-Trigger") && !xhr.getResponseHeader("HX-Redirect"))
            toast({ text: toasts.dataset.failed, kind: "danger" });
    });
    for (const note of toasts.children) expire(note);

    // Tabs scroll on a phone: the one that is open is in sight.
    for (const tab of document.querySelectorAll(".tabs a[aria-current]")) {
        const tabs = tab.parentElement;
        tabs.scrollLeft = tab.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - tab.offsetWidth) / 2;
    }

    // Buttons
    document.addEventListener("click", (event) => {
        const button = event.target.closest("[data-cancel], [data-dismiss], [data-copy], [data-print]");
        if (!button) return;
        if ("dismiss" in button.dataset) button.parentElement.remove();
        if ("copy" in button.dataset) copy(button);
        if ("print" in button.dataset) window.print();
        if ("cancel" in button.dataset) {
            const box = button.closest("dialog, [popover]");
            if (!box) return;
            event.preventDefault();
            if (box.matches("dialog")) box.close();
            else box.hidePopover();
        }
    });

    async function copy(button) {
        await navigator.clipboard.writeText(button.previousElementSibling.textContent);
        const before = button.lastChild.textContent;
        button.lastChild.textContent = ` ${button.dataset.copied}`;
        setTimeout(() => { button.lastChild.textContent = before; }, 2000);
    }

    // A placeholder goes where the cursor was: into the text, or the line above it.
    document.addEventListener("focusout", ({ target }) => {
        if (target.matches("[data-text]")) target.closest(".text-editor").lastText = target;
    });
    document.addEventListener("click", ({ target }) => {
        const button = target.closest("[data-insert]");
        if (!button) return;
        const editor = button.closest(".text-editor");
        const text = editor.lastText || editor.querySelector("textarea[data-text]");
        text.setRangeText(button.dataset.insert, text.selectionStart, text.selectionEnd, "end");
        text.focus();
        text.dispatchEvent(new Event("input", { bubbles: true }));
    });

    // A box in the head of a table ticks all of its rows, and shows how many of them are ticked.
    const ticks = (head) => [...head.closest("table").tBodies[0].querySelectorAll("input[type=checkbox]")];

    function reflect(head) {
        const ticked = ticks(head).filter((box) => box.checked).length;
        head.checked = ticked > 0 && ticked === ticks(head).length;
        head.indeterminate = ticked > 0 && !head.checked;
    }

    document.addEventListener("change", ({ target }) => {
        const head = target.closest("table")?.querySelector("[data-tick-all]");
        if (!head) return;
        if (target === head) for (const box of ticks(head)) box.checked = head.checked;
        else reflect(head);
    });
    document.body.addEventListener("htmx:afterSettle", () => document.querySelectorAll("[data-tick-all]").forEach(reflect));
    window.addEventListener("pageshow", () => document.querySelectorAll("[data-tick-all]").forEach(reflect));

    // A form that is on its way is not sent again by a second click; the server keeps its key as well.
    document.addEventListener("submit", (event) => {
        if (event.target.method !== "post" || event.target.hasAttribute("hx-post")) return;
        if (event.target.ariaBusy === "true") event.preventDefault();
        event.target.ariaBusy = "true";
    });
    window.addEventListener("pageshow", () => {
        for (const form of document.querySelectorAll("form[aria-busy]")) form.ariaBusy = null;
    });

    // Keys: / search, g and a letter go somewhere, n something new, ? help
    const places = { h: "/", t: "/tariffs", u: "/users", m: "/finance/admin" };
    let going = 0;

    document.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
        if (event.target.closest("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
        const went = Date.now() - going < 1500;
        going = 0;
        let target = null;
        if (went && places[event.key]) target = document.querySelector(`#menu a[href="${places[event.key]}"]`);
        else if (event.key === "g") going = Date.now();
        else if (event.key === "/") target = document.querySelector("[data-search]");
        else if (event.key === "n") target = document.querySelector("[data-new]");
        else if (event.key === "?") target = document.querySelector("[data-help]");
        if (target) event.preventDefault();
        if (target?.matches("input")) target.select();
        else if (target) target.click();
    });

    // Arrow keys move between the cells of a table whose cells are buttons.
    const ways = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

    document.addEventListener("keydown", (event) => {
        const cell = ways[event.key] && event.target.matches("[data-grid] td > button") && event.target.closest("td");
        if (!cell) return;
        const [down, right] = ways[event.key];
        const row = cell.closest("tbody").rows[cell.parentElement.sectionRowIndex + down];
        const next = row?.cells[cell.cellIndex + right]?.querySelector(":scope > button");
        if (next) { event.preventDefault(); next.focus(); }
    });
})();
