/**
 * How a job is cut: into chunks, whose input and output lie in one piece each. A chunk is some groups of one image, where
 * nothing mixes groups, or some whole images. Tensors that are copied go through the memory chunk by chunk: what was
 * copied in is in the cache when it is read, what was computed when it is copied out. And chunks are what threads share.
 */
/** How large the chunks of a job are; the last of an image, or of all, may be smaller. */
export interface Cut {
  /** Whole images of a chunk; 1 where an image has several chunks. */
  readonly images: number;
  /** Groups of an image that a chunk has: all of them where it is whole. */
  readonly groups: number;
  /** Places for chunks of tensors that are copied, and how far apart they are in the input and the output, in bytes. */
  readonly slots: number;
  readonly inputSlot: number;
  readonly outputSlot: number;
}

/** One chunk: its images, its groups of each where it hasn't all of them, and where it lies in tensors. */
export interface Chunk {
  readonly image: number;
  readonly images: number;
  readonly groups: { readonly first: number; readonly count: number } | undefined;
  readonly input: Range;
  readonly output: Range;
}

/** Bytes of a tensor, from `begin` to before `end`. */
export interface Range {
  readonly begin: number;
  readonly end: number;
}

/** What a chunk reads and writes, in bytes: a part of a second-level cache, and far more than copying costs to begin. */
const wanted = 256 * 1024;

/** A thread gets so many chunks, where there are enough images: then all end at about the same time. */
const perThread = 4;

/** What is cut: images of some groups, and their bytes in the input and the output. */
export interface Whole {
  readonly images: number;
  readonly groups: number;
  readonly inputBytes: number;
  readonly outputBytes: number;
}

/**
 * How to cut a job, whose images have so many bytes in all tensors together. Where that makes too few chunks to keep all
 * threads busy it is a single one, whose strips or groups are shared. `mixes`: whether outputs are of several groups.
 */
export function cutOf(whole: Whole, mixes: boolean, imageBytes: number, threads: number): Cut {
  const { images: N, groups: all } = whole;
  const perImage = mixes ? 1 : Math.min(Math.ceil(imageBytes / wanted), all);
  const groups = Math.ceil(all / perImage);
  const images = perImage > 1 ? 1 : imagesOf(N, imageBytes, threads);
  const count = Math.ceil(N / images) * Math.ceil(all / groups);
  // One that the caller computes, and for each other thread one that it computes and one that is copied. They lie in the
  // tensor's own memory, which must hold them.
  const room = Math.floor((N * all) / (images * groups));
  const slots = Math.min(2 * threads - 1, room);
  if (!isEven(count, threads) || (threads > 1 && slots < 2))
    return { images: N, groups: all, slots: 1, ...none };
  const slot = (bytes: number) => images * part(whole, groups, bytes);
  return { images, groups, slots, inputSlot: slot(whole.inputBytes), outputSlot: slot(whole.outputBytes) };
}

const none = { inputSlot: 0, outputSlot: 0 };

/** Whole images of a chunk, as even as can be: of 16 images 8 and 8, not 10 and 6. */
function imagesOf(N: number, imageBytes: number, threads: number): number {
  const fewest = threads === 1 ? 1 : perThread * threads;
  const most = Math.min(Math.max(1, Math.floor(wanted / imageBytes)), Math.ceil(N / fewest));
  return Math.ceil(N / Math.ceil(N / most));
}

/** Whether so many items keep all threads busy to the end, or nearly so. */
export function isEven(items: number, threads: number): boolean {
  return items % threads === 0 || items >= 3 * threads;
}

/** All chunks, in the order of memory. */
export function chunksOf(whole: Whole, { images: most, groups }: Cut): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (let image = 0; image < whole.images; image += most)
    for (let first = 0; first < whole.groups; first += groups) {
      const images = Math.min(most, whole.images - image);
      const count = Math.min(groups, whole.groups - first);
      const range = (imageBytes: number): Range => {
        const begin = image * imageBytes + part(whole, first, imageBytes);
        return { begin, end: begin + images * part(whole, count, imageBytes) };
      };
      chunks.push({
        ...{ image, images, groups: count === whole.groups ? undefined : { first, count } },
        ...{ input: range(whole.inputBytes), output: range(whole.outputBytes) },
      });
    }
  return chunks;
}

/** The bytes of some groups of an image. Of a block, whose output has no groups, it is all or nothing. */
function part({ groups }: Pick<Whole, 'groups'>, count: number, imageBytes: number): number {
  return count === groups ? imageBytes : (imageBytes / groups) * count;
}
