// A copy read from a disk need not offer itself for download.
if (location.protocol === "file:") document.documentElement.classList.add("offline");

// Names that people hear and names that people see should agree.
addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".theme-switch-button i").forEach((sign) => {
    sign.setAttribute("aria-hidden", "true");
    sign.removeAttribute("title");
  });
  document.querySelector(".search-button-field")?.removeAttribute("aria-label"); // its text says more
  const home = document.querySelector(".navbar-brand")?.parentElement;
  home?.setAttribute("role", "navigation");
  home?.setAttribute("aria-label", "Home");
  document.querySelectorAll("details.hide > summary[aria-label]").forEach((s) => s.removeAttribute("aria-label"));
  document.querySelectorAll("[role=doc-biblioentry]").forEach((entry) => entry.setAttribute("role", "listitem"));
  reach();
  document.addEventListener("toggle", reach, true);
});

// What scrolls sideways can be reached with the Tab key.
function reach() {
  for (const part of document.querySelectorAll(".output, pre, div.math, .room, details > div")) {
    if (part.scrollWidth > part.clientWidth + 1) part.tabIndex = 0;
  }
}
