/** Our own kernels in a process of their own. */
import type { Adapter } from '../../oracle/adapter.ts';
import type { OpenOptions } from '../hosted-messages.ts';
import { kernels } from '../kernels.ts';

export const open = async (declared: OpenOptions): Promise<Adapter> => kernels(declared);
