// Keeps the club card in this browser, to be shown where there is no network. It keeps that one page and nothing else.
"use strict";

const CACHE = "card";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
    if (event.data.keep) event.waitUntil(keep(event.data.page, event.data.keep));
});
self.addEventListener("fetch", (event) => {
    if (event.request.mode === "navigate") event.respondWith(page(event.request));
    else event.respondWith(caches.match(event.request).then((kept) => kept || fetch(event.request)));
});

// The page anew, and what it is drawn with; what an older version of the portal was drawn with goes.
async function keep(card, files) {
    const cache = await caches.open(CACHE);
    const wanted = new Set([card, ...files]);
    for (const known of await cache.keys()) if (!wanted.has(known.url)) await cache.delete(known);
    for (const file of files) if (!(await cache.match(file))) await cache.add(file);
    const answer = await fetch(card);
    if (answer.ok && !answer.redirected) await cache.put(card, answer);
}

async function page(request) {
    let answer;
    try {
        answer = await fetch(request);
        // To its end: a page that breaks off on the way is no page either.
        if (answer.ok) answer = new Response(await answer.blob(), answer);
    } catch (failure) {
        return (await kept()) || Promise.reject(failure);
    }
    // Whoever has to sign in finds no card of the person before.
    if (answer.type === "opaqueredirect" || answer.status === 403 || answer.status === 404) await caches.delete(CACHE);
    return answer.status >= 500 ? (await kept()) || answer : answer;
}

async function kept() {
    const cache = await caches.open(CACHE);
    for (const known of await cache.keys()) if (!/\.\w+$/.test(new URL(known.url).pathname)) return cache.match(known);
    return undefined;
}
