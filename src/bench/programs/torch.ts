/** PyTorch as a program of its own; Debian's is python3-torch. It speaks as serve.ts does. */
export const torchProgram = `
import json, os, sys, time
try:
    import numpy, torch
except ImportError as error:
    print(json.dumps({"missing": "%s: Debian has it: apt-get install python3-torch python3-numpy" % error}), flush=True)
    sys.exit()
from torch.nn.functional import conv2d

threads = int(sys.argv[1])
torch.set_num_threads(threads)
torch.set_grad_enabled(False)
print(json.dumps({"about": "PyTorch " + torch.__version__}), flush=True)

formats = {"contiguous": torch.contiguous_format, "channels last": torch.channels_last}


def block(case, folder, way):
    L, M, N, size = (case[name] for name in ("L", "M", "N", "size"))

    def read(name, *shape):
        data = numpy.fromfile(os.path.join(folder, name), numpy.float32)
        return torch.from_numpy(data.reshape(shape)).contiguous(memory_format=formats[way])

    def shuffle(y, L, M):
        return y.view(N, L, M, size, size).transpose(1, 2).reshape(N, L * M, size, size)

    x, primary = read("x", N, L * M, size, size), read("primary", L * M, M, 3, 3)
    if case["operation"] == "group-convolution":
        return lambda: conv2d(x, primary, padding=1, groups=L)
    secondary = read("secondary", M * L, L, 1, 1)
    return lambda: shuffle(conv2d(shuffle(conv2d(x, primary, padding=1, groups=L), L, M), secondary, groups=M), M, L)


def milliseconds():
    return time.perf_counter() * 1e3


def laps_of(run, length):
    start, least = milliseconds(), float("inf")
    while True:
        before = milliseconds()
        run()
        least = min(least, milliseconds() - before)
        if milliseconds() - start >= length:
            return max(1, int(0.2 / least + 1))


def sample(run, lap, length):
    start, least, laps = milliseconds(), float("inf"), 0
    while True:
        before = milliseconds()
        for _ in range(lap):
            run()
        least, laps = min(least, milliseconds() - before), laps + 1
        if milliseconds() - start >= length and (laps >= 3 or least >= length):
            return least / lap


ready = {}
for line in sys.stdin:
    question = json.loads(line)
    answer = {}
    if question["ask"] == "ways":
        answer = {"ways": list(formats)}
    elif question["ask"] == "open":
        try:
            start = milliseconds()
            run = block(question["case"], question["folder"], question["way"])
            y = run()
            answer = {"first": milliseconds() - start}
            y.contiguous().numpy().tofile(question["output"])
            ready[question["way"]] = run, laps_of(run, question["warmUp"])
        except Exception as error:
            answer = {"cannot": str(error).split("\\n")[0]}
    elif question["ask"] == "sample":
        answer = {"milliseconds": sample(*ready[question["way"]], question["milliseconds"])}
    elif question["ask"] == "close":
        ready.clear()
    print(json.dumps(answer), flush=True)
`;
