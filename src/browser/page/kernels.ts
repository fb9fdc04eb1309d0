/** Our own kernels in a page. */
import type { OpenOptions } from '../../implementations/hosted-messages.ts';
import { kernels } from '../../implementations/kernels.ts';
import type { Adapter } from '../../oracle/adapter.ts';

export const open = async (declared: OpenOptions): Promise<Adapter> => kernels(declared);
