/** A failure in the words of onnxruntime-web: a page. */
import { caseModel } from '../../../src/implementations/onnx/case-model.ts';
import { list } from './javascript.ts';
import { pageOutput } from './page-output.ts';
import { callOf, type Snippet } from './snippet.ts';

const files = { webgl: 'ort.webgl.min.mjs', webgpu: 'ort.webgpu.bundle.min.mjs' } as const;

/** On an execution provider that runs in pages alone. */
export function onnxruntimeWebSnippet(provider: 'webgl' | 'webgpu'): Snippet {
  return {
    language: 'html',
    code: (question) => {
      const call = callOf(question);
      if (!call) return undefined;
      const model = Buffer.from(caseModel(question)).toString('base64');
      return [
        '<script type="module">',
        `import * as ort from './node_modules/onnxruntime-web/dist/${files[provider]}';`,
        '',
        '// Opset 13, one node: y = Conv(x, weight).',
        `const model = Uint8Array.from(atob(\`${wrapped(model)}\`.replace(/\\s/g, '')), (c) => c.charCodeAt(0));`,
        `const session = await ort.InferenceSession.create(model, { executionProviders: ['${provider}'] });`,
        `const x = new ort.Tensor('float32', ${list(call.x.data)}, ${list(call.x.shape)});`,
        'const { y } = await session.run({ x });',
        `console.log(y.data.join(' '));`,
        '</script>',
      ].join('\n');
    },
    run: pageOutput,
  };
}

/** In lines that can be read. */
const wrapped = (text: string) => text.replace(/.{1,100}/g, '\n  $&');
