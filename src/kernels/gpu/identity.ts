/** Who computes: asked of the context of a kernel that ran. */
import type { Ran } from './types.ts';

/** The parts of WebGPU's context, as gpu.js holds it, that are looked at. */
export interface WebGpuContext {
  readonly adapter: {
    readonly info?: Readonly<Record<string, unknown>>;
    readonly isFallbackAdapter?: boolean;
  };
  readonly device: {
    readonly limits: Readonly<Record<string, number>>;
    pushErrorScope(filter: 'validation' | 'out-of-memory' | 'internal'): void;
    popErrorScope(): Promise<{ readonly message: string } | null>;
    destroy(): void;
  };
  readonly isLost: boolean;
}

/** The parts of a WebGL context that are looked at. */
export interface WebGlContext {
  readonly RENDERER: number;
  readonly MAX_TEXTURE_SIZE: number;
  getExtension(name: string): { readonly UNMASKED_RENDERER_WEBGL: number } | null;
  getParameter(name: number): unknown;
  getError(): number;
  isContextLost(): boolean;
}

/** Programs that pass for GPUs: SwiftShader, Mesa's, Windows' own, and Apple's. */
const programs =
  /swiftshader|llvmpipe|lavapipe|softpipe|swrast|basic render|\bwarp\b|software|mesa offscreen|apple software/i;

export function identifyWebGpu({ adapter }: WebGpuContext): Omit<Ran, 'backend'> {
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info ?? {};
  const words = [vendor, architecture, device, description].filter(
    (word) => typeof word === 'string' && word !== '',
  );
  const name = words.join(' ') || 'an adapter without a name';
  return {
    adapter: name,
    software: isFallbackAdapter === true || adapter.isFallbackAdapter === true || programs.test(name),
  };
}

export function identifyWebGl(context: WebGlContext): Omit<Ran, 'backend'> {
  // Some browsers tell the renderer to all, some through an extension, some to nobody.
  const unmasked = context.getExtension('WEBGL_debug_renderer_info');
  const name = String(context.getParameter(unmasked?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER));
  // headless-gl tells nobody what is behind it, which often is Mesa's program.
  return { adapter: name, software: programs.test(name) || name === 'ANGLE' };
}
