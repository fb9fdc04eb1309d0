/* An IGC block in plain C, no library: it reads a file, writes a file and ends. To be judged with --one-shot:
 *
 *     cc -O2 -o block block.c -lm
 *     igc check --one-shot './block {inputs} {outputs} {stride_h} {stride_w} {dilation_h} {dilation_w}
 *                                   {top} {bottom} {left} {right}' --hello block.json
 *
 * Tensors come in .safetensors files: 8 bytes with the length of a header, the header in JSON, the floats. What we
 * read is written by the oracle without blanks and without escapes, so a search does for a parser. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  int shape[4];
  float *data;
} Array;

static void fail(const char *what) {
  fprintf(stderr, "block: %s\n", what);
  exit(1);
}

/* The text after "key": or NULL. */
static const char *field(const char *json, const char *key) {
  char quoted[64];
  snprintf(quoted, sizeof quoted, "\"%s\":", key);
  const char *at = strstr(json, quoted);
  return at ? at + strlen(quoted) : NULL;
}

/* Up to n integers of the list [1,2,…]. */
static void integers(const char *list, int *out, int n) {
  for (char *end; n > 0 && *list != ']'; list = end, n--) *out++ = (int)strtol(list + 1, &end, 10);
}

static char *whole_file(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END)) fail("the inputs can't be opened");
  long size = ftell(file);
  char *bytes = malloc(size);
  rewind(file);
  if (!bytes || fread(bytes, 1, size, file) != (size_t)size) fail("the inputs can't be read");
  fclose(file);
  return bytes;
}

/* An array of the file, of four axes; a bias of C entries is C, 1, 1, 1. No data where it isn't there. */
static Array array(const char *bytes, const char *name) {
  Array result = {{1, 1, 1, 1}, NULL};
  uint64_t length;
  memcpy(&length, bytes, 8); /* on a little-endian machine */
  char *header = strndup(bytes + 8, length);
  const char *entry = field(header, name);
  if (entry) {
    int offsets[2] = {0, 0};
    integers(field(entry, "shape"), result.shape, 4);
    integers(field(entry, "data_offsets"), offsets, 2);
    if (!(result.data = malloc(offsets[1] - offsets[0]))) fail("no memory");
    memcpy(result.data, bytes + 8 + length + offsets[0], offsets[1] - offsets[0]);
  }
  free(header);
  return result;
}

/* An array full of NaN: a cell that is never written is seen. */
static Array unwritten(int n, int c, int h, int w) {
  Array y = {{n, c, h, w}, malloc(sizeof(float) * n * c * h * w)};
  if (!y.data) fail("no memory");
  for (int i = 0; i < n * c * h * w; i++) y.data[i] = NAN;
  return y;
}

static Array convolution(Array x, Array weight, Array bias, const int *stride, const int *dilation, const int *pad) {
  int H = x.shape[2], W = x.shape[3], O = weight.shape[0], I = weight.shape[1], kh = weight.shape[2], kw = weight.shape[3];
  int groups = x.shape[1] / I, rows = (H + pad[0] + pad[1] - dilation[0] * (kh - 1) - 1) / stride[0] + 1;
  int columns = (W + pad[2] + pad[3] - dilation[1] * (kw - 1) - 1) / stride[1] + 1;
  Array y = unwritten(x.shape[0], O, rows, columns);
  float *to = y.data;
  for (int n = 0; n < x.shape[0]; n++)
    for (int o = 0; o < O; o++)
      for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) {
          float sum = bias.data ? bias.data[o] : 0;
          for (int c = 0; c < I; c++)
            for (int u = 0; u < kh; u++)
              for (int v = 0; v < kw; v++) {
                int h = i * stride[0] + u * dilation[0] - pad[0], w = j * stride[1] + v * dilation[1] - pad[2];
                if (h < 0 || h >= H || w < 0 || w >= W) continue;
                int channel = o / (O / groups) * I + c;
                sum += weight.data[((o * I + c) * kh + u) * kw + v] * x.data[((n * x.shape[1] + channel) * H + h) * W + w];
              }
          *to++ = sum;
        }
  return y;
}

/* Channel l*M + m becomes channel m*L + l. */
static Array interleave(Array x, int L, int M) {
  Array y = unwritten(x.shape[0], L * M, x.shape[2], x.shape[3]);
  int pixels = x.shape[2] * x.shape[3];
  for (int n = 0; n < x.shape[0]; n++)
    for (int c = 0; c < L * M; c++) {
      int l = c / M, m = c % M;
      memcpy(y.data + (n * L * M + m * L + l) * pixels, x.data + (n * L * M + c) * pixels, pixels * sizeof(float));
    }
  return y;
}

static void write_output(const char *path, Array y) {
  char header[256];
  uint64_t size = sizeof(float) * y.shape[0] * y.shape[1] * y.shape[2] * y.shape[3];
  const char *form = "{\"y\":{\"dtype\":\"F32\",\"shape\":[%d,%d,%d,%d],\"data_offsets\":[0,%llu]}}";
  uint64_t length = snprintf(header, sizeof header, form, y.shape[0], y.shape[1], y.shape[2], y.shape[3], (unsigned long long)size);
  FILE *file = fopen(path, "wb");
  if (!file) fail("the outputs can't be opened");
  fwrite(&length, 8, 1, file);
  fwrite(header, 1, length, file);
  fwrite(y.data, 1, size, file);
  if (fclose(file)) fail("the outputs can't be written");
}

int main(int count, char **words) {
  static const int one[2] = {1, 1}, none[4] = {0, 0, 0, 0};
  if (count != 11) fail("expected inputs, outputs, stride, dilation, padding");
  int numbers[8];
  for (int i = 0; i < 8; i++) numbers[i] = atoi(words[3 + i]);
  const int *stride = numbers, *dilation = numbers + 2, *padding = numbers + 4;
  char *bytes = whole_file(words[1]);
  Array x = array(bytes, "x"), wp = array(bytes, "primary_weight"), wd = array(bytes, "secondary_weight");
  Array bp = array(bytes, "primary_bias"), bd = array(bytes, "secondary_bias");
  int L = wd.shape[1], M = wp.shape[0] / L, Lout = wd.shape[0] / M;
  Array primary = convolution(x, wp, bp, stride, dilation, padding);
  Array secondary = convolution(interleave(primary, L, M), wd, bd, one, one, none);
  write_output(words[2], interleave(secondary, M, Lout));
  return 0; /* 69 and a reason on standard error: this case is unsupported */
}
