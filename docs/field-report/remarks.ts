/** What a person knows of a finding, by the subject's id: whether it is a mistake, and where it comes from. */
import type { Finding } from './entry.ts';

const isSubnormal = ({ id }: Finding) => /subnormal/.test(id);

export const remarks: Readonly<Record<string, (finding: Finding) => string | undefined>> = {
  'pytorch-bf16': (finding) =>
    isSubnormal(finding)
      ? 'oneDNN takes subnormal bfloat16 numbers for zeros here, as the instructions of AVX512_BF16 do; torch.mul and torch.mm keep them, and so does conv2d without oneDNN (pytorch-bf16-no-mkldnn). With --flush-subnormals everything passes (pytorch-bf16-flushing): a property rather than a mistake, but the result depends on a switch that should not change it.'
      : undefined,
  'tfjs-wasm': () =>
    'The convolution of this backend is XNNPACK, which clamps what it gives to its output range even where that is everything; NaN becomes -Infinity on the way. Its authors promise nothing of NaN (tensorflow/tfjs pull request 3855), but the other backends of tfjs keep it, so that a network whose numbers have gone wrong looks sound on this one.',
  'onnxruntime-web-browser-webgpu': () =>
    'Wrong values for ordinary numbers. Grouped 1×1 convolutions of one input channel a group, tried with 2, 3 and 4 groups and 1 to 6 outputs a group: wrong with 2 and 4 groups of 5 or 6 outputs, right with all others. In the smallest block the first output of the second group is its own weight times the input of the first group (-26244 = -54 · 486), as if several outputs were computed together and all took the group of the first. The providers wasm and webgl are right on the same probes.',
};
