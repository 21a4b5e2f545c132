// A run of a small network, drawn from the weights of its kept steps. The server hears of a clicked point, and of the
// step in view once it has rested, for the link; nothing that is drawn waits for it.

const GRID = 48, REACH = 1.3, EDGE = 24, REST = 500;
// `told` is the step on which server and browser agreed last; `number` counts what the server was told of it.
const memory = { id: "", step: 0, label: 1, told: -1, number: 0 };
// What each place on the page shows now: Streamlit calls again after each run of the page, also where nothing changed.
const shown = new WeakMap();

const floats = text => new Float32Array(Uint8Array.from(atob(text), sign => sign.charCodeAt(0)).buffer);
const digits = value => (Math.abs(value) >= 1e4 ? value.toExponential(1) : value.toPrecision(3));

const ACTIVATIONS = {
  tanh: Math.tanh,
  relu: z => (z > 0 ? z : 0),
  sigmoid: z => 1 / (1 + Math.exp(-z)),
  linear: z => z,
};

function layersOf(sizes, weights, step) {
  const count = sizes.slice(1).reduce((sum, after, at) => sum + (sizes[at] + 1) * after, 0);
  let at = step * count;
  return sizes.slice(1).map((after, place) => {
    const before = sizes[place], matrix = weights.subarray(at, at + before * after);
    at += before * after;
    const bias = weights.subarray(at, at + after);
    at += after;
    return { before, after, matrix, bias };
  });
}

// Outputs of each layer for points given one coordinate after another: [layer][point * neurons + neuron].
function forward(layers, points, activation) {
  const found = [points];
  layers.forEach(({ before, after, matrix, bias }, place) => {
    const value = place < layers.length - 1 ? ACTIVATIONS[activation] : z => z;
    const inputs = found[place], count = inputs.length / before, outputs = new Float32Array(count * after);
    for (let point = 0; point < count; point++)
      for (let out = 0; out < after; out++) {
        let sum = bias[out];
        for (let into = 0; into < before; into++) sum += inputs[point * before + into] * matrix[into * after + out];
        outputs[point * after + out] = value(sum);
      }
    found.push(outputs);
  });
  return found;
}

const gridPoints = (() => {
  const points = new Float32Array(2 * GRID * GRID);
  for (let row = 0; row < GRID; row++)
    for (let column = 0; column < GRID; column++) {
      points[2 * (row * GRID + column)] = ((column + 0.5) / GRID * 2 - 1) * REACH;
      points[2 * (row * GRID + column) + 1] = (1 - (row + 0.5) / GRID * 2) * REACH;
    }
  return points;
})();

function palette(scale) {
  const parts = scale.map(([at, color]) => [at, [1, 3, 5].map(place => parseInt(color.slice(place, place + 2), 16))]);
  return Array.from({ length: 256 }, (_, level) => {
    const share = level / 255, upper = Math.max(1, parts.findIndex(([at]) => at >= share));
    const [low, from] = parts[upper - 1], [high, to] = parts[upper], mix = (share - low) / (high - low);
    return from.map((part, place) => Math.round(part + mix * (to[place] - part)));
  });
}

// A map of values between -1 and 1 as a small picture.
function picture(colors, value) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = GRID;
  const context = canvas.getContext("2d"), image = context.createImageData(GRID, GRID);
  for (let cell = 0; cell < GRID * GRID; cell++) {
    const level = Math.round(127.5 * (1 + Math.max(-1, Math.min(1, value(cell)))));
    image.data.set(colors[level], 4 * cell);
    image.data[4 * cell + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

const STYLE = `<style>
  .player { font: 400 var(--size) Inter, sans-serif; color: var(--ink); position: relative; }
  .drawings { display: flex; flex-wrap: wrap; gap: 12px; justify-content: space-between; }
  canvas { display: block; touch-action: pan-y; }
  .plane { cursor: crosshair; }
  .watched .own { display: none; } .watched .plane { cursor: default; }
  .bar { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; margin-top: 6px; }
  button { font: inherit; color: inherit; background: none; border: 1px solid var(--quiet); border-radius: 6px;
    padding: 2px 9px; cursor: pointer; line-height: 1.5; }
  button[aria-pressed=true] { border-color: var(--ink); box-shadow: inset 0 0 0 1px var(--ink); }
  button:focus-visible, input:focus-visible { outline: 2px solid var(--ink); outline-offset: 1px; }
  input { flex: 1; min-width: 110px; accent-color: var(--ink); }
  .dot { display: inline-block; width: 0.7em; height: 0.7em; border-radius: 50%; margin-right: 0.3em; }
  .told { font-family: "JetBrains Mono", monospace; font-size: 0.88em; min-height: 1.5em; margin-top: 4px; }
  .hover { position: absolute; pointer-events: none; background: var(--ink); color: var(--paper); padding: 3px 8px;
    border-radius: 5px; font-size: 0.9em; max-width: 260px; display: none; z-index: 5; }
</style>`;

const BODY = `<div class="player"><div class="drawings"><canvas class="net"></canvas><canvas class="plane"></canvas></div>
  <div class="bar">
    <button class="start" aria-label="Back to the start" title="Back to the start">❘◀</button>
    <button class="back" aria-label="Play backwards" title="Play backwards">◀◀</button>
    <button class="less" aria-label="One step back" title="One step back">◀</button>
    <button class="run" aria-label="Play">▶ Play</button>
    <button class="more" aria-label="One step on" title="One step on">▶</button>
    <input type="range" min="0" step="1" aria-label="Step in view">
    <span class="own">Click adds</span>
    <button class="plus own"><span class="dot"></span>+1</button><button class="minus own"><span class="dot"></span>−1</button>
    <button class="undo own" aria-label="Take the last own point away">Undo</button>
  </div><div class="told" aria-live="off"></div><div class="hover"></div></div>`;

export default function ({ data, parentElement, setTriggerValue }) {
  // A screen that is only to be watched plays, and says nothing to the page.
  if (data.watched) setTriggerValue = () => {};
  const { step, heard, ...rest } = data, signature = JSON.stringify(rest), before = shown.get(parentElement);
  if (before?.signature === signature && parentElement.contains(before.holder)) {
    before.follow(step, heard, setTriggerValue);
    return before.end;
  }
  before?.end();
  const weights = floats(data.weights), losses = floats(data.losses), points = floats(data.points);
  const count = data.steps.length, colors = palette(data.scale), sizes = data.sizes;
  if (memory.id !== data.id) Object.assign(memory, { id: data.id, step, told: step });
  const holder = document.createElement("div");
  holder.innerHTML = STYLE + BODY;
  parentElement.replaceChildren(holder);
  const part = name => holder.querySelector(name);
  const player = part(".player"), net = part(".net"), plane = part(".plane"), slider = part("input"), hover = part(".hover");
  player.classList.toggle("watched", !!data.watched);
  for (const [name, value] of [["ink", data.ink], ["quiet", data.quiet], ["paper", data.paper], ["size", data.size + "px"]])
    player.style.setProperty(`--${name}`, value);
  part(".plus .dot").style.background = data.up;
  part(".minus .dot").style.background = data.down;
  for (const canvas of [net, plane]) canvas.setAttribute("role", "img");
  net.setAttribute("aria-label", `The network: each neuron with the map of its output, each weight as a line. ${data.alt}`);
  plane.setAttribute("aria-label", `The plane with the training points and what the network says. ${data.alt}`);
  slider.max = count - 1;

  const flatPoints = new Float32Array(2 * points.length / 3);
  for (let place = 0; place < points.length / 3; place++) flatPoints.set(points.subarray(3 * place, 3 * place + 2), 2 * place);
  let state = null, boxes = [], lines = [], large = null, side = 0, timer = 0, resting = 0, send = setTriggerValue;

  function sized(canvas, wide, high) {
    const ratio = window.devicePixelRatio || 1;
    Object.assign(canvas, { width: wide * ratio, height: high * ratio });
    Object.assign(canvas.style, { width: `${wide}px`, height: `${high}px` });
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, wide, high);
    context.font = `${data.size - 1}px Inter, sans-serif`;
    return context;
  }

  // What a neuron says, between -1 and 1 over the grid; the logit through 2 p - 1.
  function mapOf(layer, neuron) {
    const outputs = state.grid[layer], size = sizes[layer], last = layer === sizes.length - 1;
    if (last) return cell => Math.tanh(outputs[cell] / 2);
    const told = value => (data.activation === "sigmoid" && layer ? 2 * value - 1 : value);
    let top = 1e-9;
    for (let cell = 0; cell < GRID * GRID; cell++) top = Math.max(top, Math.abs(told(outputs[cell * size + neuron])));
    if (layer && data.activation !== "relu" && data.activation !== "linear") top = 1;
    return cell => told(outputs[cell * size + neuron]) / top;
  }

  function compute() {
    const layers = layersOf(sizes, weights, memory.step);
    state = { layers, grid: forward(layers, gridPoints, data.activation), said: forward(layers, flatPoints, data.activation) };
  }

  function drawNet(wide, high) {
    const context = sized(net, wide, high), most = Math.max(...sizes), columns = sizes.length;
    const box = Math.max(16, Math.min(46, (high - 34) / most - 6, wide / (1.75 * columns)));
    const across = place => (columns > 1 ? place * (wide - box - 2) / (columns - 1) : 0) + 1;
    const down = (place, neuron) => 24 + (neuron + 0.5) * (high - 28) / sizes[place] - box / 2;
    boxes = [];
    lines = [];
    state.layers.forEach(({ before, after, matrix }, place) => {
      for (let from = 0; from < before; from++)
        for (let to = 0; to < after; to++) {
          const value = matrix[from * after + to];
          const x0 = across(place) + box, y0 = down(place, from) + box / 2;
          const x1 = across(place + 1), y1 = down(place + 1, to) + box / 2, bend = (x1 - x0) / 2;
          context.strokeStyle = value >= 0 ? data.up : data.down;
          context.globalAlpha = Math.min(0.9, 0.15 + Math.abs(value) / 3);
          context.lineWidth = Math.min(7, 0.5 + 1.3 * Math.abs(value));
          context.beginPath();
          context.moveTo(x0, y0);
          context.bezierCurveTo(x0 + bend, y0, x1 - bend, y1, x1, y1);
          context.stroke();
          lines.push({ place, from, to, value, x0, y0, x1, y1, bend });
        }
    });
    context.globalAlpha = 1;
    sizes.forEach((size, place) => {
      context.fillStyle = data.quiet;
      context.textAlign = place === 0 ? "left" : place === columns - 1 ? "right" : "center";
      const words = place === 0 ? "inputs" : place === columns - 1 ? "output" : columns > 6 ? `${place}` : `layer ${place}`;
      context.fillText(words, across(place) + (place === 0 ? 0 : place === columns - 1 ? box : box / 2), 13);
      for (let neuron = 0; neuron < size; neuron++) {
        const x = across(place), y = down(place, neuron);
        context.drawImage(picture(colors, mapOf(place, neuron)), x, y, box, box);
        context.strokeStyle = large && large.layer === place && large.neuron === neuron ? data.ink : data.quiet;
        context.lineWidth = large && large.layer === place && large.neuron === neuron ? 2.5 : 1;
        context.strokeRect(x, y, box, box);
        boxes.push({ layer: place, neuron, x, y, box });
      }
    });
  }

  const place = value => EDGE + (value / REACH + 1) / 2 * (side - 2 * EDGE);
  function drawPlane() {
    const context = sized(plane, side, side), inner = side - 2 * EDGE, shown = large || { layer: sizes.length - 1, neuron: 0 };
    context.imageSmoothingEnabled = true;
    // Paler than the points, which have the same two colors.
    context.globalAlpha = 0.55;
    context.drawImage(picture(colors, mapOf(shown.layer, shown.neuron)), EDGE, EDGE, inner, inner);
    context.globalAlpha = 1;
    context.strokeStyle = data.faint;
    context.strokeRect(EDGE, EDGE, inner, inner);
    context.fillStyle = data.quiet;
    for (const tick of [-1, 0, 1]) {
      context.textAlign = "center";
      context.fillText(tick, place(tick), side - 7);
      context.textAlign = "right";
      context.fillText(tick, EDGE - 5, side - place(tick) + 4);
    }
    context.textAlign = "right";
    context.fillText("x₁", side - EDGE, side - 7);
    context.textAlign = "left";
    context.fillText("x₂", 2, EDGE + 10);
    const speaker = large ? `what neuron ${large.neuron + 1} of ${large.layer ? `layer ${large.layer}` : "the inputs"} says` : "what it says; wrong points ringed";
    context.fillText(speaker, EDGE, 15, side - EDGE);
    const logits = state.said[sizes.length - 1];
    for (let point = 0; point < points.length / 3; point++) {
      const [x, y, label] = points.subarray(3 * point, 3 * point + 3);
      context.beginPath();
      context.arc(place(x), side - place(y), 3.6, 0, 2 * Math.PI);
      context.fillStyle = label > 0 ? data.up : data.down;
      context.fill();
      const wrong = label * logits[point] <= 0;
      context.strokeStyle = wrong ? data.ink : data.paper;
      context.lineWidth = wrong ? 2 : 1;
      context.stroke();
    }
  }

  function mark() {
    const chart = document.querySelector(`.st-key-${data.beside} .js-plotly-plot`), axis = chart?._fullLayout?.xaxis;
    if (!axis?.l2p) return;
    let line = chart.querySelector(".step-in-view");
    if (!line) {
      line = document.createElement("div");
      line.className = "step-in-view";
      chart.append(line);
    }
    const size = chart._fullLayout._size, x = size.l + axis.l2p(data.steps[memory.step] / data.batches);
    const style = `position:absolute;pointer-events:none;width:0;border-left:1.5px dashed ${data.ink};left:${x}px;top:${size.t}px;height:${size.h}px`;
    // What looks for a page at rest sees each writing, also of the same.
    if (line.told === style) return;
    line.told = style;
    line.style.cssText = style;
  }

  function tell() {
    const [train, test] = losses.subarray(2 * memory.step, 2 * memory.step + 2), update = data.steps[memory.step];
    const epoch = (update / data.batches).toFixed(update % data.batches ? 2 : 0);
    const rest = Number.isNaN(test) ? "" : ` · test loss ${digits(test)}`;
    part(".told").textContent = `update ${update.toLocaleString("en")} · epoch ${epoch} · training loss ${digits(train)}${rest}`;
    slider.value = memory.step;
    slider.setAttribute("aria-valuetext", `update ${update}`);
  }

  function draw() {
    const wide = player.clientWidth || 300, narrow = wide < 560;
    side = narrow ? Math.min(wide, data.height) : Math.min(data.height, wide * 0.52);
    drawNet(narrow ? wide : wide - side - 14, narrow ? Math.min(260, data.height) : data.height);
    drawPlane();
    tell();
    mark();
  }

  function go(step) {
    memory.step = Math.max(0, Math.min(count - 1, step));
    compute();
    draw();
  }

  // Tells the server where the view came to rest; the last step is -1, as without a step in the link.
  function report() {
    clearTimeout(resting);
    resting = setTimeout(() => {
      if (memory.step === memory.told) return;
      memory.told = memory.step;
      send("step", { update: memory.step === count - 1 ? -1 : data.steps[memory.step], number: ++memory.number });
    }, REST);
  }

  // What the server says of the step: another than the one agreed on is that of Back or of a story. What it said before
  // it heard the last word is old.
  function follow(step, heard, trigger) {
    send = trigger;
    if (heard < memory.number || step === memory.told) return;
    clearTimeout(resting);
    halt();
    go(step);
    memory.told = step;
  }

  function halt() {
    cancelAnimationFrame(timer);
    timer = 0;
    part(".run").textContent = "▶ Play";
    part(".run").setAttribute("aria-label", "Play");
  }

  function stop() {
    halt();
    report();
  }

  function start(by) {
    halt();
    clearTimeout(resting);
    const end = by > 0 ? count - 1 : 0;
    if (memory.step === end) go(count - 1 - end);
    let before = performance.now();
    part(".run").textContent = "❚❚ Pause";
    part(".run").setAttribute("aria-label", "Pause");
    const frame = now => {
      if (now - before > 33) {
        before = now;
        go(memory.step + by);
      }
      if (memory.step === end) return stop();
      timer = requestAnimationFrame(frame);
    };
    timer = requestAnimationFrame(frame);
  }

  part(".run").onclick = () => (timer ? stop() : start(1));
  part(".back").onclick = () => start(-1);
  part(".start").onclick = () => { stop(); go(0); };
  part(".less").onclick = () => { stop(); go(memory.step - 1); };
  part(".more").onclick = () => { stop(); go(memory.step + 1); };
  slider.oninput = () => { stop(); go(Number(slider.value)); };
  part(".undo").disabled = !data.own;
  part(".undo").onclick = () => send("undo", true);
  const choose = label => {
    memory.label = label;
    part(".plus").setAttribute("aria-pressed", label > 0);
    part(".minus").setAttribute("aria-pressed", label < 0);
  };
  part(".plus").onclick = () => choose(1);
  part(".minus").onclick = () => choose(-1);
  choose(memory.label);

  plane.onclick = event => {
    const box = plane.getBoundingClientRect(), inner = side - 2 * EDGE;
    const x = ((event.clientX - box.left - EDGE) / inner * 2 - 1) * REACH;
    const y = (1 - (event.clientY - box.top - EDGE) / inner * 2) * REACH;
    if (Math.abs(x) <= REACH && Math.abs(y) <= REACH) send("point", { x, y, label: memory.label });
  };

  // The nearest line within a few pixels: a curve is searched at some of its places.
  function lineAt(x, y) {
    let best = null, least = 6;
    for (const line of lines)
      for (let share = 0; share <= 1; share += 0.04) {
        const rest = 1 - share, a = rest ** 3, b = 3 * rest ** 2 * share, c = 3 * rest * share ** 2, d = share ** 3;
        const at = [
          a * line.x0 + b * (line.x0 + line.bend) + c * (line.x1 - line.bend) + d * line.x1,
          (a + b) * line.y0 + (c + d) * line.y1,
        ];
        const away = Math.hypot(at[0] - x, at[1] - y);
        if (away < least) [best, least] = [line, away];
      }
    return best;
  }

  function told(x, y) {
    const found = boxes.find(one => x >= one.x && x <= one.x + one.box && y >= one.y && y <= one.y + one.box);
    const name = (layer, neuron) =>
      layer === 0 ? `x${"₁₂"[neuron]}` : layer === sizes.length - 1 ? "output" : `neuron ${neuron + 1} of layer ${layer}`;
    const step = `update ${data.steps[memory.step].toLocaleString("en")}`;
    if (found) {
      const bias = found.layer ? `, bias ${digits(state.layers[found.layer - 1].bias[found.neuron])}` : "";
      return { box: found, words: `${name(found.layer, found.neuron)}${bias} at ${step}` };
    }
    const line = lineAt(x, y);
    return line && { words: `${name(line.place, line.from)} → ${name(line.place + 1, line.to)}: weight ${digits(line.value)} at ${step}` };
  }

  net.onmousemove = event => {
    const box = net.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top, found = told(x, y);
    const seen = found?.box && found.box.layer < sizes.length - 1 ? found.box : null;
    if (seen?.layer !== large?.layer || seen?.neuron !== large?.neuron) {
      large = seen;
      draw();
    }
    hover.style.display = found ? "block" : "none";
    if (!found) return;
    hover.textContent = found.words;
    hover.style.left = `${Math.min(x + 12, player.clientWidth - 240)}px`;
    hover.style.top = `${y + 14}px`;
  };
  net.onmouseleave = () => {
    hover.style.display = "none";
    if (large) { large = null; draw(); }
  };

  compute();
  draw();
  const watch = new ResizeObserver(draw);
  watch.observe(player);
  // The chart beside is drawn later than this, and anew with each change: its mark follows it.
  const marking = setInterval(mark, 300);
  const end = () => {
    halt();
    clearTimeout(resting);
    watch.disconnect();
    clearInterval(marking);
  };
  follow(step, heard, setTriggerValue);
  shown.set(parentElement, { signature, holder, follow, end });
  return end;
}
