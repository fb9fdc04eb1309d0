/** What a person knows of a finding, by the subject's id: whether it is a mistake, or the way that thing is. */
import type { Finding } from './entry.ts';

const isSubnormal = ({ id }: Finding) => /subnormal/.test(id);

export const remarks: Readonly<Record<string, (finding: Finding) => string | undefined>> = {
  'pytorch-bf16': (finding) =>
    isSubnormal(finding)
      ? 'oneDNN computes it with the instructions of AVX512_BF16, which take subnormal numbers for zeros and give none. Without oneDNN (pytorch-bf16-no-mkldnn) PyTorch keeps them: the same program gives two results.'
      : undefined,
};
