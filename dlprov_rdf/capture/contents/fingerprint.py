# SPDX-License-Identifier: Apache-2.0
"""What a value is by its content: shape, type, size, classes, and a digest that is exact.

A digest is SHA-256 of an array's canonical ``.npy`` octets (format 1.0, C order, little
endian), so that ``sha256sum`` of a file that ``numpy.save`` wrote agrees. Above a budget of
bytes a sample is digested, under another name, never to be mistaken for the whole.

numpy is used where the user has it and never loaded for its own sake; no random number is
drawn. Nothing here raises for a value it does not understand: it says why.

Source: RFC 6920 (ni names); NumPy Enhancement Proposal 1 (the .npy format).
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from dlprov_rdf.events.contents import content

#: Rows of a sample: the first, the last, and others evenly between them.
SAMPLE_ROWS = 1024

#: Distinct labels that are still counted one by one.
MOST_CLASSES = 1000

#: Bytes that are copied at a time where an array has to be copied.
_STRETCH = 1 << 26


#: What a sample may hold however small the budget is, in bytes.
_LEAST_SAMPLE = 1 << 20

#: Looked at first: where these rule classes out, the rest is not looked at for them.
_HEAD = 100_000

#: Attributes of classes that hold no array but read or compute one: h5py, zarr, dask, netCDF4.
_LAZY = ("chunks", "chunking", "compute")


class _Undigestible(Exception):
    """A value has no content that could be digested exactly; the text says why."""


class Description(Struct, frozen=True, kw_only=True):
    """What can be said of a value: the fields that an event about data has."""

    form: str
    shape: list[int | None] | None = None
    dtype: str | None = None
    rows: int | None = None
    bytes: int | None = None
    digest: str | None = None
    sample_digest: str | None = None
    undigested: str | None = None
    classes: dict[str, int] = field(default_factory=dict)


def text_digest(octets: bytes) -> str:
    """Digest octets as they are."""
    return content(hashlib.sha256(octets).digest())


def describe(value: object, budget: int) -> Description:
    """Say what a value is.

    Args:
        value: An array, a tensor of any framework, a table, a list of numbers, octets,
            text; anything else is named by its class.
        budget: Bytes of content that are digested whole.
    """
    form = f"{type(value).__module__}.{type(value).__qualname__}"
    try:
        if isinstance(value, bytes | bytearray | str):
            return _described_text(value, form, budget)
        array = as_array(value)
        if array is None:
            return _undescribed(value, form, "not held in memory as an array")
        return _described(array, form, budget)
    except Exception as fault:  # noqa: BLE001 -- a foreign object may raise anything
        return _undescribed(value, form, reason(fault))


def reason(fault: Exception) -> str:
    """Say in words why something could not be digested."""
    if isinstance(fault, _Undigestible):
        return str(fault)
    return f"{type(fault).__name__}: {str(fault)[:200]}"


def _described_text(value: bytes | bytearray | str, form: str, budget: int) -> Description:
    """Say what octets or text (as UTF-8) are; above the budget, by both ends."""
    octets = value.encode(errors="surrogatepass") if isinstance(value, str) else bytes(value)
    size = len(octets)
    if size <= budget:
        return Description(form=form, bytes=size, digest=text_digest(octets))
    half = max(budget, 2) // 2
    ends = text_digest(octets[:half] + octets[-half:])
    return Description(form=form, bytes=size, sample_digest=f"sample:{2 * half}-of-{size}:{ends}")


def as_array(value: object) -> Any:
    """Give a value as a numpy array without copying where that can be; None if it is none."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return None
    if isinstance(value, list | tuple):
        return _array_of_list(numpy, value)
    if isinstance(value, numpy.ndarray | numpy.generic):
        if hasattr(value, "mask"):
            raise _Undigestible("a masked array, whose hidden values have no fixed octets")
        return numpy.asarray(value)
    if any(hasattr(type(value), lazy) for lazy in _LAZY):
        return None
    _one_type_of_column(value)
    # Of PyTorch only: TensorFlow's tensors have a cpu() too, and warn of it on standard error.
    if callable(getattr(value, "detach", None)):
        value = value.detach().cpu()  # type: ignore[attr-defined]
    for name in ("to_numpy", "numpy", "__array__"):
        convert = getattr(value, name, None)
        if callable(convert):
            return numpy.asarray(convert())
    return None


def _array_of_list(numpy: Any, value: list[Any] | tuple[Any, ...]) -> Any:
    if not all(isinstance(one, bool | int | float | str | list | tuple) for one in value[:100]):
        return None
    array = numpy.array(value)
    if array.dtype.kind in "US" and not _all_words(value):
        raise _Undigestible("mixes words and numbers")
    return array


def _all_words(value: list[Any] | tuple[Any, ...]) -> bool:
    return all(
        _all_words(one) if isinstance(one, list | tuple) else isinstance(one, str) for one in value
    )


def _one_type_of_column(value: object) -> None:
    """Refuse a table that one array cannot hold: its integers would be rounded to floats."""
    if hasattr(value, "columns") and len({str(one) for one in getattr(value, "dtypes", ())}) > 1:
        raise _Undigestible("its columns have several types")


def _undescribed(value: object, form: str, reason: str) -> Description:
    shape = getattr(value, "shape", None)
    try:
        known = [None if size is None else int(size) for size in shape] if shape else None
    except (TypeError, ValueError):
        known = None
    return Description(form=form, shape=known, undigested=reason)


def _described(array: Any, form: str, budget: int) -> Description:
    told: dict[str, Any] = {
        "form": form,
        "shape": list(array.shape),
        "dtype": str(array.dtype),
        "rows": int(array.shape[0]) if array.ndim else None,
        "bytes": int(array.nbytes),
    }
    if array.dtype.hasobject:
        return Description(**told, undigested="holds Python objects, which have no fixed octets")
    if array.nbytes > budget:
        return Description(**told, sample_digest=sample_digest(array, budget))
    return Description(**told, digest=array_digest(array), classes=_classes(array))


def array_digest(array: Any) -> str:
    """Digest the whole of an array."""
    return weights_digest([array])


def weights_digest(arrays: Iterable[Any]) -> str:
    """Digest arrays one after the other, each as its canonical ``.npy`` octets."""
    hashed = hashlib.sha256()
    for array in arrays:
        _feed(hashed, array)
    return content(hashed.digest())


def weights_of(weights: object) -> tuple[str | None, str | None]:
    """Digest a model's weights as given by hand: an array, or a list or mapping of them.

    Returns:
        The digest and None, or None and why there is none.
    """
    if weights is None:
        return None, "weights were not given"
    given: Iterable[Any] = (weights,)
    if isinstance(weights, Mapping):
        given = weights.values()
    elif isinstance(weights, list | tuple):
        given = weights
    try:
        arrays = [as_array(one) for one in given]
        if not arrays or any(array is None or array.dtype.hasobject for array in arrays):
            return None, "the weights are no arrays of numbers"
        return weights_digest(arrays), None
    except Exception as fault:  # noqa: BLE001 -- a foreign object may raise anything
        return None, reason(fault)


def _feed(hashed: Any, array: Any) -> None:
    little = array.dtype.newbyteorder("<")
    hashed.update(npy_header(little, array.shape))
    for octets in _stretches(array, little):
        hashed.update(octets)


def _stretches(array: Any, little: Any) -> Iterator[Any]:
    """Yield an array's octets, C order: without a copy where they lie so, else a part at a time."""
    numpy = sys.modules["numpy"]
    if not array.nbytes:
        return
    if array.flags.c_contiguous and array.dtype == little:
        yield array.reshape(-1).view(numpy.uint8)
        return
    rows = array.reshape(1) if array.ndim == 0 else array
    step = max(1, _STRETCH * len(rows) // rows.nbytes)
    for begin in range(0, len(rows), step):
        part = numpy.ascontiguousarray(rows[begin : begin + step]).astype(little, copy=False)
        yield part.reshape(-1).view(numpy.uint8)


def npy_header(little: Any, shape: tuple[int, ...]) -> bytes:
    """Write the head of a ``.npy`` file, format 1.0, as numpy does."""
    npy = sys.modules["numpy"].lib.format
    head = io.BytesIO()
    told = {"descr": npy.dtype_to_descr(little), "fortran_order": False, "shape": shape}
    npy.write_array_header_1_0(head, told)
    return head.getvalue()


def sample_digest(array: Any, budget: int) -> str:
    """Digest evenly spaced rows of an array, the first and the last among them.

    Rows: at most `SAMPLE_ROWS`, fewer where they would exceed the budget (or 1 MiB, if that
    is more); where not even two fit, single elements in C order instead.

    Returns:
        ``sample:ROWS-of-ALL:`` or ``sample:COUNT-elements-of-ALL:`` and the digest, so that
        it is never taken for the whole's.
    """
    allowed = max(budget, _LEAST_SAMPLE)
    fitting = allowed * len(array) // array.nbytes if array.ndim else 0
    if fitting < min(2, len(array) if array.ndim else 0) or not array.ndim:
        chosen = _spread(array.size, min(SAMPLE_ROWS, max(2, allowed // array.itemsize)))
        digest = array_digest(array.flat[chosen])
        return f"sample:{len(chosen)}-elements-of-{array.size}:{digest}"
    chosen = _spread(len(array), min(SAMPLE_ROWS, fitting))
    return f"sample:{len(chosen)}-of-{len(array)}:{array_digest(array[chosen])}"


def _spread(length: int, count: int) -> list[int]:
    """Choose so many places of a row of that length, evenly, both ends among them."""
    if length <= count:
        return list(range(length))
    return [place * (length - 1) // (count - 1) for place in range(count)]


def _classes(array: Any) -> dict[str, int]:
    """Count labels: of a column of integers, words or truth values, or of one-hot rows."""
    numpy = sys.modules["numpy"]
    if array.ndim == 2 and array.shape[1] == 1:
        array = array.reshape(-1)
    if array.ndim == 2 and 1 < array.shape[1] <= MOST_CLASSES and _one_hot(array):
        array = array.argmax(axis=1)
    if array.ndim != 1 or array.dtype.kind not in "iubUS" or not array.size:
        return {}
    if array.size > _HEAD and len(numpy.unique(array[:_HEAD])) > MOST_CLASSES:
        return {}
    labels, counts = numpy.unique(array, return_counts=True)
    if len(labels) > MOST_CLASSES:
        return {}
    return {_label(label): int(count) for label, count in zip(labels, counts, strict=True)}


def _one_hot(array: Any) -> bool:
    if array.dtype.kind not in "iubf":
        return False
    return _all_hot(array[: _HEAD // array.shape[1]]) and _all_hot(array)


def _all_hot(rows: Any) -> bool:
    ones = rows == 1
    return bool((ones.sum(axis=1) == 1).all() and ((rows == 0) | ones).all())


def _label(label: Any) -> str:
    plain = label.item()
    return plain.decode(errors="backslashreplace") if isinstance(plain, bytes) else str(plain)


def file_digest(path: Path, budget: int) -> tuple[str | None, str | None, int | None]:
    """Digest a file, or a folder by its files.

    Args:
        path: The file, or a folder as some models are saved.
        budget: Bytes that are digested at the most.

    Returns:
        The digest or None, else why there is none, and the size in bytes if it is known.
    """
    try:
        if path.is_dir():
            return _folder_digest(path, budget)
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return None, "no regular file, so reading it might never end", None
        if status.st_size > budget:
            return None, _beyond(budget), status.st_size
        return content(_file_sha256(path)), None, status.st_size
    except (OSError, ValueError) as fault:
        return None, f"{type(fault).__name__}: {getattr(fault, 'strerror', None) or fault}", None


def _beyond(budget: int) -> str:
    return f"more than the digest budget of {budget} bytes"


def _folder_digest(folder: Path, budget: int) -> tuple[str | None, str | None, int | None]:
    """Digest the names and the digests of a folder's files, so that none runs into the next."""
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    size = sum(one.stat().st_size for one in files)
    if size > budget:
        return None, _beyond(budget), size
    hashed = hashlib.sha256()
    for one in files:
        hashed.update(os.fsencode(one.relative_to(folder).as_posix()) + b"\0" + _file_sha256(one))
    return content(hashed.digest()), None, size


def _file_sha256(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
