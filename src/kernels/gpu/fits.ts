/** What a device can hold. */
import { demand } from '../errors.ts';
import { type Geometry, outputChannels } from '../geometry.ts';
import { volume } from './arguments.ts';
import type { Device } from './device.ts';
import {
  inputPlanes,
  inputShape,
  outputShape,
  type Planes,
  planesOf,
  weightEntries,
  weightRows,
} from './layout.ts';
import type { FeatureShape } from './types.ts';

/** The most channels of all images: a device has no more workgroups along an axis, and quotients are exact below. */
const mostChannels = 2 ** 16 - 1;

/** Throws a KernelError where a feature map has too many numbers (G1) or channels (G2) for the device. */
export function demandFeaturesFit(
  operation: string,
  argument: string,
  shape: FeatureShape,
  device: Device,
): void {
  const [N, channels, height, width] = shape;
  demandNumbersFit(operation, argument, volume(shape), device);
  demandPlanesFit(operation, argument, N * channels, planesOf(height, width, device.lanes), device);
}

/** The same of everything that computing takes. */
export function demandFits(operation: string, geometry: Geometry, device: Device): void {
  const { N, groups, inputs, outputs, mixed, rows, columns, kernel } = geometry;
  const { lanes } = device;
  demandFeaturesFit(operation, 'shape (the input)', inputShape(geometry), device);
  const padded = inputPlanes(geometry, lanes);
  demandPlanesFit(operation, 'shape (the padded input)', N * groups * inputs, padded, device);
  const primary = [N, groups * outputs, rows, columns] as const;
  demandFeaturesFit(operation, 'shape (the primary result)', primary, device);
  demandFeaturesFit(operation, 'shape (the output)', outputShape(geometry), device);
  const weights = (rows: number, sum: Parameters<typeof weightRows>) =>
    rows * lanes * weightEntries(weightRows(...sum), lanes);
  const spatial = weights(groups * outputs, [inputs, kernel]);
  demandNumbersFit(operation, 'parameters (the spatial weights)', spatial, device);
  if (mixed === undefined) return;
  const mixing = weights(outputChannels(geometry), [groups, [1, 1]]);
  demandNumbersFit(operation, 'parameters.secondaryWeight', mixing, device);
}

function demandNumbersFit(
  operation: string,
  argument: string,
  count: number,
  { entries, ran }: Device,
): void {
  demand(count <= entries, { operation, argument }, 'G1', `at most ${entries} on ${ran.adapter}`, `${count}`);
}

function demandPlanesFit(
  operation: string,
  argument: string,
  count: number,
  { height, pitch }: Planes,
  device: Device,
): void {
  const site = { operation, argument };
  demandNumbersFit(operation, argument, count * height * pitch, device);
  if (count === 1) {
    const [most, longest] = [device.side, Math.max(height, pitch)];
    demand(longest <= most, site, 'G1', `at most ${most} pixels along one channel`, `${longest}`);
  }
  demand(count <= mostChannels, site, 'G2', `at most ${mostChannels}: fewer images`, `${count}`);
}
