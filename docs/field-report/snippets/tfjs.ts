/** A failure in the words of TensorFlow.js. */
import { list, packages } from './javascript.ts';
import { output } from './output.ts';
import { callOf, type Numbers, type Snippet } from './snippet.ts';

/** The package of a backend that isn't in @tensorflow/tfjs. */
const beside: Readonly<Record<string, string>> = {
  wasm: '@tensorflow/tfjs-backend-wasm',
  webgpu: '@tensorflow/tfjs-backend-webgpu',
};

/** On one backend, in Node; of one group, as conv2d has no others. */
export function tfjsSnippet(backend: string): Snippet {
  return {
    language: 'js',
    code: (question) => {
      const call = callOf(question);
      if (!call || call.groups > 1) return undefined;
      const { stride, dilation, padding } = call.window;
      const { top, bottom, left, right } = padding;
      const tensor = (numbers: Numbers, axes: readonly number[]) => {
        const { shape, data } = moved(numbers, axes);
        return `tf.tensor4d(${list(data)}, ${list(shape)})`;
      };
      const pad = `[[0, 0], [${top}, ${bottom}], [${left}, ${right}], [0, 0]]`;
      const conv = `tf.conv2d(x, weight, ${list(stride)}, ${pad}, 'NHWC', ${list(dilation)})`;
      return [
        `import * as tf from '@tensorflow/tfjs';`,
        ...(backend in beside ? [`import '${beside[backend]}';`] : []),
        '',
        `await tf.setBackend('${backend}');`,
        `const x = ${tensor(call.x, [0, 2, 3, 1])}; // NHWC`,
        `const weight = ${tensor(call.weight, [2, 3, 1, 0])}; // HWIO`,
        `const y = ${call.bias ? `tf.add(${conv}, ${list(call.bias.data)})` : conv};`,
        `console.log(tf.transpose(y, [0, 3, 1, 2]).dataSync().join(' '));`,
      ].join('\n');
    },
    run: (code) => output(process.execPath, ['--input-type=module', '--eval', code], packages()),
  };
}

/** With its axes in another order. */
function moved({ shape, data }: Numbers, axes: readonly number[]): Numbers {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  let offsets = [0];
  for (const axis of axes) {
    offsets = offsets.flatMap((offset) =>
      Array.from({ length: shape[axis]! }, (_, i) => offset + i * strides[axis]!),
    );
  }
  return { shape: axes.map((axis) => shape[axis]!), data: offsets.map((offset) => data[offset]!) };
}
