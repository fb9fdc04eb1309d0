/**
 * What the processor can do natively: fused multiply-adds on vectors as wide as the compiler makes them, with nothing in
 * the way. It speaks as serve.ts does, as far as it is asked: every case has the one way.
 */
export const nativeLimitSource = `
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
#include <time.h>

#if defined(__AVX512F__)
enum { width = 16 };
#elif defined(__AVX__)
enum { width = 8 };
#else
enum { width = 4 };
#endif
enum { sums = 12, steps = 4096 };
typedef float vector __attribute__((vector_size(4 * width)));

/* As many sums at once as hide the latency of a multiply-add; variables of their own, so that they stay in registers. */
#define EACH(do) do(0) do(1) do(2) do(3) do(4) do(5) do(6) do(7) do(8) do(9) do(10) do(11)
#define LOAD(i) vector s##i = total[i];
#define STEP(i) s##i = s##i * a + b;
#define STORE(i) total[i] = s##i;

static vector total[sums];

static void run(vector a, vector b) {
  EACH(LOAD)
  for (int step = 0; step < steps; step++) {
    EACH(STEP)
    /* Nothing may be worked out beforehand. */
    __asm__ volatile("");
  }
  EACH(STORE)
}

static double milliseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec * 1e-6;
}

int main(void) {
  static char line[65536];
  vector a, b;
  for (int k = 0; k < width; k++) { a[k] = 1.0f - k * 1e-7f; b[k] = k * 1e-3f; }
  printf("{\\"about\\": \\"gcc %s, vectors of %d floats\\"}\\n", __VERSION__, width);
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) {
    if (strstr(line, "\\"ask\\":\\"ways\\"")) printf("{\\"ways\\": [\\"fused multiply-adds\\"]}\\n");
    else if (strstr(line, "\\"ask\\":\\"open\\"")) printf("{\\"first\\": 0, \\"multiplyAdds\\": %d}\\n", width * sums * steps);
    else if (strstr(line, "\\"ask\\":\\"sample\\"")) {
      /* The fastest run: what the processor can do. */
      double start = milliseconds(), least = 1e9;
      do {
        double before = milliseconds();
        run(a, b);
        double took = milliseconds() - before;
        if (took < least) least = took;
      } while (milliseconds() - start < 10);
      printf("{\\"milliseconds\\": %.9f}\\n", least);
    } else printf("{}\\n");
    fflush(stdout);
  }
  return 0;
}
`;
