// @jax-js/jax on WebAssembly, with its gradients. Its functions dispose of their arguments: what is used again is a .ref.
import { composed } from './block.mjs';
import { peerModule } from './peer.mjs';

const { init, defaultDevice, lax, numpy: np, vjp } = await peerModule('@jax-js/jax/dist/index.js');
await init('wasm');
defaultDevice('wasm');

export const name = '@jax-js/jax, wasm';
export const limits = { outputs: true };

const toArray = ({ shape, data }) =>
  np.array(Float32Array.from(data), { shape: [...shape], dtype: np.float32 });
const fromArray = (array) => ({ shape: [...array.shape], data: array.dataSync() });

function convolution(x, weight, bias, groups, { stride, dilation, padding }) {
  const { top, bottom, left, right } = padding;
  const sides = [
    [top, bottom],
    [left, right],
  ];
  const options = { rhsDilation: [...dilation], featureGroupCount: groups };
  const y = lax.convGeneralDilated(x, weight, [...stride], sides, options);
  return bias ? y.add(bias.reshape([1, bias.shape[0], 1, 1])) : y;
}

function shuffled(x, L, M) {
  const [N, C, H, W] = x.shape;
  return x.reshape([N, L, M, H, W]).transpose([0, 2, 1, 3, 4]).reshape([N, C, H, W]);
}

const composedBlock = composed(convolution, shuffled);

export const interleave = ({ x, L, M }) => fromArray(shuffled(toArray(x), L, M));

const arraysOf = (tensors) =>
  Object.fromEntries(
    Object.entries(tensors).flatMap(([key, value]) => (value ? [[key, toArray(value)]] : [])),
  );

const ofGroups =
  (groups, window) =>
  ({ x, weight, bias }) =>
    convolution(x, weight, bias, groups, window);
const ofBlock = (window) => (arrays) => composedBlock({ ...arrays, ...window });

export const groupConvolution = ({ x, weight, bias, groups, stride, dilation, padding }) =>
  fromArray(ofGroups(groups, { stride, dilation, padding })(arraysOf({ x, weight, bias })));

export const block = ({ stride, dilation, padding, out, ...tensors }) =>
  fromArray(ofBlock({ stride, dilation, padding })(arraysOf(tensors)));

function gradientsOf(f, tensors, gradOutput) {
  const [y, back] = vjp(f, [arraysOf(tensors)]);
  y.dispose();
  const [gradients] = back(toArray(gradOutput));
  back.dispose();
  return Object.fromEntries(Object.entries(gradients).map(([key, array]) => [key, fromArray(array)]));
}

export const groupConvolutionGradients = ({ x, weight, bias, gradOutput, groups, ...window }) =>
  gradientsOf(ofGroups(groups, window), { x, weight, bias }, gradOutput);

export const blockGradients = ({ stride, dilation, padding, gradOutput, out, ...tensors }) =>
  gradientsOf(ofBlock({ stride, dilation, padding }), tensors, gradOutput);
