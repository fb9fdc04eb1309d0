import ndarray, { type NdArray } from 'ndarray';
import { demand, type Site } from './constraints.ts';
import { checkedView, type Dtype, dtypeOf, type FloatArray, type FloatData } from './view.ts';

/** One entry for each output channel: an ndarray of rank 1 or a typed array, of the operands' element type. */
export type Bias = NdArray | FloatData;

/** The bias as a checked view of rank 1: a right array (T1–T4, C2), element type (T7) and length (C11). */
export function checkedBias(site: Site, bias: Bias, dtype: Dtype, channels: number): FloatArray {
  const view = checkedView(site, ArrayBuffer.isView(bias) ? ndarray(bias) : bias, 1);
  const given = dtypeOf(view.data);
  demand(given === dtype, site, 'T7', dtype, `${given}`);
  demand(view.shape[0] === channels, site, 'C11', `${channels} entries`, `${view.shape[0]}`);
  return view;
}
