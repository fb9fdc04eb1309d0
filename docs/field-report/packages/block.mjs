// A block of somebody's convolution and interleave: (x, weight, bias, groups, window) and (x, L, M), both on their tensors.
const unit = { stride: [1, 1], dilation: [1, 1], padding: { top: 0, bottom: 0, left: 0, right: 0 } };

export function composed(convolution, interleave) {
  return ({ x, primaryWeight, primaryBias, secondaryWeight, secondaryBias, ...window }) => {
    const L = secondaryWeight.shape[1];
    const Mout = primaryWeight.shape[0] / L;
    const Lout = secondaryWeight.shape[0] / Mout;
    const primary = convolution(x, primaryWeight, primaryBias, L, window);
    const mixed = interleave(primary, L, Mout);
    const secondary = convolution(mixed, secondaryWeight, secondaryBias, Mout, unit);
    return interleave(secondary, Mout, Lout);
  };
}
