// Before everything else on a page: where require.js looks, and what the manager of widgets asks MathJax for.
(() => {
  const root = document.documentElement.dataset.content_root || "./";
  window.requirejs = {baseUrl: new URL(root + "_static/browser", location.href).href};
  document.addEventListener("DOMContentLoaded", () => {          // it was written for MathJax 2
    const maths = window.MathJax;
    if (maths && !maths.Hub) maths.Hub = {Queue: ([, , element]) => maths.startup.promise.then(() => maths.typesetPromise([element]))};
  });
})();
