// Colours of numbers, and ticks of axes.

/** viridis: grows lighter all the way, also for the colour-blind. */
const viridis = ["#440154", "#472C7A", "#3B518B", "#2C718E", "#21908D", "#27AD81", "#5CC863", "#AADC32", "#FDE725"];
const no_number_colour = "#E4E4E4";

function channels(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

/** The colour at a share of the way from the first to the last. */
function viridis_at(share) {
  const place = Math.min(Math.max(share, 0), 1) * (viridis.length - 1);
  const below = Math.min(Math.floor(place), viridis.length - 2);
  const from = channels(viridis[below]),
    to = channels(viridis[below + 1]);
  const mixed = from.map((value, i) => Math.round(value + (place - below) * (to[i] - value)));
  return `rgb(${mixed.join(", ")})`;
}

/** From numbers to shares of the way between the least and the largest, by themselves or their logarithms. */
class Scale {
  constructor(numbers, logarithmic) {
    const positive = numbers.filter((number) => number > 0);
    this.can_be_logarithmic = positive.length > 0 && positive.length === numbers.length;
    this.logarithmic = this.can_be_logarithmic && (logarithmic === null ? spans_decades(numbers) : logarithmic);
    this.low = Math.min(...numbers);
    this.high = Math.max(...numbers);
  }

  share(number) {
    const at = (value) => (this.logarithmic ? Math.log(value) : value);
    return this.high > this.low ? (at(number) - at(this.low)) / (at(this.high) - at(this.low)) : 0.5;
  }

  colour(number) {
    return viridis_at(this.share(number));
  }

  ticks(most) {
    return this.logarithmic ? decades(this.low, this.high, most) : round_numbers(this.low, this.high, most);
  }
}

function spans_decades(numbers) {
  return Math.max(...numbers) >= 50 * Math.min(...numbers);
}

/** Round numbers from low to high, about `most` of them. */
function round_numbers(low, high, most) {
  if (!(high > low)) return [low];
  const rough = (high - low) / most,
    unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * [1, 2, 5, 10].find((factor) => factor * unit >= rough);
  const ticks = [];
  for (let i = Math.ceil(low / step); i * step <= high + step * 1e-9; ++i)
    ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

/** Powers of ten from low to high, with 2 and 5 times them where there is room. */
function decades(low, high, most) {
  const first = Math.floor(Math.log10(low)),
    last = Math.ceil(Math.log10(high));
  const exponents = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const inside = (ticks) => ticks.filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);
  for (const factors of [[1, 2, 5], [1, 3], [1]]) {
    const ticks = inside(exponents.flatMap((e) => factors.map((factor) => Number(`${factor}e${e}`))));
    if (ticks.length <= most && ticks.length >= 2) return ticks;
  }
  const stride = Math.ceil(exponents.length / most);
  const ticks = inside(exponents.filter((e) => e % stride === 0).map((e) => Number(`1e${e}`)));
  return ticks.length > 0 ? ticks : [low, high];
}
