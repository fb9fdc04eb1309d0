/** What a person found out about a finding: in one line for its reader upstream, then where it comes from and how that was tried. */
import type { Finding } from './entry.ts';

export interface Remark {
  readonly title: string;
  readonly cause: string;
  /** What matters to a reader of the report, and not upstream. */
  readonly note?: string;
  /** Something to know of it rather than a mistake: not to be filed. */
  readonly isProperty?: true;
  /** The title of the remark on the same bug, where it shows otherwise. */
  readonly sameAs?: string;
}

/** What findings of the same bug have in common. */
export const bugOf = ({ title, sameAs = title }: Remark): string => sameAs;

/** The remark on a finding of a subject. */
export function remarkOn(id: string, finding: Finding): Remark | undefined {
  return remarks.find(({ of, when = () => true }) => of.test(id) && when(finding))?.remark;
}

const numbersOf = ({ smallest }: Finding) =>
  Object.values(smallest?.inputs ?? {}).flatMap(({ data }) => data);
const hasSubnormal = (finding: Finding) =>
  numbersOf(finding).some((x) => typeof x === 'number' && x !== 0 && Math.abs(x) < 2 ** -126);
const hasNaN = (finding: Finding) => numbersOf(finding).includes('NaN');
const hasGroups = ({ smallest }: Finding) =>
  smallest?.case.operation === 'group-convolution' && smallest.case.sizes.L > 1;

const vectorsTitle =
  'WebGPU: a grouped Conv is wrong where a vector of output channels reaches into the next group';

const remarks: readonly {
  readonly of: RegExp;
  readonly when?: (finding: Finding) => boolean;
  readonly remark: Remark;
}[] = [
  {
    of: /^pytorch-bf16$/,
    when: hasSubnormal,
    remark: {
      title: 'conv2d in bfloat16 takes subnormal numbers for zeros where oneDNN uses AVX512_BF16',
      cause:
        'oneDNN (2.6.3, `jit_bf16_1x1:avx512_core_bf16`) multiplies with VDPBF16PS, which takes subnormal operands for zeros and flushes subnormal results whatever MXCSR says (llvm/llvm-project#90425 is about just that). On the same machine the same call is right with `ONEDNN_MAX_CPU_ISA=AVX512_CORE` and within `torch.backends.mkldnn.flags(enabled=False)`, and `torch.mul`, `torch.mm` and `F.linear` are right without either: what a convolution gives depends on the processor and on a switch that should not change it, and `torch.set_flush_denormal` has no say. If that is meant, the documentation of `set_flush_denormal` is the place to say so.',
      note: 'A property of the instructions rather than a mistake: with `--flush-subnormals` everything passes (pytorch-bf16-flushing), and without oneDNN too (pytorch-bf16-no-mkldnn).',
    },
  },
  {
    of: /^tfjs-(browser-)?wasm$/,
    when: hasNaN,
    remark: {
      title: 'wasm: conv2d and depthwiseConv2d with a 1×1 kernel turn NaN into -Infinity',
      cause:
        'XNNPACK computes a convolution with a 1×1 kernel, one input and one output channel in each group, stride 1 and no padding with its micro-kernel f32-vmulcaddc. The variant for WebAssembly SIMD on x86 clamps with `pmax(vmin, acc)`, which is vmin where acc is NaN; `pmax(acc, vmin)` would keep it. Tried on inputs that are NaN throughout: of 240 shapes of conv2d (kernels 1×1 to 3×3, 1 to 8 channels in and out, 1 to 8 pixels a side) exactly the five with a 1×1 kernel, 1 channel in and 1 out are wrong, and of depthwiseConv2d exactly those with a 1×1 kernel. With stride 2, and with `WASM_HAS_SIMD_SUPPORT` false, the same convolution gives NaN, as does the backend cpu. relu then makes 0 of the -Infinity, so that a network whose numbers have gone wrong looks sound.',
      note: 'Known in part: that XNNPACK promises nothing of NaN is in tensorflow/tfjs#3855; that one micro-kernel of many loses it, and which, is not. The change belongs in google/XNNPACK.',
    },
  },
  {
    of: /^onnxruntime-web-browser-webgpu/,
    when: hasGroups,
    remark: {
      title: vectorsTitle,
      cause:
        'Where a group has 4 outputs or more, conv.cc computes output channels in vectors of `GetMaxComponents(output_channels)`, 4 or 2 if that divides them all; grouped_conv.cc then takes the group of the first channel of a vector for the whole vector (`group_id = output_channel * components / output_channels_per_group`). That is wrong wherever the outputs of one group are no multiple of the vector: 2 groups of 5 (channel 5 is computed from group 0), 2 of 6 (channels 6 and 7), 4 of 5, …; 3 groups of 5 are right, since 15 channels are computed one by one. Tried: 2 to 6 groups of 1 to 9 outputs, 1 and 2 inputs, kernels 1×1 and 3×3: in each of the 180 the wrong channels are exactly those that this predicts. `GetMaxComponents(output_channels_per_group)` would do. The condition came with microsoft/onnxruntime#18884. The providers wasm and webgl give what is right.',
    },
  },
  {
    of: /^pytorch-bf16$/,
    remark: {
      title: 'conv2d in bfloat16: an infinite input makes outputs NaN that do not depend on it',
      cause: 'Without oneDNN (`torch.backends.mkldnn.flags(enabled=False)`) the same cases are right.',
      note: 'The cause is not established, so that this is not ready to be filed: AVX512_BF16 multiplies in pairs, and a zero that fills a pair up may meet the infinity.',
    },
  },
  {
    of: /^onnxruntime-web-browser-webgpu/,
    remark: {
      title: 'WebGPU: a block with a grouped Conv of 2 groups of 5 outputs is wrong',
      cause:
        'It has the very shape of the grouped Conv above, whose mistake explains it: channels of the second group are computed from the first.',
      note: 'The time for making it smaller did not reach the Conv itself.',
      sameAs: vectorsTitle,
    },
  },
  {
    of: /^onnxruntime-web-browser-webgl$/,
    remark: {
      title:
        'WebGL: Conv with auto_pad SAME_UPPER or SAME_LOWER is shifted where the stride is larger than the kernel',
      cause:
        'In js/web/lib/onnxjs/util.ts, `adjustPadAndReturnShape` computes padNeeded = (⌈in / stride⌉ − 1)·stride + kernel − in and does not keep it from becoming negative. With a kernel of 1, a stride of 2 and 2 pixels it is −1; floor(−1/2) = −1 is then taken for the padding in front, and the convolution begins at pixel 1. `Math.max(0, …)` would do; the providers of other files give what is right.',
    },
  },
  {
    of: /^tensorflow-conv2d$/,
    remark: {
      title: 'tf.nn.conv2d is wrong with oneDNN where a group has one output and more inputs than one',
      cause:
        '`tf.nn.conv2d([[[[0., 0., 0., 1.]]]], [[[[0., 0.], [0., 1.]]]], 1, "VALID")` gives 0 0; right is 0 1, which it gives with `TF_ENABLE_ONEDNN_OPTS=0`. Tried on integers, against a plain loop: kernels 1×1 to 3×3 on images of three sizes, 1 to 3 groups of 1 to 4 inputs and 1, 2, 3 or 8 outputs: of 432 shapes 53 are wrong, all of them among the 54 that have more than one group, one output a group and more than one input. Without oneDNN all 432 are right, and every case of this report (tensorflow-conv2d-no-onednn).',
      note: 'Where in oneDNN or its caller this happens was not looked up; such a shape may be taken for a depthwise convolution.',
    },
  },
  {
    of: /^onnx-reference$/,
    remark: {
      title: 'ReferenceEvaluator: Conv with dilations multiplies the pixels between the taps by zero',
      cause:
        'The kernel is spread out with zeros between its taps, and these are multiplied: a NaN or an infinity between two taps makes an output NaN that does not depend on it. Declared as that (`multipliesZeros`) it is no mistake; of a reference one would expect that it isn’t so.',
    },
  },
  {
    of: /^opencv$/,
    when: ({ id }) => id.startsWith('auto-pad'),
    remark: {
      title: 'dnn: auto_pad SAME_LOWER of an even kernel pads as SAME_UPPER does',
      cause:
        'The odd pixel of padding goes behind the image, where SAME_LOWER wants it in front: the tap that meets the only pixel is another one.',
    },
  },
  {
    of: /^opencv$/,
    when: ({ id }) => id.startsWith('shapes'),
    remark: {
      title: 'dnn: a 1×1 convolution with padding gives another output each time it is run',
      cause:
        'The outputs that lie in the padding are 0 or 3.4e38, the largest float32 number, from run to run, as if memory were read that nobody wrote. Which, was not looked up.',
      note: 'Run with one thread (`cv2.setNumThreads(1)`).',
    },
  },
  {
    of: /^opencv$/,
    when: hasNaN,
    remark: {
      title: 'dnn: NaN times zero gives 3.4e38, the largest float32 number',
      cause: 'It looks like an activation’s limits, applied so that NaN becomes the upper one.',
    },
  },
  {
    of: /^opencv$/,
    when: hasSubnormal,
    remark: {
      title: 'dnn: subnormal numbers are taken for zeros',
      cause: 'A property rather than a mistake: with --flush-subnormals it is allowed.',
      isProperty: true,
    },
  },
  {
    of: /^onnxjs-cpu$/,
    remark: {
      title: 'cpu: Conv reads the first image of a batch for each of them',
      cause:
        'In backends/cpu/ops/conv.js the offsets of the image, of x and of y, are set to 0 within the loop over images. ONNX.js is no longer developed; onnxruntime-web followed it.',
    },
  },
  {
    of: /^onnxjs-wasm$/,
    remark: {
      title: 'auto_pad: a size that the stride does not divide is padded too much',
      cause:
        'In util.js, `adjustPadAndReturnShape` takes (in + stride − 1) / stride for the output size without rounding it down: 1.5 for 2 pixels and a stride of 2, so that one pixel of padding too many is shared out. (onnxruntime-web, which took this over, rounds it.)',
    },
  },
];
