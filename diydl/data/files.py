"""The larger data sets as files: where they come from, how large they are, their checksums."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RemoteFile:
    """A file that can be fetched; its SHA-256 says whether it is whole and the right one."""

    name: str  # below DIYDL_DATA or the cache, with forward slashes
    size: int  # bytes
    sha256: str
    urls: tuple  # tried in this order


MNIST = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",  # PyTorch's copy; the original's is closed
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
FASHION = (
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
)
CIFAR10 = ("https://www.cs.toronto.edu/~kriz/",)

_TABLE = [
    (
        "mnist/train-images-idx3-ubyte.gz",
        9_912_422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        MNIST,
    ),
    (
        "mnist/train-labels-idx1-ubyte.gz",
        28_881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        MNIST,
    ),
    (
        "mnist/t10k-images-idx3-ubyte.gz",
        1_648_877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        MNIST,
    ),
    (
        "mnist/t10k-labels-idx1-ubyte.gz",
        4_542,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        MNIST,
    ),
    (
        "fashion-mnist/train-images-idx3-ubyte.gz",
        26_421_880,
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        FASHION,
    ),
    (
        "fashion-mnist/train-labels-idx1-ubyte.gz",
        29_515,
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        FASHION,
    ),
    (
        "fashion-mnist/t10k-images-idx3-ubyte.gz",
        4_422_102,
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        FASHION,
    ),
    (
        "fashion-mnist/t10k-labels-idx1-ubyte.gz",
        5_148,
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        FASHION,
    ),
    (
        "cifar10/cifar-10-binary.tar.gz",
        170_052_171,
        "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        CIFAR10,
    ),
    (
        "text/names.txt",
        228_145,
        "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d",
        ("https://raw.githubusercontent.com/karpathy/makemore/master/names.txt",),
    ),
    (
        "text/tinyshakespeare.txt",
        1_115_394,
        "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
        (
            "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/"
            "input.txt",
        ),
    ),
]

FILES = {
    name: RemoteFile(
        name,
        size,
        sha256,
        tuple(url + name.rpartition("/")[2] if url.endswith("/") else url for url in urls),
    )
    for name, size, sha256, urls in _TABLE
}
