// Places that a person can share; a browser on a desk often does not know where it is.

import { makeItem } from "/page/menu.js";
import { make } from "/page/text.js";

const CITIES = {
  shanghai: [31.2304, 121.4737],
  tokyo: [35.6762, 139.6503],
  london: [51.5074, -0.1278],
  sanFrancisco: [37.7749, -122.4194],
};

/** A place in words: the city, where it is one of ours, and its degrees. */
export function nameOf({ latitude, longitude }, words) {
  const key = Object.keys(CITIES).find((one) => CITIES[one][0] === latitude && CITIES[one][1] === longitude);
  const degrees = `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`;
  return key ? `${words.cities[key]} ${degrees}` : degrees;
}

function makeCity(key, words, choose) {
  const { item, button } = makeItem("command-item", () => choose(...CITIES[key]));
  button.dataset.city = key;
  button.append(make("b", "", `📍 ${words.cities[key]}`));
  return item;
}

/** The rows of a list of cities, with its heading; `choose(latitude, longitude)` when one is pressed. */
export function makeCities(words, choose) {
  const head = make("li", "list-head", words.locateWhere);
  head.setAttribute("role", "none");
  return [head, ...Object.keys(CITIES).map((key) => makeCity(key, words, choose))];
}
