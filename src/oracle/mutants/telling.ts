import type { Plan } from '../probes/plan.ts';
import { template } from '../probes/templates.ts';

/**
 * The smallest block that was found on which all bugs of the catalogue and the right block differ pairwise (but for the
 * equivalence): it widens, channels are no multiple of 4, everything else is of a size of its own. With gradients it
 * tells the bugs of gradients apart as well.
 */
export const telling: Plan = template({
  N: 2,
  L: 3,
  M: 5,
  Mout: 10,
  kernel: [2, 2],
  size: [2, 4],
  stride: [1, 2],
  dilation: [2, 1],
  pads: [2, 0, 0, 3],
  bias: true,
});

/** Integers up to this size fill it: more bits than the coarse formats have. */
export const tellingSize = 6000;
