// Names as small finished pictures, copied to the screen for every frame: writing a name with
// its rim takes a browser without a GPU far longer than copying it.

const MOST = 600;
const RIM = 4;

// A function that puts a label onto a context; `painterOf(context)` writes it the first time.
export function nameStamps(painterOf, measure) {
  let stamps = new Map();
  return (context, label, ratio) => {
    const key = `${label.size} ${label.bold ? 1 : 0} ${ratio} ${label.text}`;
    if (!stamps.has(key)) {
      if (stamps.size > MOST) stamps = new Map();
      stamps.set(key, stamp(painterOf, measure, label, ratio));
    }
    const picture = stamps.get(key);
    const left = Math.round((label.x - RIM) * ratio);
    const top = Math.round(label.y * ratio - picture.height / 2);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(picture, left, top);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
  };
}

function stamp(painterOf, measure, label, ratio) {
  const picture = document.createElement("canvas");
  picture.width = Math.ceil((measure(label.text, label.size, label.bold) * 1.05 + 2 * RIM) * ratio);
  picture.height = Math.ceil((label.size * 1.6 + 2 * RIM) * ratio);
  const context = picture.getContext("2d");
  context.scale(ratio, ratio);
  painterOf(context).label({ ...label, x: RIM, y: picture.height / ratio / 2 });
  return picture;
}
