/** The GPU path in a process of its own. */
export { gpu as open } from '../gpu.ts';
