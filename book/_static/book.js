// A copy read from a disk need not offer itself for download.
if (location.protocol === "file:") document.documentElement.classList.add("offline");
