"""Groups ja_ginza's word vectors: `python -m nlp.training.senses`. Words of like meaning get one group."""
from __future__ import annotations

import gzip
from array import array

import numpy as np
from sklearn.cluster import MiniBatchKMeans

from nlp.names.senses import FILE
from nlp.reader import _language

#: So many coarse and fine groups.
SIZES = (128, 512)


def main() -> None:
    """The command."""
    vectors = np.asarray(_language().vocab.vectors.data, dtype="float32")
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    groups = array("H")
    for size in SIZES:
        model = MiniBatchKMeans(size, random_state=0, n_init=1, batch_size=2048, max_iter=30)
        groups.extend(int(n) for n in model.fit(vectors).labels_)
    FILE.parent.mkdir(parents=True, exist_ok=True)
    with FILE.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as packed:
        packed.write(groups.tobytes())
    print(FILE)


if __name__ == "__main__":
    main()
