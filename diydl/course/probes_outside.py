"""What `diydl doctor` learns from other programs: the GPU and CuPy, Jupyter and its kernel.

They run in processes of their own, with a time limit: what crashes or hangs there does not here.
"""

import importlib.metadata
import importlib.util
import json
import re
import shutil
import subprocess
import sys

from diydl.course.doctor import Finding

_PATIENCE = 60  # seconds; a first CuPy import on a cold disk takes ten
_CUPY = """
import json, cupy
a = cupy.ones((64, 64), dtype="float32")
right = bool((a @ a == 64).all())
names = [cupy.cuda.runtime.getDeviceProperties(k)["name"].decode()
         for k in range(cupy.cuda.runtime.getDeviceCount())]
print(json.dumps({"version": cupy.__version__, "right": right, "names": names}))
"""
_HERE = "import json, sys, ipykernel, diydl; print(json.dumps([sys.prefix, diydl.__file__]))"


def gpu() -> Finding:
    """An NVIDIA GPU, and CuPy that can use it."""
    cards, cuda = _cards()
    has_cupy = importlib.util.find_spec("cupy") is not None
    if not cards and not has_cupy:
        follows = "Everything runs on the CPU; cells for the GPU say that they were not run."
        return Finding("GPU", "absent", "no NVIDIA GPU and no CuPy", follows)
    if not has_cupy:
        extra = "gpu-cuda13" if cuda >= 13 else "gpu-cuda12"
        mend = f'{sys.executable} -m pip install "diydl[{extra}]"'
        follows = "diydl uses GPUs through CuPy, which is not there: everything runs on the CPU."
        return Finding("GPU", "absent", cards, follows, mend)
    done = _python(sys.executable, _CUPY)
    if done.returncode:
        reason = _last_line(done.stderr)
        where = cards or "no NVIDIA GPU was found"
        follows = f"CuPy is there but cannot use it ({reason}): everything runs on the CPU."
        mend = "see that the driver runs (`nvidia-smi`) and that CuPy is of its CUDA version"
        return Finding("GPU", "note", where, follows, mend)
    found = json.loads(done.stdout.splitlines()[-1])
    what = f"{', '.join(found['names'])}, CuPy {found['version']}"
    if not found["right"]:
        mend = "install CuPy again, of the driver's CUDA version"
        return Finding("GPU", "note", what, "A product of matrices is wrong there.", mend)
    return Finding("GPU", "ok", what)


def kernel() -> Finding:
    """JupyterLab, and whether its Python kernel starts this Python, with diydl in it."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    mend = f"{sys.executable} -m ipykernel install --sys-prefix"
    lab = f"JupyterLab {importlib.metadata.version('jupyterlab')}"
    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        follows = "Notebooks have nothing to run in: there is no kernel `python3`."
        return Finding("Jupyter", "problem", lab, follows, mend)
    program = spec.argv[0]
    if re.fullmatch(r"python(3(\.\d+)?)?(\.exe)?", program):
        program = sys.executable  # as jupyter_client does
    what = f"{lab}, kernel python3 of {spec.resource_dir}, starts {program}"
    try:
        done = _python(program, _HERE)
    except OSError as error:
        follows = f"That program cannot be started: {error.strerror or error}."
        return Finding("Jupyter", "problem", what, follows, mend)
    if done.returncode:
        follows = f"diydl cannot be imported there: {_last_line(done.stderr)}."
        return Finding("Jupyter", "problem", what, follows, mend)
    prefix, origin = json.loads(done.stdout.splitlines()[-1])
    if prefix != sys.prefix:
        follows = f"Notebooks run another Python than this one, with the diydl of {origin}."
        return Finding("Jupyter", "note", what, follows, mend)
    return Finding("Jupyter", "ok", what)


def _cards() -> tuple[str, int]:
    """Names of the GPUs by their driver, and the CUDA version that it can serve; "" for none."""
    program = shutil.which("nvidia-smi")
    if not program:
        return "", 0
    query = [program, "--query-gpu=name,memory.total", "--format=csv,noheader"]
    listed = subprocess.run(query, capture_output=True, text=True, timeout=_PATIENCE)
    if listed.returncode:
        return "", 0
    table = subprocess.run([program], capture_output=True, text=True, timeout=_PATIENCE).stdout
    cuda = re.search(r"CUDA Version: (\d+)", table)
    return "; ".join(listed.stdout.split("\n")).strip("; "), int(cuda[1]) if cuda else 12


def _python(program: str, code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program, "-c", code], capture_output=True, text=True, timeout=_PATIENCE, errors="replace"
    )


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1][:200].rstrip(".") if lines else "no reason given"
