// On the page of the card: has the worker keep it for where there is no network.
(async () => {
    "use strict";

    const { worker, scope, page } = document.getElementById("card").dataset;
    if (!page || !navigator.serviceWorker) return;
    await navigator.serviceWorker.register(worker, { scope });
    const { active } = await navigator.serviceWorker.ready;
    const files = performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => /\.(css|woff2)$/.test(name));
    const icon = document.querySelector("link[rel=icon]").href;
    active.postMessage({ page: new URL(page, location.href).href, keep: [...files, icon] });
})();
