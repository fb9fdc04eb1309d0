/** Opens a device, once for everybody: browsers end a page's seventeenth WebGL context by taking the first away. */
import { Device } from './device.ts';
import { Engine } from './engine.ts';
import { GpuError, reasonOf } from './errors.ts';
import { type Arithmetic, arithmeticOf, wrongOnKnownCases } from './known-case.ts';
import { type Library, settingsFor } from './library.ts';
import { packSource } from './sources.ts';
import type { Backend } from './types.ts';

/** A device that has passed the known cases, and a share in it. */
export interface Opened {
  readonly device: Device;
  readonly arithmetic: Arithmetic;
  /** Gives the share back; the device is closed with the last. */
  close(): Promise<void>;
}

interface Shared {
  readonly found: Promise<{ readonly device: Device; readonly arithmetic: Arithmetic }>;
  users: number;
}

const open = new WeakMap<Library, Map<Backend, Shared>>();

/**
 * The device of a backend, checked. Rejects with a GpuError: where there is none, where it is software and that isn't
 * allowed (found before it is asked to compute much), and where it got a known case wrong.
 */
export async function openDevice(
  library: Library,
  backend: Backend,
  allowSoftware: boolean,
): Promise<Opened> {
  const devices = open.get(library) ?? new Map<Backend, Shared>();
  open.set(library, devices);
  const known = devices.get(backend);
  if (known) {
    const found = await known.found.catch(() => undefined);
    if (found === undefined || found.device.isLost) devices.delete(backend);
  }
  const shared = devices.get(backend) ?? { found: checked(library, backend, allowSoftware), users: 0 };
  devices.set(backend, shared);
  shared.users++;
  const close = async () => {
    if (--shared.users > 0) return;
    if (devices.get(backend) === shared) devices.delete(backend);
    await (await shared.found.catch(() => undefined))?.device.close();
  };
  try {
    const { device, arithmetic } = await shared.found;
    demandHardware(device, allowSoftware);
    return { device, arithmetic, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function checked(library: Library, backend: Backend, allowSoftware: boolean) {
  const device = await started(library, backend);
  try {
    demandHardware(device, allowSoftware);
    const engine = new Engine(device, 64);
    const wrong = await wrongOnKnownCases(engine);
    if (wrong !== undefined) {
      throw new GpuError('wrong', `${device.ran.adapter} (${backend}) computes wrongly: ${wrong}`);
    }
    const arithmetic = await arithmeticOf(engine);
    engine.dispose();
    return { device, arithmetic };
  } catch (error) {
    await device.close();
    throw error;
  }
}

/** A device on which something has run: gpu.js says what it is only then. */
async function started(library: Library, backend: Backend): Promise<Device> {
  const numbers = Float32Array.of(1, 2, 3);
  try {
    const gpu = new library.GPU({ mode: backend });
    const probe = gpu.createKernel(packSource(1), settingsFor([numbers.length], false));
    const copy = (await probe(library.input(numbers, [numbers.length]))) as Float32Array;
    if (!numbers.every((number, i) => copy[i] === number)) {
      throw new GpuError('unavailable', `it copies ${numbers.join(', ')} as ${Array.from(copy).join(', ')}`);
    }
    return new Device(library, backend, gpu, probe);
  } catch (cause) {
    throw new GpuError('unavailable', `${backend}: ${plainly(reasonOf(cause))}`, { cause });
  }
}

/** gpu.js says what to do about gpu.js. */
function plainly(reason: string): string {
  if (/no adapter is available/.test(reason)) return 'there is no adapter, which needs a GPU and its driver';
  return /mode of .* is not supported/.test(reason) ? 'there is none here' : reason;
}

function demandHardware({ ran }: Device, allowSoftware: boolean): void {
  if (!ran.software || allowSoftware) return;
  const why =
    'a program on the processor, slower than the CPU kernels (allowSoftware: true takes it all the same)';
  throw new GpuError('unavailable', `${ran.backend}: ${ran.adapter} is ${why}`);
}
