// @tensorflow/tfjs' depthwiseConv2d, with its gradients: the outputs of a group are summed over its channels.
// IGC_TFJS_BACKEND: cpu (the default) or wasm.
import { composed } from './block.mjs';
import { peer, versionOf } from './peer.mjs';

const tf = peer('@tensorflow/tfjs');
const backend = process.env.IGC_TFJS_BACKEND ?? 'cpu';
if (backend === 'wasm') peer('@tensorflow/tfjs-backend-wasm');
await tf.setBackend(backend);
await tf.ready();

export const name = `tfjs ${versionOf('@tensorflow/tfjs')}, depthwiseConv2d, ${backend}`;
export const limits = { outputs: true };

const toTensor = ({ shape, data }) => tf.tensor(Float32Array.from(data), [...shape], 'float32');
const fromTensor = (tensor) => ({ shape: [...tensor.shape], data: tensor.dataSync() });

function unsupported(reason) {
  throw Object.assign(new Error(reason), { code: 'UNSUPPORTED' });
}

function convolution(x, weight, bias, groups, { stride, dilation, padding }) {
  if (Math.max(...stride) > 1 && Math.max(...dilation) > 1) unsupported('it has no strides beside dilations');
  const [N, C] = x.shape;
  const [O, I, kh, kw] = weight.shape;
  const share = O / groups;
  const { top, bottom, left, right } = padding;
  const sides = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  const kernel = tf.transpose(tf.reshape(weight, [groups, share, I, kh, kw]), [3, 4, 0, 2, 1]);
  const each = tf.depthwiseConv2d(
    tf.pad(tf.transpose(x, [0, 2, 3, 1]), sides),
    tf.reshape(kernel, [kh, kw, C, share]),
    [...stride],
    'valid',
    'NHWC',
    [...dilation],
  );
  const [, H, W] = each.shape;
  const y = tf.reshape(tf.sum(tf.reshape(each, [N * H * W, groups, I, share]), 2), [N, H, W, O]);
  return tf.transpose(bias ? tf.add(y, bias) : y, [0, 3, 1, 2]);
}

function shuffled(x, L, M) {
  const [N, C, H, W] = x.shape;
  return tf.reshape(tf.transpose(tf.reshape(x, [N, L, M, H, W]), [0, 2, 1, 3, 4]), [N, C, H, W]);
}

const composedBlock = composed(convolution, shuffled);

const tensorsOf = (given) =>
  Object.fromEntries(
    Object.entries(given).flatMap(([key, value]) => (value ? [[key, toTensor(value)]] : [])),
  );

export const interleave = ({ x, L, M }) => tf.tidy(() => fromTensor(shuffled(toTensor(x), L, M)));

export const groupConvolution = ({ x, weight, bias, groups, stride, dilation, padding }) =>
  tf.tidy(() => {
    const t = tensorsOf({ x, weight, bias });
    return fromTensor(convolution(t.x, t.weight, t.bias, groups, { stride, dilation, padding }));
  });

export const block = ({ stride, dilation, padding, out, ...given }) =>
  tf.tidy(() => fromTensor(composedBlock({ ...tensorsOf(given), stride, dilation, padding })));

function gradientsOf(f, given, gradOutput) {
  const tensors = tensorsOf(given);
  const keys = Object.keys(tensors);
  const ofAll = tf.grads((...all) => f(Object.fromEntries(keys.map((key, i) => [key, all[i]]))));
  const gradients = ofAll(Object.values(tensors), toTensor(gradOutput));
  return Object.fromEntries(keys.map((key, i) => [key, fromTensor(gradients[i])]));
}

export const groupConvolutionGradients = ({ x, weight, bias, gradOutput, groups, ...window }) =>
  tf.tidy(() =>
    gradientsOf((t) => convolution(t.x, t.weight, t.bias, groups, window), { x, weight, bias }, gradOutput),
  );

export const blockGradients = ({ stride, dilation, padding, gradOutput, out, ...given }) =>
  tf.tidy(() => gradientsOf((t) => composedBlock({ ...t, stride, dilation, padding }), given, gradOutput));
