/** Channels from 0 to 255. */
export interface Colour {
  red: number;
  green: number;
  blue: number;
}

/** Contrast ratio of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio" and "relative luminance"). */
export function contrast(a: Colour, b: Colour): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((left, right) => left - right);
  return (lighter + 0.05) / (darker + 0.05);
}

/** What is seen of a colour with transparency on a background. */
export function blend(front: Colour & { alpha: number }, back: Colour): Colour {
  const mix = (channel: keyof Colour) => front[channel] * front.alpha + back[channel] * (1 - front.alpha);
  return { red: mix('red'), green: mix('green'), blue: mix('blue') };
}

function luminance({ red, green, blue }: Colour): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function linear(channel: number): number {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
