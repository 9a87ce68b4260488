// Answers with a page that its reader has put aside (offline.js) when the network does not. It keeps nothing itself.
"use strict";
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  const aside = () => caches.match(request, { ignoreVary: true });
  event.respondWith(
    fetch(request).then(
      async (response) => (response.status >= 502 && (await aside())) || response,
      async () => (await aside()) || Response.error(),
    ),
  );
});
