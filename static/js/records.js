// Records in a database of this browser (IndexedDB), for what waits until the server has it: offline.js, photos.js.
//   const ask = keptRecords(name of the database, store, key of a record, called when it was wiped)
//   await ask("readonly" or "readwrite", (store) => a request): its result, once the transaction is complete
// Signing out deletes the database (local-copy.js); from then on the page that had it open keeps nothing any more.
"use strict";
window.keptRecords = (name, store, keyPath, wiped = () => {}) => {
  let opening;
  const database = () => (opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store, { keyPath });
    request.onsuccess = () => {
      request.result.onversionchange = () => {
        request.result.close();
        opening = Promise.reject(new Error("signed out"));
        opening.catch(() => {});
        wiped();
      };
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  }));
  return async (mode, work) => {
    const base = await database();
    return new Promise((resolve, reject) => {
      const transaction = base.transaction(store, mode);
      const request = work(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  };
};
