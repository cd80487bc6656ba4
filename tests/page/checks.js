// What is to hold of every page, whoever reads it and with what. Gives what does not hold, in words.
(() => {
  const wrong = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const isShown = (element) => element.getClientRects().length > 0;

  if (document.documentElement.scrollWidth > innerWidth) {
    wrong.push(`the page is ${document.documentElement.scrollWidth} wide in ${innerWidth}`);
  }
  if (document.documentElement.lang !== "en") wrong.push("the page has no language");
  if (!document.title) wrong.push("the page has no title");
  if (all("main").length !== 1) wrong.push("there is not one main landmark");
  if (all("script").length) wrong.push("there is a script");
  if (performance.getEntriesByType("resource").length) wrong.push("something is loaded");

  let level = 0;
  for (const heading of all("h1,h2,h3,h4,h5,h6")) {
    const next = Number(heading.tagName[1]);
    if (next > level + 1) wrong.push(`${heading.tagName} after a heading of level ${level}`);
    level = next;
  }
  if (all("h1").length !== 1) wrong.push("there is not one h1");

  for (const image of all("svg,img")) {
    const named = image.getAttribute("aria-labelledby");
    const name = named ? document.getElementById(named)?.textContent : image.getAttribute("alt");
    if (image.getAttribute("role") !== "img" || !name) wrong.push(`${image.outerHTML.slice(0, 60)} has no name`);
    if (!image.getAttribute("width") || !image.getAttribute("height")) wrong.push("a picture without a size shifts the page");
  }
  for (const region of all("nav,[role=region],section")) {
    const label = region.getAttribute("aria-label")
      || document.getElementById(region.getAttribute("aria-labelledby") || "")?.textContent;
    if (!label) wrong.push(`${region.tagName} has no name`);
  }
  for (const link of all("a")) {
    if (!(link.getAttribute("aria-label") || link.textContent).trim()) wrong.push("a link without words");
  }
  for (const head of all("th")) {
    if (!head.scope) wrong.push(`${head.textContent} heads nothing`);
  }
  const ids = all("[id]").map((element) => element.id);
  if (new Set(ids).size !== ids.length) wrong.push("an id is there twice");

  // Contrast, as WCAG 2.2 has it: 1.4.3 for words, 1.4.11 for what a chart is read by.
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = (color) => {
    const [red, green, blue] = channels(color).map((channel) => {
      const share = channel / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const paper = luminance(getComputedStyle(document.body).backgroundColor);
  const contrast = (color) => {
    const ink = luminance(color);
    return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  };
  for (const element of all("body *")) {
    const style = getComputedStyle(element);
    const holdsWords = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const isDrawn = element.closest("svg");
    if (holdsWords && isShown(element) && !["TITLE", "DESC"].includes(element.tagName.toUpperCase())) {
      const color = isDrawn ? style.fill : style.color;
      if (contrast(color) < 4.5) wrong.push(`"${element.textContent.slice(0, 30)}" has a contrast of ${contrast(color)}`);
    }
    const isMark = isDrawn && ["rect", "circle"].includes(element.tagName);
    if (isMark && contrast(style.fill) < 3) wrong.push(`a ${element.tagName} has a contrast of ${contrast(style.fill)}`);
  }
  return wrong;
})()
